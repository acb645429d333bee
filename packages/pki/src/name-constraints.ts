import {
  type GeneralName,
  type GeneralSubtree,
  type IpNetwork,
  ipIsWithin,
  type NameConstraints,
  nameIsWithin,
  parseIp,
  parseNetwork,
} from '@chancery/x509'
import { normalizeDomain } from './domain-name.ts'
import { splitAddress } from './mail-address.ts'
import { parseUri } from './uri.ts'

/** The name constraints of one CA certificate (RFC 5280 §4.2.1.10), ready to be asked about names. */
export interface NameRules {
  readonly permitted: ReadonlyMap<string, readonly NameTree[]>
  readonly excluded: ReadonlyMap<string, readonly NameTree[]>
}

/** A subtree of names of one type. */
interface NameTree {
  /** Whether the whole of what the name stands for is inside. */
  readonly holds: (name: GeneralName) => boolean
  /** Whether anything of what the name stands for is inside, or nobody can tell. */
  readonly meets: (name: GeneralName) => boolean
}

/** Prepares constraints for many questions. */
export function nameRules({ permitted = [], excluded = [] }: NameConstraints): NameRules {
  return { permitted: byKind(permitted), excluded: byKind(excluded) }
}

/** Whether the permitted subtrees allow this name: there are none of its type, or one holds it. */
export function isPermitted(rules: NameRules, name: GeneralName): boolean {
  const trees = rules.permitted.get(kindOf(name))
  return trees === undefined || trees.some(({ holds }) => holds(name))
}

/** Whether an excluded subtree has anything of this name. */
export function isExcluded(rules: NameRules, name: GeneralName): boolean {
  return rules.excluded.get(kindOf(name))?.some(({ meets }) => meets(name)) ?? false
}

function byKind(subtrees: readonly GeneralSubtree[]): ReadonlyMap<string, readonly NameTree[]> {
  const kinds = new Map<string, NameTree[]>()
  for (const { base } of subtrees) {
    const kind = kindOf(base)
    kinds.set(kind, [...(kinds.get(kind) ?? []), treeOf(base)])
  }
  return kinds
}

/** Constraints bind names of their own type; each kind of otherName is a type of its own. */
function kindOf(name: GeneralName): string {
  return name.type === 'otherName' ? `${name.type} ${name.typeId}` : name.type
}

function treeOf(base: GeneralName): NameTree {
  switch (base.type) {
    case 'dns':
      return dnsTree(base.value.toLowerCase().replace(/\.$/, ''))
    case 'ip':
      return ipTree(parseNetwork(base.value))
    case 'email':
    case 'upn':
      return addressTree(base.value)
    case 'uri':
      return uriTree(base.value.toLowerCase())
    case 'directoryName':
      return same((name) => name.type === 'directoryName' && nameIsWithin(name.value, base.value))
    case 'registeredId':
      return same((name) => name.type === 'registeredId' && name.value === base.value)
    default:
      // RFC 5280 §4.2.1.10: a form that cannot be processed makes the certificate be rejected, whichever list it is in.
      return { holds: () => false, meets: () => true }
  }
}

/**
 * `example.com` holds itself and what is below. With a dot in front, which RFC 5280 does not know for DNS but others
 * write, only what is below. A wildcard is held as its own label would be, and met when a name that it stands for is
 * held; one in the midst of a label, which some software honours in common names, counts as if it stood for the whole.
 */
function dnsTree(base: string): NameTree {
  const holds = (domain: string) =>
    base === '' || domain === base || domain.endsWith(base.startsWith('.') ? base : `.${base}`)
  const meets = (domain: string) => {
    if (holds(domain)) return true
    const [, below] = /^[^.]*\*[^.]*(\..*)$/.exec(domain) ?? []
    if (below === undefined || base.startsWith('.')) return false
    return base.indexOf('.') > 0 && base.slice(base.indexOf('.')) === below
  }
  return onText((domain) => domain.toLowerCase(), holds, meets)
}

/** `::ffff:10.0.0.1` is no name of the type of `10.0.0.1`, yet the same machine: to exclude one excludes the other. */
function ipTree(network: IpNetwork | undefined): NameTree {
  const isWithin = (address: Uint8Array) => network !== undefined && ipIsWithin(address, network)
  const addressOf = (text: string) => parseIp(text) ?? new Uint8Array()
  return onText(addressOf, isWithin, (address) => isWithin(address) || isWithin(inOtherVersion(address)))
}

/** An IPv4 address as an IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2), and such a one as IPv4; nothing of others. */
function inOtherVersion(address: Uint8Array): Uint8Array {
  if (address.length === 4) return Uint8Array.from([...MAPPED, ...address])
  return MAPPED.every((octet, at) => address[at] === octet) ? address.subarray(MAPPED.length) : new Uint8Array()
}
const MAPPED = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]

/**
 * `root@example.com` that mailbox, `example.com` the mailboxes of that host, `.example.com` those of the hosts below.
 * User principal names have no rules of their own and get the same ones. Local parts count by case (RFC 5280 §7.5),
 * unless it is to exclude; then domains of user principal names are also compared as A-labels.
 */
function addressTree(base: string): NameTree {
  if (base.indexOf('@') > 0) {
    const wanted = splitAddress(base)
    const isMailbox = (address: string) => {
      const parts = splitAddress(address)
      return parts?.local === wanted?.local && parts?.domain.toLowerCase() === wanted?.domain.toLowerCase()
    }
    return onText(
      (address) => address,
      isMailbox,
      (address) => folded(address) === folded(base),
    )
  }
  const host = hostTree(base.replace(/^@/, '').toLowerCase())
  const holds = (address: string) => {
    const domain = splitAddress(address)?.domain.toLowerCase()
    return domain !== undefined && host(domain)
  }
  return onText(
    (address) => address,
    holds,
    (address) => splitAddress(address) === undefined || holds(address) || holds(folded(address)),
  )
}

/** An address whose letters have lost their case and whose domain has become A-labels. */
function folded(address: string): string {
  const parts = splitAddress(address)
  const domain = parts && normalizeDomain(parts.domain)
  return parts === undefined || domain === undefined ? address.toLowerCase() : `${parts.local.toLowerCase()}@${domain}`
}

/**
 * The host of the URI: `host.example.com` that one, `.example.com` those below. Without a host that is a name:
 * rejected.
 */
function uriTree(base: string): NameTree {
  const hostIsWithin = hostTree(base)
  const hostOf = (uri: string) => {
    const host = parseUri(uri)?.host
    return host === undefined || parseIp(host) !== undefined ? undefined : host
  }
  const holds = (host: string | undefined) => host !== undefined && hostIsWithin(host)
  return onText(hostOf, holds, (host) => host === undefined || holds(host))
}

function hostTree(base: string): (host: string) => boolean {
  return (host) => (base.startsWith('.') ? host.endsWith(base) : base === '' || host === base)
}

function onText<T>(read: (text: string) => T, holds: (value: T) => boolean, meets: (value: T) => boolean): NameTree {
  const ask = (question: (value: T) => boolean) => (name: GeneralName) =>
    'value' in name && typeof name.value === 'string' && question(read(name.value))
  return { holds: ask(holds), meets: ask(meets) }
}

function same(holds: (name: GeneralName) => boolean): NameTree {
  return { holds, meets: holds }
}
