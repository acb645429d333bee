import { hash } from 'node:crypto'
import type { OcspAnswer } from '../../revocation/answer-ocsp.ts'

/** Answers are good for a day, and caches ask again after this many seconds: so late may a revocation be seen behind one. */
const LONGEST_FRESH = 300

interface CachingHeaders {
  readonly etag?: string
  readonly headers: Readonly<Record<string, string>>
}

/** What goes out with every copy of one answer. */
interface Unchanging {
  readonly etag: string
  readonly lastModified: string
  readonly expires: string
}

const FOR_ONE: CachingHeaders = { headers: { 'cache-control': cacheControl(0) } }
const NOT_KEPT: CachingHeaders = { headers: { 'cache-control': 'no-store' } }

/**
 * The headers of RFC 9919 §7.2 for an answer at a time. `Expires` is nextUpdate, as it says there, and `max-age` overrules it.
 * Last-Modified only informs: an answer that was signed twice within a second is told apart by its ETag alone.
 */
export function cachingHeaders(): (answer: OcspAnswer, now: number) => CachingHeaders {
  const known = new WeakMap<OcspAnswer, Unchanging>()
  return (answer, now) => {
    const { validity } = answer
    if (validity === undefined) return NOT_KEPT
    // It has no other copy that an ETag could tell from it.
    if (answer.forOneRequest === true) return FOR_ONE
    const of = known.get(answer) ?? unchanging(answer.der, validity)
    known.set(answer, of)
    const freshFor = Math.floor((validity.nextUpdate - now) / 1000)
    return {
      etag: of.etag,
      headers: {
        'cache-control': cacheControl(Math.max(0, Math.min(LONGEST_FRESH, freshFor))),
        'last-modified': of.lastModified,
        expires: of.expires,
      },
    }
  }
}

function cacheControl(seconds: number): string {
  return `max-age=${seconds}, public, no-transform, must-revalidate`
}

function unchanging(der: Uint8Array, { thisUpdate, nextUpdate }: NonNullable<OcspAnswer['validity']>): Unchanging {
  return {
    etag: `"${hash('sha256', der, 'hex')}"`,
    lastModified: new Date(thisUpdate).toUTCString(),
    expires: new Date(nextUpdate).toUTCString(),
  }
}
