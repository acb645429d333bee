import type { Refusal, RefusalCode } from '@chancery/pki'

/**
 * The kinds of errors on the wire, without their prefix: RFC 8555 §6.7, `alreadyReplaced` of RFC 9773 §7.4 and `invalidProfile` of
 * draft-ietf-acme-profiles. With the status that an answer of this kind has unless it says otherwise.
 */
export const ACME_PROBLEMS = {
  accountDoesNotExist: 400,
  alreadyReplaced: 409,
  alreadyRevoked: 400,
  badCSR: 400,
  badNonce: 400,
  badPublicKey: 400,
  badRevocationReason: 400,
  badSignatureAlgorithm: 400,
  caa: 403,
  compound: 400,
  connection: 400,
  dns: 400,
  externalAccountRequired: 403,
  incorrectResponse: 403,
  invalidContact: 400,
  invalidProfile: 400,
  malformed: 400,
  orderNotReady: 403,
  rateLimited: 429,
  rejectedIdentifier: 400,
  serverInternal: 500,
  tls: 400,
  unauthorized: 403,
  unsupportedContact: 400,
  unsupportedIdentifier: 400,
  userActionRequired: 403,
} as const
export type AcmeProblemType = keyof typeof ACME_PROBLEMS

const PREFIX = 'urn:ietf:params:acme:error:'

/** A problem document (RFC 9457), with the subproblems of RFC 8555 §6.7.1. */
export interface ProblemDocument {
  readonly type: string
  readonly detail: string
  readonly status?: number
  readonly identifier?: { readonly type: string; readonly value: string }
  readonly subproblems?: readonly ProblemDocument[]
  /** RFC 8555 §6.2: which are taken. */
  readonly algorithms?: readonly string[]
}

/** What is declined, with all that its answer carries. An answer, not a fault: `detail` says what is wrong and what to change. */
export class AcmeProblem extends Error {
  override readonly name = 'AcmeProblem'
  readonly type: AcmeProblemType
  readonly status: number
  readonly more: Pick<ProblemDocument, 'identifier' | 'subproblems' | 'algorithms'>
  readonly headers: Readonly<Record<string, string>>

  constructor(
    type: AcmeProblemType,
    detail: string,
    { status = ACME_PROBLEMS[type], headers = {}, ...more }: ProblemExtras = {},
  ) {
    super(detail)
    this.type = type
    this.status = status
    this.headers = headers
    this.more = more
  }
}

export type ProblemExtras = Partial<Pick<ProblemDocument, 'identifier' | 'subproblems' | 'algorithms'>> & {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** The document of a problem; `status` stands in what is an answer, not in what is part of an object. */
export function problemDocument(
  { type, message, status, more }: AcmeProblem,
  part?: 'part of an object',
): ProblemDocument {
  return { type: `${PREFIX}${type}`, detail: message, ...(part === undefined && { status }), ...more }
}

/** The kind of a problem document, without its prefix: as the trace names it. */
export function problemKind({ type }: ProblemDocument): string {
  return type.startsWith(PREFIX) ? type.slice(PREFIX.length) : type
}

/** A problem that stands inside another one, or in an object. */
export function partProblem(
  type: AcmeProblemType,
  detail: string,
  identifier?: ProblemDocument['identifier'],
): ProblemDocument {
  return { type: `${PREFIX}${type}`, detail, ...(identifier && { identifier }) }
}

/**
 * One answer for all that is wrong with several identifiers: of one kind if all are, else `compound` (RFC 8555 §6.7.1). A single one
 * stands for itself.
 */
export function joinedProblem(
  problems: readonly (ProblemDocument & { readonly kind: AcmeProblemType })[],
): AcmeProblem {
  const [first] = problems
  if (first === undefined) throw new Error('nothing is wrong, and was to be told')
  const documents = problems.map(({ kind: _, ...document }) => document)
  const kind = problems.every((problem) => problem.kind === first.kind) ? first.kind : 'compound'
  const detail =
    documents.length === 1 ? first.detail : `${first.detail} There are ${documents.length} problems in all.`
  return new AcmeProblem(kind, detail, { subproblems: documents })
}

/** What each refusal of the domain is on this wire. The compiler rejects a table that forgets one. */
const WIRE = {
  malformed: 'malformed',
  'too-large': 'malformed',
  unauthenticated: 'unauthorized',
  forbidden: 'unauthorized',
  'not-found': 'malformed',
  conflict: 'orderNotReady',
  'bad-csr': 'badCSR',
  'bad-key': 'badCSR',
  'name-not-allowed': 'rejectedIdentifier',
  'not-permitted': 'unauthorized',
  lint: 'badCSR',
  'issuer-inactive': 'unauthorized',
  'key-unavailable': 'serverInternal',
  gone: 'malformed',
  'rate-limited': 'rateLimited',
  'idempotency-mismatch': 'malformed',
  unavailable: 'serverInternal',
} as const satisfies Record<RefusalCode, AcmeProblemType>

/** The words of a refusal with those of its parts: an ACME client shows its user one text. */
export function problemOfRefusal(refusal: Refusal): AcmeProblem {
  const said = new Set([refusal.message])
  for (const { detail, cites } of refusal.problems) {
    if (!refusal.message.includes(detail)) said.add(detail)
    if (cites !== undefined) said.add(`(${cites})`)
  }
  const type = WIRE[refusal.code]
  const later = refusal.code === 'unavailable' || refusal.code === 'key-unavailable'
  return new AcmeProblem(type, [...said].join(' '), {
    ...(later && { status: 503, headers: { 'retry-after': '5' } }),
    ...(refusal.code === 'not-found' && { status: 404 }),
  })
}
