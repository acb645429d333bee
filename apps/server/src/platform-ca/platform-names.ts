import type { Profile } from '@chancery/pki'
import type { GeneralName } from '@chancery/x509'

/** The names under which an installation is reached by https, each once, in one order. */
export interface PlatformNames {
  /** Lower case, A-labels. */
  readonly dns: readonly string[]
  /** As formatted by `formatIp`, without brackets. */
  readonly ip: readonly string[]
}

/** Names and addresses in an order that does not depend on where they came from: the first of `hosts` stays first of its kind. */
export function platformNames(hosts: readonly string[], isAddress: (host: string) => boolean): PlatformNames {
  const [first, ...others] = hosts
  const ordered = first === undefined ? [] : [first, ...others.sort()]
  const once = [...new Set(ordered)]
  return { dns: once.filter((host) => !isAddress(host)), ip: once.filter(isAddress) }
}

/** The names as a certificate carries them. */
export function alternativeNames({ dns, ip }: PlatformNames): readonly GeneralName[] {
  return [
    ...dns.map((value) => ({ type: 'dns', value }) as const),
    ...ip.map((value) => ({ type: 'ip', value }) as const),
  ]
}

/**
 * What a CA for these names and no others is bound to, RFC 5280 §4.2.1.10. A kind of name of which nothing is permitted would be
 * free, so it is excluded as a whole. A domain permits the names below it too: the text knows no narrower subtree.
 */
export function constraintsOf({ dns, ip }: PlatformNames): NonNullable<Profile['nameConstraints']> {
  const noNames = dns.length === 0 ? [{ type: 'dns', value: '' } as const] : []
  const noAddresses = ip.length === 0 ? EVERY_ADDRESS : []
  return {
    permitted: [
      ...dns.map((value) => ({ type: 'dns', value }) as const),
      ...ip.map((value) => ({ type: 'ip', value: `${value}/${value.includes(':') ? 128 : 32}` }) as const),
    ],
    excluded: [...noNames, ...noAddresses],
  }
}

const EVERY_ADDRESS = [
  { type: 'ip', value: '0.0.0.0/0' },
  { type: 'ip', value: '::/0' },
] as const
