import type { SignInWay } from '../accounts/session-store.ts'

/** The rows of sign-in, the same on both engines. They belong to accounts, which stand above tenants. */
export interface SignInTables {
  session: SessionTable
  outside_identity: OutsideIdentityTable
  passkey: PasskeyTable
  second_factor: SecondFactorTable
  sign_in_challenge: SignInChallengeTable
  attempt: AttemptTable
  password_reset: PasswordResetTable
}

export interface SessionTable {
  id: string
  account: string
  /** SHA-256 of the token in the cookie. */
  token_hash: Uint8Array
  way: SignInWay
  created_at: number
  last_seen_at: number
  expires_at: number
  address: string
  user_agent: string
}

/** Who an account is elsewhere. */
export interface OutsideIdentityTable {
  id: string
  account: string
  issuer: string
  subject: string
  created_at: number
}

export interface PasskeyTable {
  id: string
  account: string
  name: string
  /** base64url, as browsers write it. */
  credential_id: string
  counter: number
  device_type: string
  backed_up: 0 | 1
  transports: string
  aaguid: string
  created_at: number
  /** COSE_Key. */
  public_key: Uint8Array
}

export interface SecondFactorTable {
  id: string
  account: string
  /** Whether a code was given once: before that nobody is asked for one. */
  confirmed: 0 | 1
  /** The time step of the last code that was taken: no code counts twice. */
  last_step: number
  created_at: number
  sealed_secret: Uint8Array
  sealed_recovery_codes: Uint8Array
}

/** Something that has to come back soon: the state of a provider's login, the challenge of a passkey. */
export interface SignInChallengeTable {
  id: string
  /** Hashed. */
  identifier: string
  created_at: number
  expires_at: number
  sealed_value: Uint8Array
}

/** Who failed how often. */
export interface AttemptTable {
  key: string
  failures: number
  last_at: number
  blocked_until: number
}

/** The link by which somebody sets a new password: one for each account at most. */
export interface PasswordResetTable {
  account: string
  /** SHA-256 of the secret in the link. */
  secret_hash: Uint8Array
  created_at: number
  expires_at: number
}
