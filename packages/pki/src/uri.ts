import { formatIp, parseIp } from '@chancery/x509'
import { domainProblem } from './domain-name.ts'

/** A URI in the parts that names are judged by, scheme and host in lower case. */
export interface Uri {
  readonly scheme: string
  /** What stands between `//` and the next `/`, if it has that. IPv6 without its brackets. */
  readonly host?: string
  /** The whole, scheme and host in lower case. */
  readonly normalized: string
}

const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]*):(.+)$/s
const CHARACTERS = /^(?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*$/
const AUTHORITY = /^\/\/([^/?#]*)(.*)$/s
const HOST_AND_PORT = /^((?:[^@[\]]*@)?)(\[[0-9A-Fa-f:.]*\]|[^@:[\]]*)((?::[0-9]*)?)$/

/** Reads an absolute URI (RFC 3986 §3); `undefined` when it is none. The host is not judged: see `uriProblem`. */
export function parseUri(text: string): Uri | undefined {
  const [, scheme, rest] = SCHEME.exec(text) ?? []
  if (scheme === undefined || rest === undefined || !CHARACTERS.test(rest)) return undefined
  const lower = scheme.toLowerCase()
  const [, authority, path] = AUTHORITY.exec(rest) ?? []
  if (authority === undefined || path === undefined) return { scheme: lower, normalized: `${lower}:${rest}` }
  const [, user = '', host, port = ''] = HOST_AND_PORT.exec(authority) ?? []
  if (host === undefined) return undefined
  const lowerHost = host.toLowerCase()
  return {
    scheme: lower,
    host: lowerHost.startsWith('[') ? lowerHost.slice(1, -1) : lowerHost,
    normalized: `${lower}://${user}${lowerHost}${port}${path}`,
  }
}

/** What is wrong with this text as a URI in a certificate (RFC 5280 §4.2.1.6); `undefined` when nothing is. */
export function uriProblem(text: string): string | undefined {
  const uri = parseUri(text)
  if (uri === undefined) return 'is not an absolute URI of RFC 3986'
  return uri.host === undefined ? undefined : hostProblem(uri.host)
}

function hostProblem(host: string): string | undefined {
  if (parseIp(host) !== undefined) return undefined
  const problem = domainProblem(host)
  return problem === undefined ? undefined : `has a host that ${problem}`
}

/**
 * What is wrong with an address that is written into certificates for anyone to fetch: http or https, a host, no
 * credentials.
 */
export function webAddressProblem(text: string, uri: Uri | undefined = parseUri(text)): string | undefined {
  if (uri?.host === undefined || !(uri.scheme === 'http' || uri.scheme === 'https')) return 'is not an http address'
  if (text.length > 2000) return 'is longer than 2000 characters'
  if (/^[^/]*\/\/[^/?#]*@/.test(text)) return 'holds a user name'
  return hostProblem(uri.host)
}

/** The canonical text of an IP address; `undefined` when it is none. */
export function normalizeIp(text: string): string | undefined {
  const octets = parseIp(text)
  return octets && formatIp(octets)
}
