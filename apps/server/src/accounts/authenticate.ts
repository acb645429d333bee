import { SYSTEM_TENANT } from '../tenants/system-tenant.ts'
import type { AccountStore } from './account-store.ts'
import type { Principal } from './roles.ts'
import { hashToken, looksLikeToken } from './tokens.ts'

const TOUCH_EVERY_MS = 60_000
/** How many tokens we remember having touched. The store itself keeps to once a minute: forgetting costs a read. */
const MOST_REMEMBERED = 10_000

export interface AuthenticationDeps {
  readonly accounts: Pick<AccountStore, 'principalByToken' | 'touchToken'>
  readonly now: () => number
  /** Told when the last use of a token could not be noted: the call goes on. */
  readonly report: (error: unknown) => void
}

/**
 * Whose token a text is, or nothing: for one that is unknown, expired or revoked, or whose membership has ended or become less.
 * Every call asks the store, so that a revocation counts at once, in every process.
 */
export function authenticator({ accounts, now, report }: AuthenticationDeps) {
  const touchedAt = new Map<string, number>()

  return async (token: string): Promise<Principal | undefined> => {
    if (!looksLikeToken(token)) return undefined
    const at = now()
    const principal = await accounts.principalByToken(hashToken(token), at)
    // Nobody can be made a member of it; should somebody ever be, it opens nothing.
    if (principal?.tenant === SYSTEM_TENANT) return undefined
    if (principal?.token !== undefined) touch(principal.token, at)
    return principal
  }

  /** Notes the use without holding up the call. */
  function touch(token: string, at: number): void {
    const before = touchedAt.get(token)
    if (before !== undefined && at - before < TOUCH_EVERY_MS) return
    if (touchedAt.size >= MOST_REMEMBERED) touchedAt.clear()
    touchedAt.set(token, at)
    accounts.touchToken(token, at).catch(report)
  }
}
