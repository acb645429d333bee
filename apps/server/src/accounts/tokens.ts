import { createHash } from 'node:crypto'
import { Refusal } from '@chancery/pki'
import { type Act, type Actor, recordOf } from '../audit/audit-record.ts'
import type { AccountStore, ApiToken, NewToken } from './account-store.ts'
import { isAtLeast, type Role } from './roles.ts'

const DAY_MS = 86_400_000

/** How long a token lives: unless asked otherwise, and at most. */
export const TOKEN_LIFETIME = { default: 90 * DAY_MS, maximum: 3_650 * DAY_MS } as const

/** `chancery_` and 256 random bits in base64url: easy to find in logs and repositories by those who look for leaked secrets. */
const TOKEN_FORM = /^chancery_[A-Za-z0-9_-]{43}$/

/** What tokens need from outside. */
export interface TokenDeps {
  readonly accounts: AccountStore
  readonly now: () => number
  readonly newId: () => string
  readonly random: (byteCount: number) => Uint8Array
  /** Whether this CA is one of the tenant's. */
  readonly authorityExists: (tenant: string, authority: string) => Promise<boolean>
}

/** What is asked for: whose, in which tenant, how far it reaches and until when. */
export interface TokenRequest {
  readonly tenant: string
  readonly account: string
  readonly name: string
  readonly role: Role
  /** For one CA only. */
  readonly authority?: string
  readonly lifetimeMs: number
}

/** A new token with its secret, which is shown once and stored nowhere. */
export interface MintedToken {
  readonly token: NewToken
  readonly secret: string
}

/** The form in which a token is stored and looked up. */
export function hashToken(secret: string): Uint8Array {
  return createHash('sha256').update(secret, 'utf8').digest()
}

/** Whether a text can be a token at all: what cannot is not looked up. */
export function looksLikeToken(text: string): boolean {
  return TOKEN_FORM.test(text)
}

/** Makes a token without storing it. Throws `Refusal` 'not-permitted' for a lifetime or name out of bounds. */
export function mintToken(request: TokenRequest, deps: Pick<TokenDeps, 'now' | 'newId' | 'random'>): MintedToken {
  const { lifetimeMs, name, ...whose } = request
  checkLifetime(lifetimeMs)
  checkName(name)
  const secret = `chancery_${Buffer.from(deps.random(32)).toString('base64url')}`
  const createdAt = deps.now()
  const token = {
    ...whose,
    id: deps.newId(),
    name,
    secretHash: hashToken(secret),
    createdAt,
    expiresAt: createdAt + lifetimeMs,
  }
  return { token, secret }
}

/**
 * Makes and stores a token for a member. Throws `Refusal`: 'forbidden' when it would be more than the membership, 'not-found'
 * for a CA that is not the tenant's.
 */
export async function createToken(request: TokenRequest, actor: Actor, deps: TokenDeps): Promise<MintedToken> {
  await checkMembership(request, deps.accounts)
  const { tenant, authority } = request
  if (authority !== undefined && !(await deps.authorityExists(tenant, authority))) {
    throw new Refusal('not-found', `There is no certificate authority ${authority} in this tenant.`)
  }
  const minted = mintToken(request, deps)
  const { id, role, account } = minted.token
  const record = recordOf(actBy(actor, tenant, deps.now()), {
    action: 'token.create',
    object: { type: 'token', id },
    details: { role, account, authority: authority ?? null, expiresAt: minted.token.expiresAt },
  })
  await deps.accounts.createToken(minted.token, record)
  return minted
}

/** The tokens of a tenant, without their secrets. */
export function listTokens(tenant: string, { accounts }: Pick<TokenDeps, 'accounts'>): Promise<readonly ApiToken[]> {
  return accounts.listTokens(tenant)
}

/** Ends a token at once. Throws `Refusal` 'not-found' when the tenant has none such that is still good. */
export async function revokeToken(
  { tenant, token }: { readonly tenant: string; readonly token: string },
  actor: Actor,
  { accounts, now }: Pick<TokenDeps, 'accounts' | 'now'>,
): Promise<void> {
  const record = recordOf(actBy(actor, tenant, now()), { action: 'token.revoke', object: { type: 'token', id: token } })
  if (await accounts.revokeToken(tenant, token, record)) return
  throw new Refusal('not-found', `There is no token ${token} in this tenant, or it was revoked already.`)
}

async function checkMembership(request: TokenRequest, accounts: AccountStore): Promise<void> {
  const all = await accounts.memberships(request.account)
  const here = all.filter(({ tenant }) => tenant === request.tenant)
  if (here.length === 0) throw new Refusal('forbidden', 'The account is no member of this tenant.')
  const covers = here.some(
    ({ role, authority }) =>
      isAtLeast(role, request.role) && (authority === undefined || authority === request.authority),
  )
  if (covers) return
  throw new Refusal('forbidden', `A token is never more than its member: ask for a lesser role than ${request.role}.`)
}

function checkLifetime(lifetimeMs: number): void {
  if (Number.isSafeInteger(lifetimeMs) && lifetimeMs > 0 && lifetimeMs <= TOKEN_LIFETIME.maximum) return
  throw new Refusal('not-permitted', `A token lives at most ${TOKEN_LIFETIME.maximum / DAY_MS} days.`)
}

function checkName(name: string): void {
  if (/^[^\p{Cc}]{1,100}$/u.test(name) && name.trim() === name) return
  throw new Refusal('not-permitted', 'The name of a token has 1 to 100 characters, without spaces around them.')
}

function actBy(actor: Actor, tenant: string, at: number): Act {
  return { tenant, actor, at }
}
