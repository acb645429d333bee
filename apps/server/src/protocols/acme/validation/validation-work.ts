import type { ChallengeValidation } from '../challenge-validation.ts'
import type { ClaimedChallenge, HearValidation, PendingChallenges } from '../pending-challenges.ts'

/** What looks at pending challenges, and when. Times in milliseconds. */
export interface ValidationWork {
  readonly pending: PendingChallenges
  readonly validation: ChallengeValidation
  /** The address of an account, in the directory that it registered at. */
  readonly accountUri: (claimed: ClaimedChallenge) => string
  readonly hear: HearValidation
  readonly now: () => number
  readonly report: (error: unknown, where: string) => void
  readonly pace?: Partial<ValidationPace>
}

export interface ValidationPace {
  /** Looks at once in this process at what was claimed, the accounts in turns. */
  readonly atOnce: number
  /** Looks at once beside them at what clients just said is ready: whoever fills these places takes none of those. */
  readonly nowAtOnce: number
  /** One look. Shorter than the lease: whoever claims next must not meet one that still runs. */
  readonly lookMs: number
  readonly leaseMs: number
  /** Pauses before the second look, the third and so on; after the last look the challenge is invalid. */
  readonly pausesMs: readonly number[]
  /** How often is looked for what another process took on and did not end. */
  readonly roundMs: number
}
