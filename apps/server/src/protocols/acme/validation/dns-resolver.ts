import { getServers, type CaaRecord as NodeCaaRecord } from 'node:dns'
import { Resolver, lookup as systemLookup } from 'node:dns/promises'
import type { ResolvedAddress } from '../../../platform/outbound-rules.ts'
import { systemAddresses } from './system-addresses.ts'

/** Asks the domain name system. Each look-up rejects with `DnsFailure`, and with nothing else, when there is no answer. */
export interface DnsResolver {
  /** Who is asked, for administrators: `127.0.0.1:53`. */
  readonly from: string
  /** TXT records, the strings of each joined (RFC 8555 §8.4). */
  txt(name: string, signal: AbortSignal): Promise<DnsAnswer<string>>
  /** CAA records at this very name (RFC 8659 §3): parents are for the caller. */
  caa(name: string, signal: AbortSignal): Promise<DnsAnswer<CaaProperty>>
  /** Addresses of a host, IPv4 and IPv6; none when there is no such host. */
  addresses(host: string, signal: AbortSignal): Promise<readonly ResolvedAddress[]>
}

export interface DnsAnswer<T> {
  readonly records: readonly T[]
  /** `NXDOMAIN`: there is no such name; `NODATA`: it has no records of this kind. */
  readonly cameBack: 'NOERROR' | 'NXDOMAIN' | 'NODATA'
  /** The names that aliases led to, in order. */
  readonly aliases: readonly string[]
  /** The question was asked for another name of the same order already. */
  readonly isShared?: true
}

/** RFC 8659 §4.1. */
export interface CaaProperty {
  readonly critical: boolean
  /** In lower case. */
  readonly tag: string
  readonly value: string
}

/** Nobody answered, or with a failure: `SERVFAIL`, `REFUSED`, `TIMEOUT` and so on. */
export class DnsFailure extends Error {
  override readonly name = 'DnsFailure'
  readonly code: string

  constructor(code: string, cause?: unknown) {
    super(`the resolver answered with ${code}`, { cause })
    this.code = code
  }
}

/** Aliases that are followed by asking anew, where the resolver itself does not follow them. */
const MOST_ALIASES = 8
const FIRST_TRY_MS = 2_000
const TRIES = 3

/**
 * A resolver at these addresses (`192.0.2.1`, `[2001:db8::1]:5353`), or that of the system when there are none, its file of hosts
 * included. Nothing is kept between two look-ups, so that a record that was just set is seen as
 * soon as the resolver shows it.
 */
export function dnsResolver(servers: readonly string[]): DnsResolver {
  const isSystem = servers.length === 0
  const resolvers = newResolvers(servers)
  const { txt, caa, addresses } = lookups(resolvers)
  return {
    from: (isSystem ? getServers() : servers).join(', ') || 'no resolver',
    txt: (name, signal) => followed(name, signal, txt, resolvers),
    caa: (name, signal) => followed(name, signal, caa, resolvers),
    addresses: isSystem ? systemAddresses({ ask: addresses, bySystem }) : addresses,
  }
}

type LookUp<T> = (resolver: Resolver, name: string) => Promise<readonly T[]>

function lookups(resolvers: Resolvers) {
  const txt: LookUp<string> = async (resolver, name) => (await resolver.resolveTxt(name)).map((parts) => parts.join(''))
  const caa: LookUp<CaaProperty> = async (resolver, name) => (await resolver.resolveCaa(name)).flatMap(propertiesOf)
  const addresses: DnsResolver['addresses'] = async (host, signal) => {
    const [v4, v6] = await both(host, signal, resolvers)
    return [
      ...v6.records.map((address) => ({ address, family: 6 })),
      ...v4.records.map((address) => ({ address, family: 4 })),
    ]
  }
  return { txt, caa, addresses }
}

const IPV4: LookUp<string> = (resolver, name) => resolver.resolve4(name)
const IPV6: LookUp<string> = (resolver, name) => resolver.resolve6(name)
const CNAME: LookUp<string> = (resolver, name) => resolver.resolveCname(name)

/** Both kinds of addresses. Aliases are looked for only where there is neither: most names have one of them alone. */
async function both(host: string, signal: AbortSignal, resolvers: Resolvers) {
  // One for both questions: they are stopped together.
  const found = await withResolver(resolvers, (resolver) =>
    Promise.all([asked(host, signal, IPV4, resolver), asked(host, signal, IPV6, resolver)]),
  )
  if (found.some(({ cameBack }) => cameBack !== 'NODATA')) return found
  return Promise.all([followed(host, signal, IPV4, resolvers), followed(host, signal, IPV6, resolvers)])
}

