import type { GeneralName } from '@chancery/x509'
import { normalizeDomain } from './domain-name.ts'
import { normalizeMailAddress, splitAddress } from './mail-address.ts'
import { normalizeIp } from './uri.ts'

/**
 * The host, IP address or mail address that software may take this text for, though it stands in a common name;
 * `undefined` for other text. A host has two labels at least, or is `localhost`: "Alice" is a person, "alice.example"
 * may be a server.
 */
export function nameInText(text: string): (GeneralName & { readonly type: 'dns' | 'ip' | 'email' }) | undefined {
  const trimmed = text.trim()
  const ip = normalizeIp(trimmed)
  if (ip !== undefined) return { type: 'ip', value: ip }
  if (trimmed.includes('@')) {
    const email = normalizeMailAddress(trimmed)
    return email === undefined ? undefined : { type: 'email', value: email }
  }
  const host = normalizeDomain(trimmed.replace(/\.$/, ''), 'wildcard')
  if (host === undefined) return undefined
  return host.includes('.') || host === 'localhost' ? { type: 'dns', value: host } : undefined
}

/**
 * The same, and what is no proper name and yet may be taken for one: OpenSSL compares common names with underscores, with a
 * wildcard in the midst of a label, or with A-labels that are none. Rules and constraints have to see these, if only to refuse
 * them.
 */
export function nameTakenFor(text: string): ReturnType<typeof nameInText> {
  const name = nameInText(text)
  if (name !== undefined) return name
  const trimmed = text.trim()
  if (splitAddress(trimmed) !== undefined && !/\s/.test(trimmed)) return { type: 'email', value: trimmed }
  const isLikeHost = HOST_CHARACTERS.test(trimmed) && /[^.]\.[^.]/.test(trimmed) && !ENDS_IN_NUMBER.test(trimmed)
  return isLikeHost ? { type: 'dns', value: trimmed } : undefined
}

const HOST_CHARACTERS = /^[\p{L}\p{M}\p{N}\p{Cf}_*.-]+$/u
/** "v1.2" is a version, and no top-level domain is a number. */
const ENDS_IN_NUMBER = /\.[0-9]+\.*$/
