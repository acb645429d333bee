import { isIPv4 } from 'node:net'
import type { FastifyRequest } from 'fastify'
import ipaddr from 'ipaddr.js'
import type { Config } from './config.ts'

/** How a request came, as its client sees it: what a trusted proxy says, else what the connection shows. */
export interface Arrival {
  readonly scheme: 'http' | 'https'
  /** The Host that the client named, with its port if it named one. */
  readonly host: string
}

/**
 * Tells of each request how it came. This is the one place that knows whether a request is https: by our own listener, by what a
 * trusted proxy says in X-Forwarded-Proto, or by a proxy that says nothing and ends TLS (CHANCERY_TLS). While nobody is named in
 * CHANCERY_TRUSTED_PROXIES we cannot tell a proxy from others, and what comes to the plain listener counts as come through it.
 */
export function arrivals(config: Pick<Config, 'tls' | 'url' | 'trustedProxies'>): (request: FastifyRequest) => Arrival {
  const isTrusted = trustedProxy(config.trustedProxies)
  const urlScheme = config.url.startsWith('https:') ? 'https' : 'http'
  const anybodyMayBeProxy = config.trustedProxies.length === 0
  return (request) => {
    const host = request.headers.host ?? ''
    if ('encrypted' in request.socket && request.socket.encrypted === true) return { scheme: 'https', host }
    const fromProxy = isTrusted(request.socket.remoteAddress ?? '')
    const unsaid = config.tls === 'proxy' && (fromProxy || anybodyMayBeProxy) ? urlScheme : 'http'
    if (!fromProxy) return { scheme: unsaid, host }
    const proxies = Math.max(1, (request.ips?.length ?? 1) - 1)
    const scheme = saidByOutermost(request.headers['x-forwarded-proto'], proxies)?.toLowerCase()
    return {
      scheme: scheme === 'https' || scheme === 'http' ? scheme : unsaid,
      host: saidByOutermost(request.headers['x-forwarded-host'], proxies) ?? host,
    }
  }
}

/**
 * Each proxy adds to the right what it saw, or leaves what the one before it said. The outermost that we trust is the one that saw
 * the client; what stands left of its word came from the client itself.
 */
function saidByOutermost(header: string | readonly string[] | undefined, proxies: number): string | undefined {
  const said = [header ?? []]
    .flat()
    .join(',')
    .split(',')
    .map((entry) => entry.trim())
  const entry = said.at(Math.max(0, said.length - proxies))
  return entry === '' ? undefined : entry
}

/** Whether an address is one of the trusted proxies. */
export function trustedProxy(networks: readonly string[]): (address: string) => boolean {
  const ranges = networks.map((network) =>
    ipaddr.isValidCIDR(network) ? ipaddr.parseCIDR(network) : single(ipaddr.process(network)),
  )
  if (ranges.length === 0) return () => false
  return (address) => {
    const plain = addressIn(address)
    return (
      plain !== undefined && ranges.some(([range, bits]) => plain.kind() === range.kind() && plain.match(range, bits))
    )
  }
}

/** The address in an entry of X-Forwarded-For, which some proxies write with the port of the client. */
export function addressIn(entry: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  const text = /^\[([^\]]*)\](?::\d+)?$/.exec(entry)?.[1] ?? /^([\d.]+):\d+$/.exec(entry)?.[1] ?? entry
  return ipaddr.isValid(text) ? ipaddr.process(text) : undefined
}

/** The same as text, as every address is written here; what is none stays as it came. A connection that was reset has no other end. */
export function addressText(entry: string | undefined): string {
  if (entry === undefined) return ''
  // What listens on both families shows an address of IPv4 within one of IPv6.
  const plain = entry.startsWith(MAPPED) ? entry.slice(MAPPED.length) : entry
  return isIPv4(plain) ? plain : (addressIn(entry)?.toString() ?? entry)
}
const MAPPED = '::ffff:'

function single(address: ipaddr.IPv4 | ipaddr.IPv6): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  return [address, address.kind() === 'ipv4' ? 32 : 128]
}