/** What the system's own look-up fails with is told as that of a resolver. */
async function bySystem(host: string): Promise<readonly ResolvedAddress[]> {
  try {
    return await systemLookup(host, { all: true })
  } catch (error) {
    const failure = failureOf(error)
    if (failure === 'NXDOMAIN' || failure === 'NODATA') return []
    throw failure
  }
}

/** Node.js names a property by its tag: `{ critical: 0, issue: 'ca.example' }`. */
function propertiesOf({ critical, ...properties }: NodeCaaRecord): readonly CaaProperty[] {
  return Object.entries(properties).flatMap(([tag, value]) =>
    tag === 'type' && value === 'CAA'
      ? []
      : [{ critical: (critical & CRITICAL) !== 0, tag: tag.toLowerCase(), value: String(value) }],
  )
}
/** The Issuer Critical Flag of RFC 8659 §4.1, the highest bit. */
const CRITICAL = 0x80

/** Looks up, and where there is but an alias looks up what that leads to: a server that is no resolver answers with the alias alone. */
async function followed<T>(
  name: string,
  signal: AbortSignal,
  lookUp: LookUp<T>,
  resolvers: Resolvers,
): Promise<DnsAnswer<T>> {
  const aliases: string[] = []
  for (;;) {
    const at = aliases.at(-1) ?? name
    const answer = await withResolver(resolvers, (resolver) => asked(at, signal, lookUp, resolver))
    if (answer.cameBack !== 'NODATA') return { ...answer, aliases }
    const alias = await withResolver(resolvers, (resolver) => asked(at, signal, CNAME, resolver))
    const [next] = alias.records
    if (next === undefined) return { ...answer, aliases }
    if (aliases.length === MOST_ALIASES || aliases.includes(next)) throw new DnsFailure('a loop of aliases')
    aliases.push(next)
  }
}

interface Resolvers {
  readonly servers: readonly string[]
  /** Nobody asks by these now. */
  readonly idle: Resolver[]
}

function newResolvers(servers: readonly string[]): Resolvers {
  return { servers, idle: [] }
}

const MOST_IDLE = 64

/**
 * Each look-up has a resolver to itself, since its cancelling stops all its questions; to make one costs as much as to ask. It keeps no
 * answers, and asks from another port each time. Those of the system are made anew: its servers may have changed.
 */
async function withResolver<T>({ servers, idle }: Resolvers, ask: (resolver: Resolver) => Promise<T>): Promise<T> {
  if (servers.length === 0) return ask(newResolver(servers))
  const resolver = idle.pop() ?? newResolver(servers)
  const answer = await ask(resolver)
  // One that was cancelled, or failed, is not asked again.
  if (idle.length < MOST_IDLE) idle.push(resolver)
  return answer
}

function newResolver(servers: readonly string[]): Resolver {
  const resolver = new Resolver({ timeout: FIRST_TRY_MS, tries: TRIES })
  if (servers.length > 0) resolver.setServers(servers)
  return resolver
}

async function asked<T>(
  name: string,
  signal: AbortSignal,
  lookUp: LookUp<T>,
  resolver: Resolver,
): Promise<Omit<DnsAnswer<T>, 'aliases'>> {
  if (signal.aborted) throw new DnsFailure('TIMEOUT', signal.reason)
  const stop = () => resolver.cancel()
  signal.addEventListener('abort', stop, { once: true })
  try {
    const records = await lookUp(resolver, name)
    // An alias alone is an answer without records of the kind.
    return { records, cameBack: records.length === 0 ? 'NODATA' : 'NOERROR' }
  } catch (error) {
    const failure = failureOf(error)
    if (failure instanceof DnsFailure) throw failure
    return { records: [], cameBack: failure }
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** What c-ares reports, in the words of the domain name system. */
function failureOf(error: unknown): DnsFailure | 'NXDOMAIN' | 'NODATA' {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ENOTFOUND') return 'NXDOMAIN'
  if (code === 'ENODATA') return 'NODATA'
  if (code === 'ECANCELLED') return new DnsFailure('TIMEOUT', error)
  return new DnsFailure(FAILURES[code] ?? (code.replace(/^E(?:AI_)?/, '') || 'no answer'), error)
}
const FAILURES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody there (connection refused)',
  EBADRESP: 'what is no DNS message',
  EBADNAME: 'no question: it is no domain name',
  ENOTIMP: 'NOTIMP',
  EFORMERR: 'FORMERR',
}
