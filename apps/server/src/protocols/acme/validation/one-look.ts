import type { ValidationResult } from '../challenge-validation.ts'
import type { ClaimedChallenge, LookedNow } from '../pending-challenges.ts'
import { failed, failure, newTrace } from './trace.ts'
import type { ValidationPace, ValidationWork } from './validation-work.ts'

/** Looks once at a challenge that was claimed, and writes what came of it. */
export async function lookAt(
  claimed: ClaimedChallenge,
  work: ValidationWork,
  pace: ValidationPace,
  stopping: AbortSignal,
): Promise<void> {
  await conclude(claimed, await resultOf(claimed, work, lookSignal(pace, stopping)), work, pace, stopping)
}

/** Aborted when a look takes too long, or the server ends. */
export function lookSignal({ lookMs }: ValidationPace, stopping: AbortSignal): AbortSignal {
  return AbortSignal.any([stopping, AbortSignal.timeout(lookMs)])
}

/** Writes what came of a look, and tells of it. */
export async function conclude(
  claimed: ClaimedChallenge,
  result: ValidationResult,
  { pending, hear, now }: ValidationWork,
  pace: ValidationPace,
  stopping: AbortSignal,
): Promise<LookedNow> {
  const at = now()
  if (result.result === 'valid') {
    const { until } = result
    const outcome = { result: 'valid', at, ...(until !== undefined && { until }) } as const
    const settled = await pending.settle(claimed, outcome)
    hear({ claimed, at, result, ended: settled ? 'valid' : 'lost' })
    return settled ? outcome : ENDED
  }
  // What was broken off by our own end is nobody's fault: whoever starts next looks at once.
  const pauseMs = stopping.aborted ? 0 : result.worthRetry ? pace.pausesMs[claimed.attempts - 1] : undefined
  if (pauseMs !== undefined) {
    const retryAt = at + pauseMs
    const isPutOff = await pending.retry(claimed, retryAt, stopping.aborted ? RESTARTING : result.error)
    hear({ claimed, at, result, ended: isPutOff ? { retryAt } : 'lost' })
    return ENDED
  }
  const settled = await pending.settle(claimed, { result: 'invalid', at, error: result.error })
  hear({ claimed, at, result, ended: settled ? 'invalid' : 'lost' })
  return ENDED
}
const ENDED: LookedNow = { result: 'ended' }
const RESTARTING = { type: 'serverInternal', detail: 'The server is restarting, and looks again in a moment.' } as const

/** A fault of ours fails the look, so that a challenge over which this server stumbles ends too. */
export async function resultOf(
  claimed: ClaimedChallenge,
  { validation, accountUri, now, report }: ValidationWork,
  signal: AbortSignal,
): Promise<ValidationResult> {
  try {
    const challenge = { ...claimed.challenge, accountUri: accountUri(claimed), now: now() }
    return await validation.validate(challenge, signal)
  } catch (error) {
    report(error, 'acme-validation')
    return failed(newTrace(), failure('serverInternal', 'The server failed while it looked at the challenge.'))
  }
}
