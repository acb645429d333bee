import { domainProblem } from './domain-name.ts'
import { normalizeIp } from './uri.ts'

/** How control of an identifier can be shown: RFC 8555 §8.3 and §8.4, RFC 8737, draft-ietf-acme-dns-persist. */
export const CHALLENGE_TYPES = ['http-01', 'dns-01', 'tls-alpn-01', 'dns-persist-01'] as const
export type ChallengeType = (typeof CHALLENGE_TYPES)[number]

/** What can be certified by ACME: a host name (A-labels in lower case) or an address (RFC 5952 for IPv6; RFC 8738). */
export const IDENTIFIER_TYPES = ['dns', 'ip'] as const
export type IdentifierType = (typeof IDENTIFIER_TYPES)[number]

export interface Identifier {
  readonly type: IdentifierType
  /** Without `*.`. */
  readonly value: string
}

/** An identifier as an order names it. */
export interface OrderedIdentifier extends Identifier {
  /** For everything one label below the name: `*.` and its value. */
  readonly wildcard: boolean
}

/** Why an identifier is none that could be ordered: the `unsupported` may be one elsewhere. */
export type IdentifierReading =
  | { readonly identifier: OrderedIdentifier }
  | { readonly problem: string; readonly kind: 'malformed' | 'unsupported' | 'rejected' }

/** Reads an identifier of a newOrder (RFC 8555 §7.1.4, RFC 8738 §3): ASCII alone, any letter case. */
export function readIdentifier(type: string, value: string): IdentifierReading {
  const shown = `"${value.slice(0, 100)}"`
  switch (type) {
    case 'dns': {
      if (normalizeIp(value) !== undefined)
        return { problem: `${shown} is an address: order it with the type "ip".`, kind: 'malformed' }
      const problem = domainProblem(value, 'wildcard')
      if (problem !== undefined) return { problem: `${shown} ${problem}.`, kind: 'rejected' }
      const name = value.toLowerCase()
      const wildcard = name.startsWith('*.')
      return { identifier: { type, value: wildcard ? name.slice(2) : name, wildcard } }
    }
    case 'ip': {
      const address = normalizeIp(value)
      if (address === undefined) return { problem: `${shown} is not an IP address.`, kind: 'malformed' }
      if (MAPPED.test(address)) {
        return {
          problem: `${shown} is an IPv4 address inside an IPv6 one, which nobody connects to: order the IPv4 address.`,
          kind: 'rejected',
        }
      }
      return { identifier: { type, value: address, wildcard: false } }
    }
    default:
      return { problem: `Identifiers of type "${type.slice(0, 50)}" are not known here.`, kind: 'unsupported' }
  }
}

/** RFC 4291 §2.5.5.2. Rules and name constraints for the IPv4 address would not see it. */
const MAPPED = /^::ffff:[\d.]+$/

/** The identifier as people and certificates write it. */
export function identifierText({ value, wildcard }: OrderedIdentifier): string {
  return wildcard ? `*.${value}` : value
}

/** Names that mean something else in every network: single labels, `.internal` (ICANN), `home.arpa` (RFC 8375). */
export function isHomeLabName(name: string): boolean {
  return !name.includes('.') || /(?:^|\.)(?:internal|home\.arpa)$/.test(name)
}
