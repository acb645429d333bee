import type { ChallengeType, OrderedIdentifier } from '@chancery/pki'
import type { ProblemDocument } from './acme-problem.ts'

/** RFC 8555 §7.1.6. That one has expired is seen by its time. */
export type AuthorizationStatus = 'pending' | 'valid' | 'invalid' | 'deactivated' | 'revoked'
export type ChallengeStatus = 'pending' | 'processing' | 'valid' | 'invalid'

/** That an account may order certificates for an identifier, or what it has to show first. Names approved beforehand have none. */
export interface Authorization {
  readonly id: string
  readonly account: string
  readonly policy: string
  /** The order it was made for. */
  readonly order: string
  readonly identifier: OrderedIdentifier
  readonly status: AuthorizationStatus
  readonly createdAt: number
  readonly expiresAt: number
  readonly validatedAt?: number
  readonly challenges: readonly Challenge[]
}

export interface Challenge {
  readonly id: string
  readonly type: ChallengeType
  /** At least 128 bits of chance, base64url; empty for `dns-persist-01`, which has none. */
  readonly token: string
  readonly status: ChallengeStatus
  readonly error?: ProblemDocument
  readonly validatedAt?: number
}

/** Of one tenant. What is of another account than the one named is not there. */
export interface AuthorizationStore {
  find(account: string, id: string): Promise<Authorization | undefined>
  findByChallenge(account: string, challenge: string): Promise<Authorization | undefined>
  /** The valid ones of an account under a policy for these identifiers that live beyond `after`: at most one for each. */
  reusable(
    account: string,
    policy: string,
    identifiers: readonly OrderedIdentifier[],
    after: number,
  ): Promise<readonly Authorization[]>
  /**
   * The client says that it is ready: a pending challenge of a pending authorization becomes `processing` and due at once; one that is
   * being processed already becomes due at once (RFC 8555 §8.2). Anything else stays as it is.
   */
  begin(account: string, challenge: string, at: number): Promise<void>
  /** A pending or valid one becomes `deactivated` (RFC 8555 §7.5.2), and open orders with it invalid. False: it was neither. */
  deactivate(account: string, id: string): Promise<boolean>
  /** Authorizations that are pending now: what an account may leave lying about is bounded, and so they are few. */
  countPending(account: string, now: number): Promise<number>
}
