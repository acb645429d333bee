import { type Static, Type } from 'typebox'
import { FINDING_KINDS } from '../audit/finding.ts'

const Count = Type.Integer()
const Cursor = Type.Object({ seal: Count, unsealed: Type.Optional(Type.String()) })

/** What the command line does to the audit and the master key, a step at a time: no answer of the server is large or late. */
export const AUDIT_ACTIONS = {
  'audit-verify': {
    input: Type.Object({ after: Count, known: Type.Optional(Type.String()) }),
    output: Type.Object({
      seals: Count,
      records: Count,
      findings: Type.Array(Type.Object({ kind: Type.Enum([...FINDING_KINDS]), message: Type.String() })),
      next: Type.Optional(Count),
      end: Type.Optional(Type.Object({ head: Type.String(), unsealed: Count, restored: Type.Optional(Type.String()) })),
    }),
  },
  'audit-export': {
    input: Type.Object({
      after: Type.Optional(Cursor),
      tenant: Type.Optional(Type.String()),
      from: Type.Optional(Count),
      to: Type.Optional(Count),
    }),
    output: Type.Object({ lines: Type.Array(Type.String()), next: Type.Optional(Cursor) }),
  },
  'rotate-master-key': {
    input: Type.Object({ newKeyFile: Type.Optional(Type.String()), next: Type.Optional(Type.String()) }),
    output: Type.Object({
      state: Type.Enum(['waiting', 'done']),
      next: Type.String(),
      waitingFor: Type.Array(Type.String()),
      rewrapped: Count,
      broken: Count,
      newKeyAt: Type.String(),
      keyAt: Type.String(),
    }),
  },
  'abandon-rotation': { input: Type.Object({}), output: Type.Object({ abandoned: Type.Boolean() }) },
} as const

type Shapes = typeof AUDIT_ACTIONS
export type AuditActions = {
  readonly [Name in keyof Shapes]: (input: Static<Shapes[Name]['input']>) => Promise<Static<Shapes[Name]['output']>>
}
