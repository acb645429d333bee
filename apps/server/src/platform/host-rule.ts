import ipaddr from 'ipaddr.js'
import type { Config } from './config.ts'
import { HttpProblem } from './problem.ts'
import { isLoopback } from './settings.ts'

/** What the rule looks at. Host and scheme are those of the client where a trusted proxy tells them. */
export interface Addressed {
  readonly method: string
  readonly host: string
  readonly scheme: 'http' | 'https' | undefined
  /** Path and query. */
  readonly target: string
}

/**
 * Who is served what relying parties do not fetch, on the plain listener: everybody who names a configured host while
 * CHANCERY_URL is an address of this machine or a proxy ends TLS; otherwise nobody.
 *
 * Returns the address to redirect to, or nothing when the request is served.
 * Throws `HttpProblem` 'wrong-host' (421, RFC 9110 §15.5.20: a browser that was led here under a foreign name gets nothing) and
 * 'https-required'.
 */
export type HostRule = (request: Addressed) => string | undefined

export function hostRule(config: Config): HostRule {
  const hosts = configuredHosts(config)
  const isOpen = isLoopback(config.url) || config.tls === 'proxy'
  const wantsHttps = config.url.startsWith('https:')
  return ({ method, host, scheme, target }) => {
    // Behind a proxy that says so itself, plain HTTP came from the client and not from the proxy.
    const isPlain = !isOpen || (config.tls === 'proxy' && wantsHttps && scheme === 'http')
    if (isPlain && wantsHttps) {
      if (method === 'GET' || method === 'HEAD') return `${config.url}${target}`
      throw new HttpProblem('https-required', `Send this to ${config.url}: it is not taken over plain HTTP.`)
    }
    if (!hosts.has(host.toLowerCase())) {
      throw new HttpProblem('wrong-host', `This server answers at ${config.url}. CHANCERY_URL sets that address.`)
    }
    return undefined
  }
}

/** Whether an address is one of the trusted proxies. */
export function trustedProxy(networks: readonly string[]): (address: string) => boolean {
  const ranges = networks.map((network) =>
    ipaddr.isValidCIDR(network) ? ipaddr.parseCIDR(network) : single(ipaddr.process(network)),
  )
  return (address) => {
    if (!ipaddr.isValid(address)) return false
    const plain = ipaddr.process(address)
    return ranges.some(([network, bits]) => plain.kind() === network.kind() && plain.match(network, bits))
  }
}

function single(address: ipaddr.IPv4 | ipaddr.IPv6): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  return [address, address.kind() === 'ipv4' ? 32 : 128]
}

function configuredHosts(config: Config): ReadonlySet<string> {
  const hosts = new Set([...spellings(config.url), ...spellings(config.publicUrl)])
  if (isLoopback(config.url)) {
    for (const host of ['localhost', '127.0.0.1', '[::1]']) {
      for (const spelling of spellings(`http://${host}:${config.http.port}`)) hosts.add(spelling)
    }
  }
  return hosts
}

/** How `Host` may be written for an origin: the port may be left out where it is the scheme's own. */
function spellings(origin: string): readonly string[] {
  const { hostname, port, protocol } = new URL(origin)
  if (port !== '') return [`${hostname}:${port}`]
  return [hostname, `${hostname}:${protocol === 'https:' ? 443 : 80}`]
}
