import { type Static, type TSchema, Type } from 'typebox'
import { Value } from 'typebox/value'
import type { AccountStore } from '../accounts/account-store.ts'
import { findMember, findTenant } from '../accounts/member.ts'
import { listAccounts, type RecoverDeps, removeSecondFactor, resetPassword } from '../accounts/recover.ts'
import { ROLES } from '../accounts/roles.ts'
import { setUp } from '../accounts/set-up.ts'
import { createToken, listTokens, revokeToken, type TokenDeps } from '../accounts/tokens.ts'
import type { Act } from '../audit/audit-record.ts'
import { AUDIT_ACTIONS, type AuditActions } from './audit-actions.ts'

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

/** The actions over the stores. Whoever reaches them has a shell on the machine: they ask for no password. */
export function actionsOver(
  deps: TokenDeps & RecoverDeps & { readonly accounts: AccountStore },
): Omit<Actions, keyof AuditActions> {
  const actIn = (tenant: string): Act => ({ tenant, actor: { kind: 'command-line' }, at: deps.now() })
  return {
    'set-up': async (input) => {
      const { account, secret, token } = await setUp(input, deps)
      return { account, secret, token: token.id, tenant: token.tenant, expiresAt: token.expiresAt }
    },
    'reset-password': async ({ email, password }) => {
      await resetPassword(email, password, deps)
      return {}
    },
    'remove-second-factor': async ({ email }) => {
      await removeSecondFactor(email, deps)
      return {}
    },
    'list-accounts': async () => {
      const accounts = await listAccounts(deps)
      // What the hash of a password is stays here.
      return accounts.map(({ id, email, name, operator, secondFactor }) => ({
        id,
        email,
        name,
        operator,
        secondFactor,
      }))
    },
    'create-token': async ({ email, tenant, ...request }) => {
      const member = await findMember({ email, ...(tenant === undefined ? {} : { tenant }) }, deps.accounts)
      const { secret, token } = await createToken({ ...request, ...member }, actIn(member.tenant), deps)
      return { secret, token: token.id, tenant: token.tenant, expiresAt: token.expiresAt }
    },
    'list-tokens': async (whose) => {
      const tokens = await listTokens(await findTenant(whose, deps.accounts), deps)
      return tokens.map(({ tenant: _tenant, account: _account, ...token }) => token)
    },
    'revoke-token': async ({ token, ...whose }) => {
      await revokeToken({ token }, actIn(await findTenant(whose, deps.accounts)), deps)
      return { token }
    },
  }
}

/** Whether a text names an action. */
export function isActionName(name: string): name is ActionName {
  return Object.hasOwn(ACTIONS, name)
}

/** Whether a value is what an action takes. */
export function isInput<Name extends ActionName>(name: Name, value: unknown): value is Input<Name> {
  return Value.Check(ACTIONS[name].input, value)
}

/** Whether a value is what an action gives. */
export function isOutput<Name extends ActionName>(name: Name, value: unknown): value is Output<Name> {
  return Value.Check(ACTIONS[name].output, value)
}
