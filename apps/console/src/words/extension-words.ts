import type { DecodedExtension } from '../api/operations.ts'
import { keyUsageLabel, purposeLabel } from './usages.ts'

const NAMES: Readonly<Record<string, string>> = {
  basicConstraints: 'Basic constraints',
  keyUsage: 'Key usage',
  extKeyUsage: 'Purposes',
  subjectAltName: 'Names',
  issuerAltName: 'Names of the issuer',
  subjectKeyIdentifier: 'Id of this key',
  authorityKeyIdentifier: 'Id of the issuer’s key',
  cRLDistributionPoints: 'CRL',
  authorityInfoAccess: 'Issuer’s services',
  certificatePolicies: 'Policies',
  nameConstraints: 'Name constraints',
}

/** What a CA offers to whoever checks its certificates. */
const SERVICES: Readonly<Record<string, string>> = { ocsp: 'OCSP', caIssuers: 'Certificate of the issuer' }

/** What an extension is called here: its usual name, else the standard's, else its object identifier. */
export function extensionLabel({ id, name }: Pick<DecodedExtension, 'id' | 'name'>): string {
  return NAMES[name ?? ''] ?? name ?? id
}

/** What an extension says, a line each. One that is not known is shown as its octets. */
export function extensionLines({ name, value, hex }: DecodedExtension): readonly string[] {
  if (value === undefined) return [hex]
  if (name === 'keyUsage') return [texts(value).map(keyUsageLabel).join(', ')]
  if (name === 'extKeyUsage') return [texts(value).map(purposeLabel).join(', ')]
  if (name === 'basicConstraints') return [basicConstraints(value)]
  // Of an address, the address.
  if (name === 'cRLDistributionPoints') return linesOf(value).map((line) => line.replace(/^.*?uri: /, ''))
  return linesOf(value)
}

function basicConstraints(value: unknown): string {
  const { ca, pathLength } = Object(value)
  if (ca !== true) return 'Not a CA'
  if (typeof pathLength !== 'number') return 'A CA, with any number of CAs below'
  return pathLength === 0 ? 'A CA, with no CA below' : `A CA, with at most ${pathLength} CAs below one another`
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [String(value)]
}

function linesOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(linesOf)
  if (typeof value !== 'object' || value === null) return [String(value)]
  const { type, value: inner, method, location } = Object(value)
  if (typeof type === 'string' && typeof inner === 'string') return [`${type}: ${inner}`]
  if (typeof method === 'string')
    return linesOf(location).map((line) => `${SERVICES[method] ?? method}: ${line.replace(/^uri: /, '')}`)
  return Object.entries(value).flatMap(([key, part]) => linesOf(part).map((line) => `${key}: ${line}`))
}
