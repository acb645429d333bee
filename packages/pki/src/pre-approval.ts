import { ipIsWithin, parseIp, parseNetwork } from '@chancery/x509'
import type { OrderedIdentifier } from './acme-identifier.ts'
import { normalizeDomain } from './domain-name.ts'

/**
 * Names that an ACME policy authorizes without a challenge:
 * - `example.com`: that name;
 * - `*.example.com`: it, every depth below, and wildcards of all these;
 * - `10.20.0.0/16`, `fd00::1`: addresses;
 * - `*`: every name, and every address.
 *
 * What is wrong with such a rule, as a sentence; `undefined` when nothing is.
 */
export function preApprovalProblem(rule: string): string | undefined {
  return read(rule) === undefined
    ? `"${rule.slice(0, 100)}" is not a domain, "*." and a domain (it and all below), an address, a network such as 10.0.0.0/8, or "*".`
    : undefined
}

/** The rule as it is stored and compared: lower case, A-labels. Of what is no rule, the same text. */
export function canonicalPreApproval(rule: string): string {
  const known = read(rule)
  if (known === undefined || known.kind === 'network' || known.kind === 'everything') return rule
  return known.kind === 'below' ? `*.${known.domain}` : known.domain
}

/** The domain of which a rule approves everything; `'*'` for the rule that approves all there is. */
export function approvedDomain(rule: string): string | undefined {
  const known = read(rule)
  if (known?.kind === 'everything') return '*'
  return known?.kind === 'below' ? known.domain : undefined
}

/** Whether one of the rules authorizes the identifier. */
export function isPreApproved(rules: readonly string[], identifier: OrderedIdentifier): boolean {
  return rules.some((rule) => approves(read(rule), identifier))
}

type PreApproval =
  | { readonly kind: 'everything' }
  | { readonly kind: 'exact' | 'below'; readonly domain: string }
  | { readonly kind: 'network'; readonly network: NonNullable<ReturnType<typeof parseNetwork>> }

function read(rule: string): PreApproval | undefined {
  if (rule === '*') return { kind: 'everything' }
  const address = parseIp(rule)
  const network = address === undefined ? parseNetwork(rule) : { address, mask: address.map(() => 0xff) }
  if (network !== undefined) return { kind: 'network', network }
  const isBelow = rule.startsWith('*.')
  const domain = normalizeDomain(isBelow ? rule.slice(2) : rule)
  return domain === undefined ? undefined : { kind: isBelow ? 'below' : 'exact', domain }
}

function approves(rule: PreApproval | undefined, { type, value, wildcard }: OrderedIdentifier): boolean {
  switch (rule?.kind) {
    case undefined:
      return false
    case 'everything':
      return true
    case 'network': {
      const address = type === 'ip' ? parseIp(value) : undefined
      return address !== undefined && ipIsWithin(address, rule.network)
    }
    case 'exact':
      return type === 'dns' && !wildcard && value === rule.domain
    case 'below':
      return type === 'dns' && (value === rule.domain || value.endsWith(`.${rule.domain}`))
  }
}
