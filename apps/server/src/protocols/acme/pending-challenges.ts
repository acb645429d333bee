import type { ChallengeToValidate, ValidationError, ValidationResult } from './challenge-validation.ts'

/**
 * Challenges whose client said that it is ready, and that somebody has to look at: across tenants, for the job that does. A challenge
 * that is claimed is nobody else's until its lease ends; a process that dies loses it no longer than that.
 */
export interface PendingChallenges {
  /**
   * Claims challenges that are due, of each account the longest due first and the accounts in turns, and counts an attempt of each. What
   * was claimed and neither settled nor retried becomes due again when the lease has ended. A due one whose authorization ended
   * meanwhile (expired, its account gone) is closed by this, and comes to nobody again.
   */
  claim(now: number, leaseMs: number, limit: number): Promise<readonly ClaimedChallenge[]>
  /**
   * Takes on a challenge of which nothing is written yet but that it is pending: from now on it is being processed, under a lease, and
   * this is its first claim. `undefined` when somebody else was sooner, or the authorization is pending no more.
   */
  hold(ready: ReadyChallenge, leaseMs: number): Promise<ClaimedChallenge | undefined>
  /**
   * Ends a challenge, and its authorization with it: both valid, or both invalid with the error on the challenge; other challenges of
   * the authorization go. Written with its audit record. False, and nothing is changed, when a later claim holds it, or the
   * authorization ended otherwise meanwhile (deactivated, expired, its account deactivated).
   */
  settle(claimed: ClaimedChallenge, outcome: ChallengeOutcome): Promise<boolean>
  /**
   * Not yet: due again at `dueAt`; the error is shown on the challenge, which stays `processing` (RFC 8555 §8.2). False, and nothing is
   * changed, when a later claim holds it, or the authorization has ended or will have by then.
   */
  retry(claimed: ClaimedChallenge, dueAt: number, error: ValidationError): Promise<boolean>
  /** When the next one is due, be it past or to come; `undefined` when none waits. Leases count: what is claimed is due when its lease ends. */
  nextDueAt(): Promise<number | undefined>
}

export type ChallengeOutcome =
  | {
      readonly result: 'valid'
      readonly at: number
      /** The authorization ends at this time at the latest. */
      readonly until?: number
    }
  | { readonly result: 'invalid'; readonly at: number; readonly error: ValidationError }

/** A pending challenge whose client says that it is ready. */
export type ReadyChallenge = Omit<ClaimedChallenge, 'claim' | 'attempts'>

export interface ClaimedChallenge {
  readonly id: string
  /**
   * Grows with every claim: who holds an older number holds nothing. 0: nobody claimed it; it is looked at since its client said that it
   * is ready, and only what comes of it is written.
   */
  readonly claim: number
  readonly tenant: string
  readonly policy: string
  readonly account: string
  readonly authorization: string
  /** The order that the authorization was made for: others may come to use it. For the trace. */
  readonly order: string
  /** This one included: 1 for the first. */
  readonly attempts: number
  /** When the client said that it is ready, milliseconds. */
  readonly startedAt: number
  /** All that validation has to know. `accountUri` and `now` are set by the job, which knows the addresses and the time. */
  readonly challenge: Omit<ChallengeToValidate, 'accountUri' | 'now'>
  /** The policy whose own directory the account is of, by public id; absent for the shared directory. Makes the account's URL. */
  readonly directory?: string
}

/** What a look at once came to. `ended`: something else is written than that it is proven, or somebody else was sooner. */
export type LookedNow = Extract<ChallengeOutcome, { result: 'valid' }> | { readonly result: 'going on' | 'ended' }

/** What runs pending challenges in this process. */
export interface ValidationJob {
  /** Something became due just now: look at once and not at the next round. Cheap, may be called for every request. */
  wake(): void
  /**
   * Looks at once at a challenge whose client just said that it is ready, and writes what came of it: for most that is all that is ever
   * written. A look that takes longer than `heldAfterMs` is held under a lease from then on, and goes on. Resolves when what is known
   * then is written: with the outcome if it is proven. `undefined`: there is no room, and nothing was done.
   */
  lookNow(ready: ReadyChallenge, heldAfterMs: number): Promise<LookedNow | undefined>
  /** Resolves when this process has ended a look at a challenge, or when so many milliseconds are over: whoever takes it on. */
  looked(challenge: string, withinMs: number): Promise<void>
  /** Takes no more, aborts what runs (it is retried after its lease by whoever is there), and resolves when nothing runs. */
  stop(): Promise<void>
}

/** Hears of each look at a challenge, for the trace: how it ended, and what comes next. Never throws. */
export type HearValidation = (heard: {
  readonly claimed: ClaimedChallenge
  readonly at: number
  readonly result: ValidationResult
  /** `lost`: somebody else settled it, or its authorization ended first, and this result counts for nothing. */
  readonly ended: 'valid' | 'invalid' | 'lost' | { readonly retryAt: number }
}) => void
