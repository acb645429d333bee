import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { connect, type LookupFunction, type Socket } from 'node:net'
import {
  checkedAddresses,
  checkPort,
  OutboundError,
  type OutboundHop,
  type OutboundRequest,
  type OutboundRules,
  type ResolvedAddress,
  refuse,
} from './outbound-rules.ts'
import { connected, outboundTls } from './outbound-tls.ts'

/** What one fetch may cost, redirects and all. */
export interface OutboundLimits {
  /** Bytes of body. */
  readonly maxBytes: number
  /** From the first look-up to the last byte. */
  readonly timeoutMs: number
  readonly redirects: number
  /** Of a body that is larger the beginning is enough: reading stops there, and the answer says `cut`. Refused unless given. */
  readonly cut?: true
  /** Whatever certificate a redirect to https meets will do: what is fetched proves itself otherwise. */
  readonly anyCertificate?: true
}

export interface OutboundAnswer {
  readonly status: number
  readonly mediaType: string
  readonly body: Uint8Array
}

/** An answer with the way to it. */
export interface TracedAnswer extends OutboundAnswer {
  readonly cut: boolean
  /** As the answer announced it, in bytes. */
  readonly length?: number
  /** All addresses that were asked, the one that answered last. */
  readonly hops: readonly OutboundHop[]
}

/** Fetches an http or https address. Throws `OutboundError` and nothing else. */
export type GuardedGet = (url: string, limits: OutboundLimits) => Promise<OutboundAnswer>

const LONGEST_URL = 2048
const LARGEST_HEADERS = 16 * 1024
const MOST_ANNOUNCEMENTS = 8
const REDIRECTS = [301, 302, 303, 307, 308]

/**
 * The one client for addresses that strangers name. Every address that a name resolves to is checked, and only a checked one is
 * connected to: a name that changes its mind between the two changes nothing. No credentials, no proxy of the environment, no
 * kept connection; each redirect is judged as the first address was.
 */
export function guardedClient(
  rules: OutboundRules,
): (url: string, limits: OutboundLimits, request?: OutboundRequest) => Promise<TracedAnswer> {
  return async (text, limits, request) => {
    const deadline = AbortSignal.timeout(limits.timeoutMs)
    const hops: OutboundHop[] = []
    let asked: Asked | undefined
    try {
      let url = checkedUrl(text, rules)
      for (let left = limits.redirects; ; left--) {
        asked = { url: url.href, startedAt: performance.now() }
        const addresses = await checkedAddresses(url.hostname, portOf(url), rules, deadline)
        asked = { ...asked, tried: addresses.map(({ address }) => address) }
        const { response, address } = await send(url, addresses, limits, deadline, request)
        const target = redirectOf(response)
        hops.push(hopOf(asked, response, address, target))
        asked = undefined
        if (target === undefined)
          return { ...(request === undefined ? await read(response, limits) : unread(response)), hops }
        response.destroy()
        if (left === 0 || request !== undefined)
          throw new OutboundError('bad-answer', `${text} redirects more than ${limits.redirects} times`, {
            told: `it redirects more than ${limits.redirects} times`,
          })
        url = checkedUrl(target, rules, url)
      }
    } catch (error) {
      if (asked !== undefined) {
        const { url, startedAt, tried } = asked
        hops.push({ url, tookMs: since(startedAt), ...(tried && { tried }) })
      }
      throw explained(error, text, limits, deadline, hops)
    }
  }
}

/** A hop that has no answer yet. */
interface Asked extends Pick<OutboundHop, 'url' | 'tried'> {
  readonly startedAt: number
}

function explained(
  error: unknown,
  text: string,
  { timeoutMs }: OutboundLimits,
  deadline: AbortSignal,
  hops: readonly OutboundHop[],
): OutboundError {
  if (error instanceof OutboundError) return error.after(hops)
  const told = `it took more than ${timeoutMs} ms`
  const more = { cause: error, hops }
  if (deadline.aborted)
    return new OutboundError('too-slow', `${text} took more than ${timeoutMs} ms`, { ...more, told })
  return new OutboundError('unreachable', `${text} cannot be reached`, more)
}

function checkedUrl(text: string, rules: OutboundRules, base?: URL): URL {
  if (text.length > LONGEST_URL) throw refuse(`an address of more than ${LONGEST_URL} characters`)
  if (!URL.canParse(text, base)) throw refuse('text that is no address')
  const url = new URL(text, base)
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw refuse(`${url.protocol} is neither http nor https`, NO_HTTP)
  if (url.username !== '' || url.password !== '') throw refuse('an address with a user name or password')
  checkPort(url.host, portOf(url), rules)
  return url
}

const NO_HTTP = 'an address that is neither http nor https'

