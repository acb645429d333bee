import { Refusal } from '@chancery/pki'
import { recordOf } from '../audit/audit-record.ts'
import { checkPassword, hashPassword } from './password.ts'
import { type MintedToken, mintToken, type TokenDeps } from './tokens.ts'

/** What the first account of an installation is made from. */
export interface SetUpRequest {
  readonly email: string
  readonly password: string
  /** What the account's tenant is called. */
  readonly tenantName: string
  readonly tokenLifetimeMs: number
}

export interface SetUpResult extends MintedToken {
  readonly account: string
  readonly tenant: string
}

/**
 * Sets an empty installation up: account, its tenant, its membership as owner and an API token, in one transaction. Throws
 * `Refusal`: 'not-permitted' for an address or password that will not do, 'conflict' when there is an account already.
 */
export async function setUp(
  request: SetUpRequest,
  deps: Pick<TokenDeps, 'accounts' | 'now' | 'newId' | 'random'>,
): Promise<SetUpResult> {
  const email = checkEmail(request.email)
  checkPassword(request.password)
  const tenantName = checkTenantName(request.tenantName)
  // The hash costs a moment: not for an installation that is set up already. Of two at once the transaction decides.
  if ((await deps.accounts.countAccounts()) > 0) throw alreadySetUp()

  const account = deps.newId()
  const tenant = deps.newId()
  const passwordHash = await hashPassword(request.password, deps.random)
  const minted = mintToken(
    { tenant, account, name: 'First token', role: 'owner', lifetimeMs: request.tokenLifetimeMs },
    deps,
  )
  const record = recordOf(
    { tenant, actor: { kind: 'command-line' }, at: deps.now() },
    { action: 'installation.set-up', object: { type: 'account', id: account }, details: { tokenId: minted.token.id } },
  )
  const name = email.slice(0, email.lastIndexOf('@'))
  await deps.accounts.createFirst(
    {
      account: { id: account, email, name, passwordHash },
      tenant: { id: tenant, name: tenantName },
      token: minted.token,
    },
    record,
  )
  return { ...minted, account, tenant }
}

/** An address in lower case. Only what no mail server could take is refused: whether it is anybody's, a mail would tell. */
function checkEmail(email: string): string {
  const address = email.trim().toLowerCase()
  if (address.length <= 254 && /^[^\s@\p{Cc}]{1,64}@[^\s@.\p{Cc}]+(\.[^\s@.\p{Cc}]+)*$/u.test(address)) return address
  const detail = 'The e-mail address is none: give one as name@example.com.'
  throw new Refusal('not-permitted', detail, [{ field: '/email', detail }])
}

function checkTenantName(name: string): string {
  const trimmed = name.trim()
  if (/^[^\p{Cc}]{1,100}$/u.test(trimmed)) return trimmed
  const detail = 'The name of the tenant has 1 to 100 characters.'
  throw new Refusal('not-permitted', detail, [{ field: '/tenantName', detail }])
}

function alreadySetUp(): Refusal {
  return new Refusal('conflict', 'This installation was set up already: its first account exists.')
}
