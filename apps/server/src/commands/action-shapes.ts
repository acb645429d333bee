import { type Static, type TSchema, Type } from 'typebox'
import { ROLES } from '../accounts/roles.ts'
import { fits } from '../platform/fits.ts'
import { AUDIT_ACTIONS } from './audit-action-shapes.ts'

/** One thing that the command line does to an installation: its input and result as they cross the control socket. */
interface ActionShape {
  readonly input: TSchema
  readonly output: TSchema
}

const Moment = Type.Integer()
const Minted = { secret: Type.String(), token: Type.String(), tenant: Type.String(), expiresAt: Moment }
const Whose = { email: Type.Optional(Type.String()), tenant: Type.Optional(Type.String()) }
const TokenRole = Type.Enum([...ROLES])

/** The actions, by name. What a server and a command of two releases say to each other is checked against this on both sides. */
export const ACTIONS = {
  'set-up': {
    input: Type.Object({
      email: Type.String(),
      password: Type.String(),
      tenantName: Type.String(),
      tokenLifetimeMs: Type.Number(),
    }),
    output: Type.Object({ ...Minted, account: Type.String() }),
  },
  'reset-password': {
    input: Type.Object({ email: Type.String(), password: Type.String() }),
    output: Type.Object({}),
  },
  'remove-second-factor': { input: Type.Object({ email: Type.String() }), output: Type.Object({}) },
  'list-accounts': {
    input: Type.Object({}),
    output: Type.Array(
      Type.Object({
        id: Type.String(),
        email: Type.String(),
        name: Type.String(),
        operator: Type.Boolean(),
        secondFactor: Type.Boolean(),
      }),
    ),
  },
  'create-token': {
    input: Type.Object({
      email: Type.String(),
      tenant: Type.Optional(Type.String()),
      name: Type.String(),
      role: TokenRole,
      authority: Type.Optional(Type.String()),
      lifetimeMs: Type.Number(),
    }),
    output: Type.Object(Minted),
  },
  'list-tokens': {
    input: Type.Object(Whose),
    output: Type.Array(
      Type.Object({
        id: Type.String(),
        name: Type.String(),
        role: TokenRole,
        authority: Type.Optional(Type.String()),
        createdAt: Moment,
        expiresAt: Moment,
        lastUsedAt: Type.Optional(Moment),
        revokedAt: Type.Optional(Moment),
      }),
    ),
  },
  'revoke-token': {
    input: Type.Object({ ...Whose, token: Type.String() }),
    output: Type.Object({ token: Type.String() }),
  },
  ...AUDIT_ACTIONS,
} as const satisfies Readonly<Record<string, ActionShape>>

export type ActionName = keyof typeof ACTIONS
export type Input<Name extends ActionName> = Static<(typeof ACTIONS)[Name]['input']>
export type Output<Name extends ActionName> = Static<(typeof ACTIONS)[Name]['output']>

/** An installation as the command line sees it: the server that runs, or its stores when none does. */
export type Actions = { readonly [Name in ActionName]: (input: Input<Name>) => Promise<Output<Name>> }

/** Whether a text names an action. */
export function isActionName(name: string): name is ActionName {
  return Object.hasOwn(ACTIONS, name)
}

/** Whether a value is what an action takes. */
export function isInput<Name extends ActionName>(name: Name, value: unknown): value is Input<Name> {
  return fits(ACTIONS[name].input, value)
}

/** Whether a value is what an action gives. */
export function isOutput<Name extends ActionName>(name: Name, value: unknown): value is Output<Name> {
  return fits(ACTIONS[name].output, value)
}
