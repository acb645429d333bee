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
  const answer = {
    status,
    mediaType: pem === undefined ? JSON_TYPE : CHAIN_TYPE,
    body: pem ?? JSON.stringify(body ?? {}),
    headers: {
      ...(location !== undefined && { location }),
      ...(links !== undefined && links.length > 0 && { link: links.join(', ') }),
      ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
    },
  }
  return onWire(answer, base, acme)
}

/** A refusal, as it goes out. */
export function wireRefusal(problem: AcmeProblem, base: string, acme: Pick<Acme, 'nonces'>): PublicAnswer {
  const { status, headers } = problem
  const body = JSON.stringify(problemDocument(problem))
  return onWire({ status, mediaType: PROBLEM_TYPE, body, headers }, base, acme)
}

/** With what each answer has: where its directory is (RFC 8555 §7.1), and a fresh nonce (RFC 8555 §6.5). */
export function onWire(answer: PublicAnswer, base: string, acme: Pick<Acme, 'nonces'>): PublicAnswer {
  return withNonce(withIndex(answer, base), acme)
}

/** Nothing is kept by caches unless it says so itself. */
function withIndex(answer: PublicAnswer, base: string): PublicAnswer {
  const index = `<${base}/directory>;rel="index"`
  const link = answer.headers?.['link']
  const headers = {
    'cache-control': NOT_KEPT,
    ...answer.headers,
    link: link === undefined ? index : `${index}, ${link}`,
  }
  return { ...answer, headers }
}

/** Refusals have one too; but not what caches give to many, of whom one could use it. */
function withNonce(answer: PublicAnswer, { nonces }: Pick<Acme, 'nonces'>): PublicAnswer {
  if (answer.headers?.['cache-control'] !== NOT_KEPT) return answer
  return { ...answer, headers: { ...answer.headers, 'replay-nonce': nonces.issue() } }
}
