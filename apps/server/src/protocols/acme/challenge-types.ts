/** How control of an identifier can be shown: RFC 8555 §8.3 and §8.4, RFC 8737, draft-ietf-acme-dns-persist. */
export const CHALLENGE_TYPES = ['http-01', 'dns-01', 'tls-alpn-01', 'dns-persist-01'] as const
export type ChallengeType = (typeof CHALLENGE_TYPES)[number]

/** What is to be certified: a host name (A-labels in lower case, no wildcard) or an address (RFC 5952 for IPv6; RFC 8738). */
export interface Identifier {
  readonly type: 'dns' | 'ip'
  readonly value: string
}
