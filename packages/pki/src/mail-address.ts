import { domainProblem, normalizeDomain } from './domain-name.ts'

/**
 * A mail address or user principal name in its two halves, cut at the last `@`; `undefined` when one of them is
 * missing.
 */
export function splitAddress(address: string): { readonly local: string; readonly domain: string } | undefined {
  const at = address.lastIndexOf('@')
  return at < 1 || at === address.length - 1
    ? undefined
    : { local: address.slice(0, at), domain: address.slice(at + 1) }
}

/**
 * RFC 5322 §3.2.3. Quoted local parts are left out: no mail system of today needs them, and comparing them is a trap.
 */
const DOT_ATOM = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/

/**
 * What is wrong with this text as a mailbox (RFC 5280 §4.2.1.6), in words that follow it; `undefined` when nothing
 * is: a dot-atom of at most 64 octets (RFC 5321 §4.5.3.1.1), `@`, and a domain in A-labels.
 */
export function mailAddressProblem(address: string): string | undefined {
  const parts = splitAddress(address)
  if (parts === undefined) return 'is not of the form user@domain'
  if (parts.local.length > 64) return 'has more than 64 characters before the "@"'
  if (!DOT_ATOM.test(parts.local)) return 'has characters before the "@" that a mail address cannot have'
  const problem = domainProblem(parts.domain)
  return problem === undefined ? undefined : `has a domain that ${problem}`
}

/**
 * The address with its domain in A-labels and lower case; `undefined` when it is none. The local part keeps its case.
 */
export function normalizeMailAddress(address: string): string | undefined {
  const parts = splitAddress(address)
  const domain = parts && normalizeDomain(parts.domain)
  if (parts === undefined || domain === undefined) return undefined
  const whole = `${parts.local}@${domain}`
  return mailAddressProblem(whole) === undefined ? whole : undefined
}

/**
 * What is wrong with this text as a user principal name: `user@suffix`, where the suffix is a domain, U-labels
 * allowed.
 */
export function upnProblem(upn: string): string | undefined {
  const parts = splitAddress(upn)
  if (parts === undefined) return 'is not of the form user@domain'
  if (upn.length > 1024) return 'is longer than 1024 characters'
  // \p{C}: also characters that show nothing, or turn the direction of what follows. Windows passes over some of them.
  if (/[\s\p{C}@]/u.test(parts.local))
    return 'has a space, an invisible or control character, or an "@" before its last "@"'
  return normalizeDomain(parts.domain) === undefined ? 'has a suffix that is no domain name' : undefined
}
