import type { FastifyRequest } from 'fastify'
import { HttpProblem } from './problem.ts'

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS']

/**
 * Refuses a change that the page of another site had a browser send: with a session's cookie it would be done in the name of who
 * has the session. Browsers say where a request comes from (`Sec-Fetch-Site`, and older ones `Origin`); `needsProof` asks for one of
 * both. The host of the request was checked before. Throws `HttpProblem` 'forbidden'.
 */
export function refuseCrossSite({ method, headers, host }: FastifyRequest, needsProof: boolean): void {
  if (SAFE_METHODS.includes(method)) return
  const { 'sec-fetch-site': site, origin } = headers
  if (origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== new URL(`http://${host}`).host)) {
    throw crossSite()
  }
  if (site !== undefined && site !== 'same-origin') throw crossSite()
  if (needsProof && site === undefined && origin === undefined) throw crossSite()
}

function crossSite(): HttpProblem {
  return new HttpProblem(
    'forbidden',
    'A change with the cookie of a session has to come from a page of this server. Programs send an API token instead.',
  )
}
