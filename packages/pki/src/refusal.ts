/** Why something asked for is declined. Each protocol maps every code to its own wire in one total table. */
export const REFUSAL_CODES = [
  'malformed',
  'too-large',
  'unauthenticated',
  'forbidden',
  'not-found',
  'conflict',
  'bad-csr',
  'bad-key',
  'name-not-allowed',
  'not-permitted',
  'lint',
  'issuer-inactive',
  'key-unavailable',
  'gone',
  'rate-limited',
  'idempotency-mismatch',
  'unavailable',
] as const
export type RefusalCode = (typeof REFUSAL_CODES)[number]

/** One thing that is wrong: in which field of the request, by which rule, and what to change. */
export interface Problem {
  /**
   * A JSON pointer into what was sent (`/subjectAltNames/2`), or a field of the certificate by its name in RFC 5280, perhaps with the
   * part of it: `keyUsage`, `subject.countryName`, `subjectAltName.2`.
   */
  readonly field?: string
  /** The name of the lint whose rule this is, e.g. `serialNumberFits`. */
  readonly lint?: string
  /** The rule in words, e.g. "Serial numbers are positive and at most 20 octets." */
  readonly rule?: string
  /** Where the rule stands, e.g. `RFC 5280 §4.1.2.2`, or whose it is: `template "Web Server"`. */
  readonly cites?: string
  /** What is wrong here and what to change, in one or two sentences. */
  readonly detail: string
}

/**
 * Declines a request. Refusals are answers, not faults: the requester sees `message` and `problems`, and nothing in
 * them comes from inside the system.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: RefusalCode
  readonly problems: readonly Problem[]

  constructor(code: RefusalCode, message: string, problems: readonly Problem[] = []) {
    super(message)
    this.code = code
    this.problems = problems
  }
}
