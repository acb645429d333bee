import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'

/**
 * A route that asks for no token: what relying parties, devices and passers-by fetch.
 * - `relying-parties`: what certificates point at (CRL, OCSP, AIA, CPS, SCEP, TSA). On plain HTTP too, for every Host: an address that
 *   was once written into a certificate goes on answering. No hook runs before it; it bounds its own input.
 * - `programs`: clients of a protocol that is served where people are: over https, for a configured Host, without what browsers need.
 * - `people`: over https, for a configured Host, with security headers.
 */
export interface PublicRoute {
  readonly audience: 'relying-parties' | 'programs' | 'people'
  readonly methods: readonly ('GET' | 'POST')[]
  /** In the router's words, e.g. `/ocsp/:generation` or `/ocsp/:generation/*`. GET answers HEAD too. */
  readonly path: string
  readonly summary: string
  /** Bytes of body at most; 64 KiB when not given. */
  readonly bodyLimit?: number
  /** May answer without a promise: the quickest way for what is in memory. Throws `Refusal` as any handler does. */
  handle(request: PublicRequest): PublicAnswer | Promise<PublicAnswer>
}

export interface PublicRequest {
  readonly method: 'GET' | 'HEAD' | 'POST'
  /** The path as it came, still %-encoded, without the query. */
  readonly rawPath: string
  /** The query as it came, still encoded, without `?`; absent where there is no `?` either. */
  readonly rawQuery: string | undefined
  /** The parameters of the path, %-decoded; `*` is the rest. */
  readonly params: Readonly<Record<string, string>>
  readonly headers: IncomingHttpHeaders
  /** Where it comes from: what a trusted proxy says, else the other end of the connection. Few ask, and it costs something where proxies are trusted. */
  readonly address: () => string
  /** The body as it came, whatever its media type; empty for GET. */
  readonly body: Uint8Array
}

export interface PublicAnswer {
  readonly status: number
  /** Absent: there is nothing to read, and the body is empty. */
  readonly mediaType?: string
  /** Entity tag with its quotes, RFC 9110 §8.8.3: then `If-None-Match` is answered with 304. */
  readonly etag?: string
  /** Milliseconds since the epoch: then `Last-Modified` is sent, and `If-Modified-Since` honoured when there is no `If-None-Match`. */
  readonly lastModifiedAt?: number
  /** A list is as many fields of that name (RFC 9110 §5.2). */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body: Uint8Array | string | Readable
}

/**
 * A protocol that says in its own words what is refused before a route hears of it, wherever its addresses are: too large a body, a
 * method that a path does not take, an address where nothing is or that cannot be read, a Host that is none of ours.
 */
export interface OwnWords {
  /** What its addresses begin with, e.g. `/acme/`. */
  readonly below: string
  /** `request` is as it came: without parameters, and without a body, which nobody read. */
  answer(request: PublicRequest, refusal: EarlyRefusal): Promise<PublicAnswer>
}

/** What was refused, as the API would say it. */
export interface EarlyRefusal {
  readonly status: number
  readonly detail: string
  /** What belongs to the answer, such as `allow`. */
  readonly headers: Readonly<Record<string, string>>
  /** Where the log tells more, of a fault. */
  readonly reference?: string
}
