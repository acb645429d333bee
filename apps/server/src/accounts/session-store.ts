import type { AccountRecord } from '../audit/account-record.ts'

/** How somebody proved who they are. An outside provider is named by its id: `provider:google`. */
export type SignInWay =
  | 'password'
  | 'totp'
  | 'recovery-code'
  | 'passkey'
  | 'setup'
  | 'registration'
  | `provider:${string}`

/** A new session: somebody signed in. */
export interface NewSession {
  readonly id: string
  readonly account: string
  /** SHA-256 of the token in the cookie. */
  readonly tokenHash: Uint8Array
  readonly way: SignInWay
  readonly createdAt: number
  /** The end of the session, however much it is used. */
  readonly expiresAt: number
  /** Where it began, for its owner to know it by: an address and what the browser calls itself. */
  readonly address: string
  readonly userAgent: string
}

/** A session as it is listed: never its token. */
export interface Session extends Omit<NewSession, 'tokenHash'> {
  readonly lastSeenAt: number
}

/** Which sessions are alive at a moment: neither past their end, nor unused for longer than `SESSION_LIFETIME.idle`. */
export interface SessionMoment {
  readonly now: number
  readonly idleMs: number
}

/** Sessions belong to accounts, which stand above tenants: obtained from `stores.system`. */
export interface SessionStore {
  /** Without a record: in place of another one of the same sign-in. */
  create(session: NewSession, record?: AccountRecord): Promise<void>
  /** The session of a token, if it is alive. Asked for every call with a cookie. */
  find(tokenHash: Uint8Array, moment: SessionMoment): Promise<Session | undefined>
  /** The sessions of an account that are alive, newest first; at most 100. */
  list(account: string, moment: SessionMoment): Promise<readonly Session[]>
  /** Ends one session of an account at once, in every process. False when there is none such. */
  end(account: string, session: string, record: AccountRecord): Promise<boolean>
  /** Ends all sessions of an account, except one if it is named. How many there were; without any, nothing is recorded. */
  endAll(account: string, except: string | undefined, record: AccountRecord): Promise<number>
  /** Notes that a session is used. */
  touch(session: string, at: number): Promise<void>
  /** Removes what can be used no more, at most `limit` rows. */
  forget(moment: SessionMoment, limit: number): Promise<number>
}
