import { lookup as systemLookup } from 'node:dns/promises'
import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import { whyUnreachable } from './reachable-address.ts'

/** Whom outbound requests may reach. */
export interface OutboundRules {
  /** Networks beside the public ones, as the operator lists them: addresses and CIDR. */
  readonly allowedNetworks: readonly string[]
  /** Our own listeners and database: never reached, whatever is listed. */
  readonly isOurs: (address: string, port: number) => boolean
  /** 80 and 443 unless given. */
  readonly ports?: readonly number[]
  /** All addresses of a host name; the system's resolver unless given. */
  readonly lookup?: (host: string) => Promise<readonly ResolvedAddress[]>
}

export interface ResolvedAddress {
  readonly address: string
  readonly family: number
}

/** What one fetch may cost, redirects and all. */
export interface OutboundLimits {
  /** Bytes of body. */
  readonly maxBytes: number
  /** From the first look-up to the last byte. */
  readonly timeoutMs: number
  readonly redirects: number
}

export interface OutboundAnswer {
  readonly status: number
  readonly mediaType: string
  readonly body: Uint8Array
}

/** Fetches an http or https address. Throws `OutboundError` and nothing else. */
export type GuardedGet = (url: string, limits: OutboundLimits) => Promise<OutboundAnswer>

/**
 * Why nothing was fetched: `refused` by our rules, `unreachable`, `too-slow`, `too-large`, or a `bad-answer`. The message says which
 * address and why; it is for the operator, because a stranger could search networks by it.
 */
export class OutboundError extends Error {
  override readonly name = 'OutboundError'
  readonly code: 'refused' | 'unreachable' | 'too-slow' | 'too-large' | 'bad-answer'

  constructor(code: OutboundError['code'], message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}

const LONGEST_URL = 2048
const PORTS = [80, 443]
const LARGEST_HEADERS = 16 * 1024
const REDIRECTS = [301, 302, 303, 307, 308]

/**
 * The one client for addresses that strangers name. Every address that a name resolves to is checked, and only a checked one is
 * connected to: a name that changes its mind between the two changes nothing. No credentials, no proxy of the environment, no
 * kept connection; each redirect is judged as the first address was.
 */
export function guardedClient(rules: OutboundRules): GuardedGet {
  return async (text, limits) => {
    const deadline = AbortSignal.timeout(limits.timeoutMs)
    try {
      let url = checkedUrl(text, rules)
      for (let left = limits.redirects; ; left--) {
        const addresses = await orAborted(checkedAddresses(url, rules), deadline)
        const response = await send(url, addresses, deadline)
        const target = redirectOf(response)
        if (target === undefined) return await read(response, limits)
        response.destroy()
        if (left === 0) throw new OutboundError('bad-answer', `${text} redirects more than ${limits.redirects} times`)
        url = checkedUrl(target, rules, url)
      }
    } catch (error) {
      if (error instanceof OutboundError) throw error
      if (deadline.aborted) throw new OutboundError('too-slow', `${text} took more than ${limits.timeoutMs} ms`, error)
      throw new OutboundError('unreachable', `${text} cannot be reached`, error)
    }
  }
}

function checkedUrl(text: string, { ports = PORTS }: OutboundRules, base?: URL): URL {
  if (text.length > LONGEST_URL) throw refuse(`an address of more than ${LONGEST_URL} characters`)
  if (!URL.canParse(text, base)) throw refuse('text that is no address')
  const url = new URL(text, base)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw refuse(`${url.protocol} is neither http nor https`)
  if (url.username !== '' || url.password !== '') throw refuse('an address with a user name or password')
  const port = portOf(url)
  if (!ports.includes(port)) throw refuse(`${url.host}: port ${port} is not ${ports.join(' or ')}`)
  return url
}

async function checkedAddresses(url: URL, rules: OutboundRules): Promise<readonly ResolvedAddress[]> {
  const { lookup = lookupAll } = rules
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const family = isIP(host)
  const all = family === 0 ? await lookup(host) : [{ address: host, family }]
  const refusals = all.map(({ address }) =>
    rules.isOurs(address, portOf(url)) ? 'is this server itself' : whyUnreachable(address, rules.allowedNetworks),
  )
  const reachable = all.filter((_, index) => refusals[index] === undefined)
  if (reachable.length > 0) return reachable
  const [first] = all
  throw refuse(first === undefined ? `${host} has no address` : `${host}: ${first.address} ${refusals[0]}`)
}

function send(url: URL, addresses: readonly ResolvedAddress[], signal: AbortSignal): Promise<IncomingMessage> {
  const options: RequestOptions = {
    agent: false,
    signal,
    maxHeaderSize: LARGEST_HEADERS,
    headers: { 'user-agent': 'Chancery', accept: '*/*', 'accept-encoding': 'identity' },
    lookup: (_host, { all }, done) => {
      const [first] = addresses
      if (all === true) done(null, [...addresses])
      else done(null, first?.address ?? '', first?.family)
    },
  }
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  request(url, options, resolve).on('error', reject).end()
  return promise
}

function redirectOf({ statusCode = 0, headers }: IncomingMessage): string | undefined {
  return REDIRECTS.includes(statusCode) ? headers.location : undefined
}

async function read(response: IncomingMessage, { maxBytes }: OutboundLimits): Promise<OutboundAnswer> {
  const { statusCode = 0, headers } = response
  const tooLarge = () => new OutboundError('too-large', `more than ${maxBytes} bytes`)
  try {
    if (Number(headers['content-length'] ?? 0) > maxBytes) throw tooLarge()
    // Packed bytes could unpack into more than anybody wants to hold.
    if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
      throw new OutboundError('bad-answer', 'a compressed answer, which was not asked for')
    }
    const parts: Uint8Array[] = []
    let size = 0
    for await (const part of response) {
      size += part.length
      if (size > maxBytes) throw tooLarge()
      parts.push(part)
    }
    return { status: statusCode, mediaType: headers['content-type'] ?? '', body: Buffer.concat(parts) }
  } finally {
    response.destroy()
  }
}

function lookupAll(host: string): Promise<readonly ResolvedAddress[]> {
  return systemLookup(host, { all: true })
}

/** A look-up cannot be called off; nobody has to wait for it. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const abort = () => reject(signal.reason)
  if (signal.aborted) abort()
  signal.addEventListener('abort', abort, { once: true })
  return Promise.race([work, promise]).finally(() => signal.removeEventListener('abort', abort))
}

function portOf({ port, protocol }: URL): number {
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port)
}

function refuse(what: string): OutboundError {
  return new OutboundError('refused', `not fetched: ${what}`)
}
