import type { ChallengeValidation, ValidationResult } from '../../../src/protocols/acme/challenge-validation.ts'
import type {
  ClaimedChallenge,
  HearValidation,
  PendingChallenges,
  ValidationJob,
} from '../../../src/protocols/acme/pending-challenges.ts'

/** Looks at each challenge when it is woken, and settles it unless a second look is worth it. */
export function fakeValidationJob(
  challenges: PendingChallenges,
  validation: ChallengeValidation,
  { now, hear }: { readonly now: () => number; readonly hear: HearValidation },
): ValidationJob {
  const running = new Set<Promise<void>>()
  const look = async (claimed: ClaimedChallenge) => {
    const at = now()
    const challenge = { ...claimed.challenge, accountUri: `acme:${claimed.account}`, now: at }
    const result = await validation.validate(challenge, AbortSignal.timeout(10_000))
    if (result.result === 'failed' && result.worthRetry) {
      const retryAt = at + RETRIED_AFTER_MS
      const isPutOff = await challenges.retry(claimed, retryAt, result.error)
      hear({ claimed, at, result, ended: isPutOff ? { retryAt } : 'lost' })
      return
    }
    const isSettled = await challenges.settle(claimed, outcomeOf(result, at))
    const outcome = result.result === 'valid' ? 'valid' : 'invalid'
    hear({ claimed, at, result, ended: isSettled ? outcome : 'lost' })
  }
  const round = async () => {
    await Promise.all((await challenges.claim(now(), 30_000, 100)).map(look))
  }
  return {
    wake: () => {
      const run = round().finally(() => running.delete(run))
      running.add(run)
    },
    lookNow: async () => undefined,
    // Nobody waits here: what is shown is what it was before the look.
    looked: async () => {},
    stop: async () => {
      await Promise.all(running)
    },
  }
}

const RETRIED_AFTER_MS = 10_000

function outcomeOf(result: ValidationResult, at: number) {
  return result.result === 'valid'
    ? ({ result: 'valid', at } as const)
    : ({ result: 'invalid', at, error: result.error } as const)
}
