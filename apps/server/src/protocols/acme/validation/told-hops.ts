import { isIP, isIPv6 } from 'node:net'
import type { OutboundError, OutboundHop } from '../../../platform/outbound-rules.ts'
import { whyUnreachable } from '../../../platform/reachable-address.ts'

/** A hop of a request as far as it is told. */
export interface ToldHop {
  /** The address that was asked, or how it was come to. */
  readonly url: string
  /** Whom, with the port: for the trace of an administrator. */
  readonly from: string
  /** Whom, for the client: ` (at 203.0.113.5:80)`, or nothing. */
  readonly at: string
  /** Whether the address itself is told: it was named by the client or by the host that the client named. */
  readonly isTold: boolean
  /** Whether it is that host that was asked: of others nothing is told but the status. */
  readonly isFirstHost: boolean
}

/**
 * The way of a request as it may be told. The client named the first host, and may hear what that answers: also where a redirect of it
 * leads. What another host answers was perhaps not for strangers, its redirects with their hosts, paths and tokens least of all: from
 * there on nothing is told but the status, though the way should lead back. Another port is the same host.
 */
export function toldHops(hops: readonly OutboundHop[]): readonly ToldHop[] {
  const [first] = hops
  const found = hops.findIndex(({ url }) => first !== undefined && !isSameHost(url, first.url))
  const other = found === -1 ? hops.length : found
  return hops.map((hop, at) => {
    const isTold = at <= other
    return {
      url: isTold ? hop.url : `an address that ${hostOf(hops[other]?.url)} redirects to`,
      from: at < other ? from(hop) : 'another host',
      at: at < other ? toldTo(hop) : '',
      isTold,
      isFirstHost: at < other,
    }
  })
}

/**
 * Whether it may be told why a request failed. Of the host that the client named it may; of another one "refused", "timed out" and "no
 * TLS" would tell which machines and ports there are in networks that the client cannot reach, and whether there is such a name. What
 * follows from the address that the named host redirected to, and from the rules alone, may be told as well.
 */
export function mayTellWhy({ code, hops }: OutboundError): boolean {
  const [last, told] = [hops.at(-1), toldHops(hops).at(-1)]
  if (last === undefined || told === undefined || told.isFirstHost) return true
  return told.isTold && last.status === undefined && code === 'refused' && isAddress(last.url)
}

function isAddress(url: string): boolean {
  return isIP(new URL(url).hostname.replace(/^\[|\]$/g, '')) !== 0
}

/** Whom a hop asked, for an administrator: `192.0.2.1:80`. */
export function from(hop: Pick<OutboundHop, 'url' | 'address' | 'tried'>): string {
  const asked = addressesOf(hop)
  return asked.length === 0 ? 'nobody' : asked.map((address) => withPort(address, hop.url)).join(', ')
}

/**
 * Whom a hop asked, for a client. It knows its public addresses; others it could make up names to search for, where those are only known
 * to the resolver of this server.
 */
export function toldTo(hop: Pick<OutboundHop, 'url' | 'address' | 'tried'>): string {
  const asked = addressesOf(hop).filter((address) => whyUnreachable(address) === undefined)
  return asked.length === 0 ? '' : ` (at ${asked.map((address) => withPort(address, hop.url)).join(', ')})`
}

function addressesOf({ address, tried = [] }: Pick<OutboundHop, 'address' | 'tried'>): readonly string[] {
  return address === undefined ? tried : [address]
}

function withPort(address: string, url: string): string {
  const { port, protocol } = new URL(url)
  return `${isIPv6(address) ? `[${address}]` : address}:${port === '' ? (protocol === 'https:' ? 443 : 80) : port}`
}

function isSameHost(url: string, other: string): boolean {
  return hostOf(url) === hostOf(other)
}

function hostOf(url: string | undefined): string {
  return url === undefined ? '' : new URL(url).hostname
}
