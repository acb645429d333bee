import {
  DerError,
  type GeneralName,
  isOid,
  makeName,
  NameSyntaxError,
  nameToString,
  parseNameString,
} from '@chancery/x509'
import { domainProblem, normalizeDomain } from './domain-name.ts'
import { mailAddressProblem, normalizeMailAddress, upnProblem } from './mail-address.ts'
import { SAN_TYPES, type SanType, type SubjectAltNameText } from './profile.ts'
import { normalizeIp, parseUri, uriProblem } from './uri.ts'

/** A name in canonical form, or what is wrong with it in words. */
export type NameReading = { readonly name: GeneralName } | { readonly problem: string }

/** Reads a subjectAltName as people write it. Canonical: A-labels and hosts in lower case, IPv6 by RFC 5952. */
export function readSubjectAltName({ type, value }: SubjectAltNameText): NameReading {
  if (!isSanType(type)) return { problem: `"${String(type).slice(0, 50)}" is no type of name.` }
  return type === 'directoryName' ? readDirectoryName(value) : readText(type, value)
}

/**
 * The same name in canonical form, or what is wrong with it. Names of types that no template takes pass as they are.
 */
export function canonicalName(name: GeneralName): NameReading {
  switch (name.type) {
    case 'otherName':
    case 'unsupported':
      return { name }
    case 'directoryName':
      return name.value.rdns.length === 0 ? { problem: 'The directory name is empty.' } : { name }
    default:
      return readText(name.type, name.value)
  }
}

/** The name as people write it; `undefined` for a type that templates know nothing of. */
export function subjectAltNameText(name: GeneralName): SubjectAltNameText | undefined {
  if (name.type === 'directoryName') return { type: name.type, value: nameToString(name.value) }
  return name.type === 'otherName' || name.type === 'unsupported' ? undefined : { type: name.type, value: name.value }
}

/** Whether templates can take names of this type. */
export function isSanType(type: GeneralName['type']): type is SanType {
  return (SAN_TYPES as readonly string[]).includes(type)
}

type TextType = Exclude<SanType, 'directoryName'>

function readText(type: TextType, value: string): NameReading {
  const canonical = CANONICAL[type](value)
  if (canonical !== undefined) return { name: { type, value: canonical } }
  return { problem: `"${value.slice(0, 100)}" ${PROBLEM[type](value) ?? `is no ${type} name`}.` }
}

const CANONICAL: Readonly<Record<TextType, (value: string) => string | undefined>> = {
  dns: (value) => normalizeDomain(value, 'wildcard'),
  ip: normalizeIp,
  email: normalizeMailAddress,
  uri: (value) => (uriProblem(value) === undefined ? parseUri(value)?.normalized : undefined),
  upn: (value) => (upnProblem(value) === undefined ? value : undefined),
  registeredId: (value) => (isOid(value) ? value : undefined),
}

const PROBLEM: Readonly<Record<TextType, (value: string) => string | undefined>> = {
  dns: (value) => domainProblem(value, 'wildcard'),
  ip: () => 'is not an IP address',
  email: mailAddressProblem,
  uri: uriProblem,
  upn: upnProblem,
  registeredId: () => 'is not an object identifier',
}

function readDirectoryName(text: string): NameReading {
  try {
    const value = makeName(parseNameString(text))
    return value.rdns.length === 0
      ? { problem: 'The directory name is empty.' }
      : { name: { type: 'directoryName', value } }
  } catch (error) {
    if (error instanceof NameSyntaxError || error instanceof DerError)
      return { problem: `The directory name cannot be read: ${error.message}.` }
    throw error
  }
}
