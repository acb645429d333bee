import type { Config } from './config.ts'
import type { Arrival } from './forwarded.ts'
import { HttpProblem } from './problem.ts'
import { isLoopback } from './settings.ts'

/** What the rule looks at. */
export interface Addressed extends Arrival {
  readonly method: string
  /** Path and query. */
  readonly target: string
}

/**
 * Who is served what relying parties do not fetch: whoever comes by https and names a configured host, and by plain HTTP too while
 * CHANCERY_URL is an address of this machine.
 *
 * Returns the address to redirect to, or nothing when the request is served.
 * Throws `HttpProblem` 'wrong-host' (421, RFC 9110 §15.5.20: a browser that was led here under a foreign name gets nothing) and
 * 'https-required'.
 */
export type HostRule = (request: Addressed) => string | undefined

export function hostRule(config: Config): HostRule {
  const hosts = configuredHosts(config)
  const servesPlain = isLoopback(config.url)
  return ({ method, host, scheme, target }) => {
    if (scheme === 'http' && !servesPlain) {
      // A target may be a whole URL (RFC 9112 §3.2.2), of which nothing may become part of our address.
      if (method === 'GET' || method === 'HEAD') return `${config.url}${target.startsWith('/') ? target : '/'}`
      throw new HttpProblem('https-required', `Send this to ${config.url}: it is not taken over plain HTTP.`)
    }
    if (!hosts.has(host.toLowerCase())) {
      throw new HttpProblem('wrong-host', `This server answers at ${config.url}. CHANCERY_URL sets that address.`)
    }
    return undefined
  }
}

/** The addresses of the configuration, and on this machine alone every way to name it with the port of a listener. */
function configuredHosts({ url, publicUrl, http, https }: Config): ReadonlySet<string> {
  const hosts = new Set([...spellings(url), ...spellings(publicUrl)])
  const add = (origin: string) => {
    for (const spelling of spellings(origin)) hosts.add(spelling)
  }
  if (isLoopback(url)) {
    for (const host of ['localhost', '127.0.0.1', '[::1]', new URL(url).hostname]) {
      add(`http://${host}:${http.port}`)
      if (https !== undefined) add(`https://${host}:${https.port}`)
    }
  } else if (https !== undefined) {
    // Where a listener has another port than the world knows, or an address of its own.
    add(`https://${new URL(url).hostname}:${https.port}`)
    if (!isEveryAddress(https.host))
      add(`https://${https.host.includes(':') ? `[${https.host}]` : https.host}:${https.port}`)
  }
  return hosts
}

function isEveryAddress(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}

/** How `Host` may be written for an origin: the port may be left out where it is the scheme's own. */
function spellings(origin: string): readonly string[] {
  const { hostname, port, protocol } = new URL(origin)
  if (port !== '') return [`${hostname}:${port}`]
  return [hostname, `${hostname}:${protocol === 'https:' ? 443 : 80}`]
}
