import type { Problem, ProblemCode } from '@chancery/api'
import type { Problem as ProblemItem, Refusal, RefusalCode } from '@chancery/pki'

/** The media type of a problem, RFC 9457 §3. */
export const PROBLEM_MEDIA_TYPE = 'application/problem+json; charset=utf-8'

/** What each kind of problem is on the wire: the status and a title that never changes. */
export const PROBLEMS = {
  malformed: [400, 'The request cannot be understood'],
  'too-large': [413, 'The request is too large'],
  unauthenticated: [401, 'A valid token is needed'],
  forbidden: [403, 'This token may not do that'],
  'not-found': [404, 'There is no such thing'],
  conflict: [409, 'It is in the way of something that happened before'],
  'bad-csr': [422, 'The certificate request is not acceptable'],
  'bad-key': [422, 'The key is not acceptable'],
  'name-not-allowed': [422, 'A name is not allowed here'],
  'not-permitted': [422, 'A rule does not permit this'],
  lint: [422, 'The certificate would break a rule'],
  'issuer-inactive': [409, 'The certificate authority does not issue'],
  'key-unavailable': [503, 'The key of the certificate authority cannot be reached now'],
  gone: [410, 'It is no longer there'],
  'rate-limited': [429, 'Too many requests'],
  'idempotency-mismatch': [422, 'The Idempotency-Key belongs to another request'],
  unavailable: [503, 'The server cannot answer now'],
  'method-not-allowed': [405, 'This address does not take that method'],
  'unsupported-media-type': [415, 'This address does not take that media type'],
  'address-too-long': [414, 'The address is too long'],
  'headers-too-large': [431, 'The headers are too large'],
  timeout: [408, 'The request took too long to arrive'],
  'wrong-host': [421, 'This server does not answer for that host'],
  'https-required': [403, 'This address is served over https only'],
  fault: [500, 'The server failed'],
} as const satisfies Record<RefusalCode | ProblemCode, readonly [status: number, title: string]>

/** A problem of HTTP or of what stands before a handler; rendered as a `Refusal` is. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem'
  readonly code: ProblemCode
  readonly problems: readonly ProblemItem[]
  /** Headers that belong to the answer, e.g. `WWW-Authenticate`. */
  readonly headers: Readonly<Record<string, string>>

  constructor(
    code: ProblemCode,
    message: string,
    more: {
      readonly problems?: readonly ProblemItem[]
      readonly headers?: Readonly<Record<string, string>>
    } = {},
  ) {
    super(message)
    this.code = code
    this.problems = more.problems ?? []
    this.headers = more.headers ?? {}
  }
}

/** The body of the answer to a refused request, RFC 9457 §3.1. */
export function problemOf(refused: Refusal | HttpProblem): Problem {
  const errors = refused.problems.map((problem) => ({ ...problem }))
  return { ...kindOf(refused.code), detail: refused.message, ...(errors.length > 0 ? { errors } : {}) }
}

/** The body of the answer when we failed: nothing from inside, only where to look. */
export function faultOf(reference: string): Problem {
  return {
    ...kindOf('fault'),
    detail: 'The server failed. Its log tells more under this reference.',
    reference,
  }
}

function kindOf(code: ProblemCode): Pick<Problem, 'type' | 'title' | 'status' | 'code'> {
  const [status, title] = PROBLEMS[code]
  // A relative reference with its full path (RFC 9457 §3.1.1): the same text in every installation, and it can be followed.
  return { type: `/api/docs#problem-${code}`, title, status, code }
}
