import { type Static, Type } from 'typebox'
import { ref } from './named.ts'

/** What a problem is called in its `code`: stable, for programs to compare. */
export const PROBLEM_CODES = [
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
  // Of HTTP alone.
  'method-not-allowed',
  'unsupported-media-type',
  'address-too-long',
  'headers-too-large',
  'timeout',
  'wrong-host',
  'https-required',
  'fault',
] as const
export type ProblemCode = (typeof PROBLEM_CODES)[number]

/** One thing that is wrong: where, by which rule, and what to change. */
export const ProblemItem = Type.Object(
  {
    field: Type.Optional(
      Type.String({
        description:
          'A JSON pointer into what was sent (`/subjectAltNames/2`), or a field of the certificate by its name in RFC 5280, perhaps with the part of it (`keyUsage`, `subject.countryName`, `subjectAltName.2`).',
      }),
    ),
    lint: Type.Optional(
      Type.String({ description: 'The name of the lint whose rule this is, e.g. serialNumberFits.' }),
    ),
    rule: Type.Optional(Type.String({ description: 'The rule in words.' })),
    cites: Type.Optional(Type.String({ description: 'Where the rule stands, e.g. RFC 5280 §4.2.1.6.' })),
    detail: Type.String({ description: 'What is wrong and what to change.' }),
  },
  { $id: 'ProblemItem', additionalProperties: false, description: 'One thing that is wrong.' },
)

/** Why a request was declined: problem details, RFC 9457 §3.1, with `code`, `errors` and `reference` as extension members. */
export const Problem = Type.Object(
  {
    type: Type.String({ description: 'Where this kind of problem is described.' }),
    title: Type.String({ description: 'The kind of problem, the same each time.' }),
    status: Type.Integer({ description: 'The HTTP status.' }),
    code: Type.Unsafe<ProblemCode>(
      Type.Enum([...PROBLEM_CODES], { description: 'The kind of problem, for programs.' }),
    ),
    detail: Type.String({ description: 'What is wrong this time.' }),
    errors: Type.Optional(Type.Array(ref(ProblemItem), { description: 'Each thing that is wrong.' })),
    reference: Type.Optional(Type.String({ description: 'Names this failure in the log of the server.' })),
  },
  { $id: 'Problem', title: 'Problem', additionalProperties: false },
)
export type Problem = Static<typeof Problem>
