import { createHash } from 'node:crypto'
import { Refusal } from '@chancery/pki'
import { type Act, recordOf } from '../audit/audit-record.ts'
import { holds, type Role, type ScopedRole } from './roles.ts'
import type { ApiToken, NewToken, TokenStore } from './token-store.ts'

const DAY_MS = 86_400_000

/** How long a token lives: unless asked otherwise, and at most. */
export const TOKEN_LIFETIME = { default: 90 * DAY_MS, maximum: 3_650 * DAY_MS } as const

/** `chancery_` and 256 random bits in base64url: easy to find in logs and repositories by those who look for leaked secrets. */
const TOKEN_FORM = /^chancery_[A-Za-z0-9_-]{43}$/

/** What tokens need from outside. */
export interface TokenDeps {
  readonly tokensOf: (tenant: string) => TokenStore
  readonly now: () => number
  readonly newId: () => string
  readonly random: (byteCount: number) => Uint8Array
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
 * Makes and stores a token for a member. Throws `Refusal`: 'forbidden' when it would be more than the membership, 'not-found' for a
 * CA that is not the tenant's, 'not-permitted' when the member has too many.
 */
export async function createToken(request: TokenRequest, act: Act, deps: Omit<TokenDeps, 'now'>): Promise<MintedToken> {
  const minted = mintToken(request, { ...deps, now: () => act.at })
  const { id, role, account, authority, expiresAt } = minted.token
  const record = recordOf(act, {
    action: 'token.create',
    object: { type: 'token', id },
    details: { role, account, authority: authority ?? null, expiresAt },
  })
  await deps.tokensOf(request.tenant).create(minted.token, (maker) => checkCovered(request, maker), record)
  return minted
}

/** All tokens of a tenant, without their secrets, newest first. */
export async function listTokens(
  tenant: string,
  { tokensOf }: Pick<TokenDeps, 'tokensOf'>,
): Promise<readonly ApiToken[]> {
  const all: ApiToken[] = []
  let after: string | undefined
  do {
    const page = await tokensOf(tenant).list({}, { limit: 200, ...(after !== undefined && { after }) })
    all.push(...page.items)
    after = page.next
  } while (after !== undefined)
  return all
}

/** Ends a token at once; of one account if it is named. Throws `Refusal` 'not-found' when there is none such that is still good. */
export async function revokeToken(
  { token, ...of }: { readonly token: string; readonly account?: string },
  act: Act,
  { tokensOf }: Pick<TokenDeps, 'tokensOf'>,
): Promise<void> {
  const record = recordOf(act, { action: 'token.revoke', object: { type: 'token', id: token } })
  if (await tokensOf(act.tenant).revoke(token, of, record)) return
  throw new Refusal('not-found', `There is no token ${token} in this tenant, or it was revoked already.`)
}

function checkCovered({ role, authority }: TokenRequest, maker: readonly ScopedRole[]): void {
  if (maker.length === 0) throw new Refusal('forbidden', 'The account is no member of this tenant.')
  if (holds({ roles: maker }, role, authority)) return
  throw new Refusal('forbidden', `A token is never more than its member: ask for a lesser role than ${role}.`)
}

function checkLifetime(lifetimeMs: number): void {
  if (Number.isSafeInteger(lifetimeMs) && lifetimeMs > 0 && lifetimeMs <= TOKEN_LIFETIME.maximum) return
  throw new Refusal('not-permitted', `A token lives at most ${TOKEN_LIFETIME.maximum / DAY_MS} days.`)
}

function checkName(name: string): void {
  if (/^[^\p{Cc}]{1,100}$/u.test(name) && name.trim() === name) return
  throw new Refusal('not-permitted', 'The name of a token has 1 to 100 characters, without spaces around them.')
}
