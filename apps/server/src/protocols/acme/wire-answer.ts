import type { PublicAnswer } from '../../platform/public-routes.ts'
import type { Acme, AcmeAnswer } from './acme.ts'
import { type AcmeProblem, problemDocument } from './acme-problem.ts'

const NOT_KEPT = 'no-store'
const JSON_TYPE = 'application/json'
const PROBLEM_TYPE = 'application/problem+json'
const CHAIN_TYPE = 'application/pem-certificate-chain'

/** What a handler answered, as it goes out. */
export function wireAnswer(
  { status, body, pem, location, links, retryAfterSeconds }: AcmeAnswer,
  base: string,
  acme: Pick<Acme, 'nonces'>,
): PublicAnswer {
  const headers = {
    ...(location !== undefined && { location }),
    ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
  }
  return onWire({ status, ...contentOf(body, pem), headers }, base, acme, links)
}

/** Nothing at all where there is nothing to say, as RFC 8555 §7.6 shows it: acme.sh takes any octet for an error. */
function contentOf(body: object | undefined, pem: string | undefined): Pick<PublicAnswer, 'mediaType' | 'body'> {
  if (pem !== undefined) return { mediaType: CHAIN_TYPE, body: pem }
  return body === undefined ? { body: '' } : { mediaType: JSON_TYPE, body: JSON.stringify(body) }
}

/** A refusal, as it goes out. */
export function wireRefusal(problem: AcmeProblem, base: string, acme: Pick<Acme, 'nonces'>): PublicAnswer {
  const { status, headers } = problem
  const body = JSON.stringify(problemDocument(problem))
  return onWire({ status, mediaType: PROBLEM_TYPE, body, headers }, base, acme)
}

/** With what each answer has: where its directory is (RFC 8555 §7.1), and a fresh nonce (RFC 8555 §6.5). */
export function onWire(
  answer: PublicAnswer,
  base: string,
  acme: Pick<Acme, 'nonces'>,
  links: readonly string[] = [],
): PublicAnswer {
  const index = `<${base}/directory>;rel="index"`
  return withNonce(withLinks(answer, links.length === 0 ? index : [index, ...links]), acme)
}

/**
 * Each link in a field of its own: acme.sh and the library of cert-manager take of a field the first address and its last relation, and so
 * the directory for a chain. Nothing is kept by caches unless it says so itself.
 */
function withLinks(answer: PublicAnswer, link: string | readonly string[]): PublicAnswer {
  return { ...answer, headers: { 'cache-control': NOT_KEPT, ...answer.headers, link } }
}

/** Refusals have one too; but not what caches may give to many, of whom one could use it. */
function withNonce(answer: PublicAnswer, { nonces }: Pick<Acme, 'nonces'>): PublicAnswer {
  if (answer.headers?.['cache-control'] !== NOT_KEPT) return answer
  return { ...answer, headers: { ...answer.headers, 'replay-nonce': nonces.issue() } }
}
