import { type GeneralName, ipIsWithin, parseIp, parseNetwork } from '@chancery/x509'
import { labelsOf, normalizeDomain } from './domain-name.ts'
import { normalizeMailAddress, splitAddress, upnProblem } from './mail-address.ts'
import { normalizeIp, parseUri } from './uri.ts'

/**
 * Which names a template certifies. Once a template has rules, a name type without one is refused. No regular
 * expressions: compared as A-labels in lower case.
 */
export interface AllowRules {
  /** `example.com` that name; `*.example.com` one label below; `**.example.com` any depth below. */
  readonly dns: readonly string[]
  /** Networks in CIDR; a single address is a network of its own. */
  readonly ip: readonly string[]
  /** Domains of addresses: `example.com`, or patterns as for DNS. */
  readonly email: readonly string[]
  /** Domains of user principal names, as for mail. */
  readonly upn: readonly string[]
  /** `scheme://host`, the host an address or by the rules for DNS: `https://**.example.com`. */
  readonly uri: readonly string[]
}

/** The types of names that there are rules for. */
export const ALLOW_RULE_TYPES = ['dns', 'ip', 'email', 'upn', 'uri'] as const
export type AllowRuleType = (typeof ALLOW_RULE_TYPES)[number]

/** What is wrong with a rule, as a sentence; `undefined` when nothing is. */
export function checkAllowRule(type: AllowRuleType, rule: string): string | undefined {
  const quoted = `"${rule.slice(0, 100)}"`
  switch (type) {
    case 'ip':
      return networkOf(rule) === undefined
        ? `${quoted} is neither an address nor a network such as 10.0.0.0/8.`
        : undefined
    case 'uri': {
      const parts = uriRule(rule)
      return parts === undefined || !(parts.ip || patternOf(parts.host))
        ? `${quoted} is not of the form scheme://host, with the host as in rules for DNS.`
        : undefined
    }
    default:
      return patternOf(rule) === undefined
        ? `${quoted} is not a domain, "*." and a domain (one label below) or "**." and a domain (any depth below).`
        : undefined
  }
}

/**
 * Whether the rules allow this name. A wildcard name counts as its own label `*`: `*.example.com` is allowed by the
 * rules `*.example.com` and `**.example.com`. Names of types without rules, directory names among them, never are.
 */
export function isAllowed(rules: AllowRules, name: GeneralName): boolean {
  switch (name.type) {
    case 'dns':
      return isDomainAllowed(rules.dns, normalizeDomain(name.value, 'wildcard'))
    case 'ip':
      return isIpAllowed(rules.ip, name.value)
    case 'email':
      // The whole address: "victim@bank.example, x@example.com" ends in a domain that is allowed, and is no address.
      return isDomainAllowed(rules.email, domainOf(normalizeMailAddress(name.value)))
    case 'upn':
      return upnProblem(name.value) === undefined && isDomainAllowed(rules.upn, domainOf(name.value))
    case 'uri':
      return isUriAllowed(rules.uri, name.value)
    default:
      return false
  }
}

function domainOf(address: string | undefined): string | undefined {
  const domain = address === undefined ? undefined : splitAddress(address)?.domain
  return domain === undefined ? undefined : normalizeDomain(domain)
}

function isDomainAllowed(rules: readonly string[], domain: string | undefined): boolean {
  return domain !== undefined && rules.some((rule) => matches(rule, domain))
}

function isIpAllowed(rules: readonly string[], text: string): boolean {
  const address = parseIp(text)
  return (
    address !== undefined &&
    rules.some((rule) => {
      const network = networkOf(rule)
      return network !== undefined && ipIsWithin(address, network)
    })
  )
}

function isUriAllowed(rules: readonly string[], text: string): boolean {
  const uri = parseUri(text)
  const host = uri?.host
  if (uri === undefined || host === undefined) return false
  const ip = normalizeIp(host)
  return rules.some((rule) => {
    const parts = uriRule(rule)
    if (parts?.scheme !== uri.scheme) return false
    if (ip !== undefined || parts.ip !== undefined) return ip === parts.ip
    const domain = normalizeDomain(host)
    return domain !== undefined && matches(parts.host, domain)
  })
}

/** `depth`: how many labels may stand before `domain`. */
interface DomainPattern {
  readonly domain: string
  readonly depth: 'none' | 'one' | 'any'
}

function patternOf(rule: string): DomainPattern | undefined {
  const [, stars, rest] = /^(?:(\*\*?)\.)?(.*)$/s.exec(rule) ?? []
  const domain = normalizeDomain(rest ?? '')
  if (domain === undefined) return undefined
  return { domain, depth: stars === undefined ? 'none' : stars === '*' ? 'one' : 'any' }
}

function matches(rule: string, domain: string): boolean {
  const pattern = patternOf(rule)
  if (pattern === undefined) return false
  if (pattern.depth === 'none') return domain === pattern.domain
  if (!domain.endsWith(`.${pattern.domain}`)) return false
  const more = labelsOf(domain).length - labelsOf(pattern.domain).length
  return pattern.depth === 'any' ? more >= 1 : more === 1
}

function networkOf(rule: string): ReturnType<typeof parseNetwork> {
  const address = parseIp(rule)
  return address === undefined ? parseNetwork(rule) : { address, mask: address.map(() => 0xff) }
}

function uriRule(rule: string): { scheme: string; host: string; ip?: string } | undefined {
  const [, scheme, host] = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#@\s]+)$/.exec(rule) ?? []
  if (scheme === undefined || host === undefined) return undefined
  const ip = normalizeIp(host.replace(/^\[(.*)\]$/, '$1'))
  return { scheme: scheme.toLowerCase(), host, ...(ip === undefined ? {} : { ip }) }
}
