import { Refusal } from '@chancery/pki'
import { recordOf } from '../audit/audit-record.ts'
import type { AccountStore } from './account-store.ts'
import { checkPassword, hashPassword } from './password.ts'
import { checkEmail, checkName, checkTenantName } from './person.ts'
import { type MintedToken, mintToken, type TokenDeps } from './tokens.ts'

/** What the first account of an installation is made from. */
export interface FirstAccount {
  readonly email: string
  /** What is before the @ when not given. */
  readonly name?: string
  readonly password: string
  /** What the account's tenant is called. */
  readonly tenantName: string
}

export interface SetUpRequest extends FirstAccount {
  readonly tokenLifetimeMs: number
}

export interface SetUpResult extends MintedToken {
  readonly account: string
  readonly tenant: string
}

type SetUpDeps = Pick<TokenDeps, 'now' | 'newId' | 'random'> & {
  readonly accounts: Pick<AccountStore, 'countAccounts' | 'createFirst'>
}

/**
 * Sets an empty installation up from the command line: account, its tenant, its membership as owner and an API token, in one
 * transaction. Throws `Refusal`: 'not-permitted' for an address or password that will not do, 'conflict' when there is an account
 * already.
 */
export async function setUp({ tokenLifetimeMs, ...first }: SetUpRequest, deps: SetUpDeps): Promise<SetUpResult> {
  const prepared = await prepare(first, deps)
  const { tenant, account } = prepared
  const whose = { tenant: tenant.id, account: account.id }
  const minted = mintToken({ ...whose, name: 'First token', role: 'owner', lifetimeMs: tokenLifetimeMs }, deps)
  const record = recordOf(
    { tenant: tenant.id, actor: { kind: 'command-line' }, at: deps.now() },
    {
      action: 'installation.set-up',
      object: { type: 'account', id: account.id },
      details: { tokenId: minted.token.id },
    },
  )
  await deps.accounts.createFirst({ ...prepared, token: minted.token }, record)
  return { ...minted, ...whose }
}

/** The same by who opened the setup link: without a token, because they sign in. Throws the same. */
export async function setUpInBrowser(
  first: FirstAccount,
  deps: SetUpDeps,
): Promise<{ readonly account: string; readonly tenant: string }> {
  const prepared = await prepare(first, deps)
  const { tenant, account } = prepared
  const record = recordOf(
    { tenant: tenant.id, actor: { kind: 'account', account: account.id }, at: deps.now() },
    { action: 'installation.set-up', object: { type: 'account', id: account.id } },
  )
  await deps.accounts.createFirst(prepared, record)
  return { account: account.id, tenant: tenant.id }
}

async function prepare(first: FirstAccount, { accounts, newId, random }: SetUpDeps) {
  const email = checkEmail(first.email)
  const name = checkName(first.name ?? email.slice(0, email.lastIndexOf('@')))
  checkPassword(first.password)
  const tenantName = checkTenantName(first.tenantName)
  // The hash costs a moment: not for an installation that is set up already. Of two at once the transaction decides.
  if ((await accounts.countAccounts()) > 0) {
    throw new Refusal('conflict', 'This installation was set up already: its first account exists.')
  }
  const passwordHash = await hashPassword(first.password, random)
  return { account: { id: newId(), email, name, passwordHash }, tenant: { id: newId(), name: tenantName } }
}
