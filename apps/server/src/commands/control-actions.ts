import { join } from 'node:path'
import type { AccountStore } from '../accounts/account-store.ts'
import { findMember, findTenant } from '../accounts/member.ts'
import { listAccounts, type RecoverDeps, removeSecondFactor, resetPassword } from '../accounts/recover.ts'
import { setUp } from '../accounts/set-up.ts'
import { createToken, listTokens, revokeToken, type TokenDeps } from '../accounts/tokens.ts'
import type { Act } from '../audit/audit-record.ts'
import { HEAD_FILE } from '../audit/head-file.ts'
import type { Keys } from '../master-keys/open-keys.ts'
import { systemClock, systemRandom } from '../platform/clock-and-random.ts'
import type { Config } from '../platform/config.ts'
import type { NewId } from '../platform/ids.ts'
import type { Stores } from '../store/stores.ts'
import type { Actions } from './action-shapes.ts'
import type { AuditActions } from './audit-action-shapes.ts'
import { auditActions } from './audit-actions.ts'

/** The actions of the command line over an installation's stores. `keys` are opened when they are first needed. */
export function controlActions(
  { dataFolder }: Pick<Config, 'dataFolder'>,
  stores: Stores,
  newId: NewId,
  keys: () => Promise<Keys>,
): Actions {
  return {
    ...actionsOver({
      ...stores.system,
      now: systemClock,
      newId,
      random: systemRandom,
      tokensOf: (tenant) => stores.for(tenant).tokens,
    }),
    ...auditActions({ stores, keys, headFile: join(dataFolder, HEAD_FILE) }),
  }
}

/** The actions over the stores. Whoever reaches them has a shell on the machine: they ask for no password. */
function actionsOver(
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