/** Whoever answered, and at which address. */
interface Answered {
  readonly response: IncomingMessage
  readonly address: string | undefined
}

async function send(
  url: URL,
  addresses: readonly ResolvedAddress[],
  { anyCertificate }: OutboundLimits,
  signal: AbortSignal,
  posted?: OutboundRequest,
): Promise<Answered> {
  const isSecure = url.protocol === 'https:'
  const opened = isSecure ? await connected(addresses, portOf(url), signal) : undefined
  const options: RequestOptions = {
    // An agent for one connection costs more than the connection.
    createConnection: () =>
      opened === undefined
        ? connectTo(url, addresses)
        : outboundTls(opened, hostOf(url), { ALPNProtocols: ['http/1.1'], rejectUnauthorized: !anyCertificate }),
    signal,
    maxHeaderSize: LARGEST_HEADERS,
    ...(posted && { method: posted.method }),
    headers: {
      ...posted?.headers,
      ...(posted && { 'content-length': String(Buffer.byteLength(posted.body)) }),
      ...{ 'user-agent': 'Chancery', accept: '*/*', 'accept-encoding': 'identity' },
    },
  }
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const request = isSecure ? requestHttps : requestHttp
  const sent = request(url, options, resolve).on('error', reject)
  // Answers that only announce one (1xx) may come again and again, each with headers of its own.
  let announced = 0
  sent.on('information', () => {
    if (++announced > MOST_ANNOUNCEMENTS) sent.destroy(badAnswer('too many interim answers'))
  })
  sent.end(posted?.body)
  const response = await promise
  return { response, address: (opened ?? response.socket).remoteAddress }
}

/** To one of these addresses, and to no other. */
function connectTo(url: URL, addresses: readonly ResolvedAddress[]): Socket {
  const lookup: LookupFunction = (_host, { all }, done) => {
    const [first] = addresses
    if (all === true) done(null, [...addresses])
    else done(null, first?.address ?? '', first?.family)
  }
  const [only, ...others] = addresses
  const port = portOf(url)
  if (only !== undefined && others.length === 0) return connect({ host: only.address, port })
  return connect({ host: hostOf(url), port, lookup })
}

function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '')
}

function hopOf(
  { url, startedAt }: Asked,
  { statusCode = 0, headers }: IncomingMessage,
  address: string | undefined,
  location?: string,
): OutboundHop {
  const mediaType = headers['content-type']
  return {
    url,
    status: statusCode,
    tookMs: since(startedAt),
    ...(address !== undefined && { address }),
    ...(mediaType !== undefined && { mediaType }),
    ...(location !== undefined && { location: location.slice(0, LONGEST_URL) }),
  }
}

function redirectOf({ statusCode = 0, headers }: IncomingMessage): string | undefined {
  return REDIRECTS.includes(statusCode) ? headers.location : undefined
}

/** Of what was posted the status is the answer: whatever else comes is not looked at. */
function unread(response: IncomingMessage): Omit<TracedAnswer, 'hops'> {
  const { statusCode: status = 0, headers } = response
  response.destroy()
  return { status, mediaType: headers['content-type'] ?? '', body: new Uint8Array(0), cut: true }
}

async function read(response: IncomingMessage, limits: OutboundLimits): Promise<Omit<TracedAnswer, 'hops'>> {
  const { statusCode = 0, headers } = response
  const { maxBytes } = limits
  const bound = `more than ${maxBytes} bytes`
  const tooLarge = () => new OutboundError('too-large', bound, { told: bound })
  const announced = headers['content-length']
  const isCut = () => ({ cut: true, body: Buffer.concat(parts).subarray(0, maxBytes) })
  const parts: Uint8Array[] = []
  const answer = {
    status: statusCode,
    mediaType: headers['content-type'] ?? '',
    ...(announced !== undefined && { length: Number(announced) }),
  }
  try {
    if (Number(announced ?? 0) > maxBytes && limits.cut === undefined) throw tooLarge()
    // Packed bytes could unpack into more than anybody wants to hold.
    if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
      throw badAnswer('a compressed answer, which was not asked for')
    }
    let size = 0
    for await (const part of response) {
      size += part.length
      parts.push(part)
      if (size <= maxBytes) continue
      if (limits.cut === undefined) throw tooLarge()
      return { ...answer, ...isCut() }
    }
    return { ...answer, cut: false, body: Buffer.concat(parts) }
  } finally {
    response.destroy()
  }
}

function badAnswer(what: string): OutboundError {
  return new OutboundError('bad-answer', what, { told: what })
}

function since(startedAt: number): number {
  return Math.round(performance.now() - startedAt)
}

function portOf({ port, protocol }: URL): number {
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port)
}
