import type { FastifyRequest } from 'fastify'
import type { Arrival } from './forwarded.ts'
import { HttpProblem } from './problem.ts'

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS']

/**
 * Refuses a change that the page of another site had a browser send: with a session's cookie it would be done in the name of who
 * has the session. Browsers say where a request comes from (`Sec-Fetch-Site`, and older ones `Origin`); `needsProof` asks for one of
 * both. `arrival` is how the request came to whoever stands before us; its host was checked before. Throws `HttpProblem` 'forbidden'.
 */
export function refuseCrossSite({ method, headers }: FastifyRequest, arrival: Arrival, needsProof: boolean): void {
  if (SAFE_METHODS.includes(method)) return
  const { 'sec-fetch-site': site, origin } = headers
  if (origin !== undefined && !isOurPage(origin, arrival)) throw crossSite()
  if (site !== undefined && site !== 'same-origin') throw crossSite()
  if (needsProof && site === undefined && origin === undefined) throw crossSite()
}

/** A page of the same host over plain HTTP is none of ours where we are https: whoever sits in the network may have written it. */
function isOurPage(origin: string, { scheme, host }: Arrival): boolean {
  if (!URL.canParse(origin)) return false
  const page = new URL(origin)
  if (scheme === 'https' && page.protocol !== 'https:') return false
  return page.host === new URL(`${page.protocol}//${host}`).host
}

function crossSite(): HttpProblem {
  return new HttpProblem(
    'forbidden',
    'A change with the cookie of a session has to come from a page of this server. Programs send an API token instead.',
  )
}
