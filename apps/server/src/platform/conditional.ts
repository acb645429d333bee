import type { IncomingHttpHeaders } from 'node:http'

/** What tells one version of an answer from another. */
export interface Version {
  /** Entity tag with its quotes, RFC 9110 §8.8.3. */
  readonly etag?: string
  /** Milliseconds since the epoch. */
  readonly lastModifiedAt?: number
}

/** Whether the client has this version already, so that a GET is answered with 304. RFC 9110 §13.2.2 */
export function isNotModified(headers: IncomingHttpHeaders, { etag, lastModifiedAt }: Version): boolean {
  const known = headers['if-none-match']
  if (known !== undefined) return etag !== undefined && (known.trim() === '*' || namesTag(known, etag))
  const since = headers['if-modified-since']
  if (since === undefined || lastModifiedAt === undefined) return false
  // The header has whole seconds. Text that is no date compares false, and so asks for the whole answer (RFC 9110 §13.1.3).
  return Math.floor(lastModifiedAt / 1000) * 1000 <= Date.parse(since)
}

/** The headers of a version. */
export function versionHeaders({ etag, lastModifiedAt }: Version): Record<string, string> {
  return {
    ...(etag === undefined ? {} : { etag }),
    ...(lastModifiedAt === undefined ? {} : { 'last-modified': new Date(lastModifiedAt).toUTCString() }),
  }
}

/** Weak comparison, RFC 9110 §8.8.3.2. */
function namesTag(list: string, etag: string): boolean {
  const wanted = etag.replace(/^W\//, '')
  return list.split(',').some((tag) => tag.trim().replace(/^W\//, '') === wanted)
}
