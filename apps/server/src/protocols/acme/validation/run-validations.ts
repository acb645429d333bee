import type { ChallengeValidation, ValidationResult } from '../challenge-validation.ts'
import type { ClaimedChallenge, HearValidation, PendingChallenges, ValidationJob } from '../pending-challenges.ts'
import { failed, failure, newTrace } from './trace.ts'

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
  /** Looks at once in this process. */
  readonly atOnce: number
  /** One look. Shorter than the lease: whoever claims next must not meet one that still runs. */
  readonly lookMs: number
  readonly leaseMs: number
  /** Pauses before the second look, the third and so on; after the last look the challenge is invalid. */
  readonly pausesMs: readonly number[]
  /** How often is looked for what another process took on and did not end. */
  readonly roundMs: number
}

/**
 * A client that is wrong learns it within a minute, also when each look takes its whole time: clients give up after a minute and a half.
 * A lease is soon over, because a client waits for the process that died.
 */
const PACE: ValidationPace = {
  atOnce: 64,
  lookMs: 20_000,
  leaseMs: 30_000,
  pausesMs: [1_000, 2_000, 4_000, 8_000, 15_000],
  roundMs: 5_000,
}

/** Looks at challenges as they become due, several at once, until it is stopped. What fails here is reported and comes again. */
export function runValidations(work: ValidationWork): ValidationJob {
  const pace = { ...PACE, ...work.pace }
  const running = new Set<Promise<void>>()
  const stopping = new AbortController()
  const bell = newBell()
  const waiting = newWaiting()

  const start = (claimed: ClaimedChallenge) => {
    const look = lookAt(claimed, work, pace, stopping.signal)
      .catch((error: unknown) => work.report(error, 'acme-validation'))
      .finally(() => {
        running.delete(look)
        waiting.end(claimed.id)
        bell.ring()
      })
    running.add(look)
  }
  const loop = async () => {
    while (!stopping.signal.aborted) {
      let waitMs = pace.roundMs
      try {
        const free = pace.atOnce - running.size
        const claimed = free === 0 ? [] : await work.pending.claim(work.now(), pace.leaseMs, free)
        for (const challenge of claimed) start(challenge)
        // Somebody rang meanwhile: there is no wait whose length had to be known.
        if (!bell.isRung()) waitMs = await untilNext(work, pace, running.size)
      } catch (error) {
        work.report(error, 'acme-validation')
      }
      await bell.heard(waitMs)
    }
  }

  const ended = loop()
  return {
    wake: bell.ring,
    looked: waiting.for,
    stop: async () => {
      stopping.abort()
      bell.ring()
      await ended
      await Promise.all(running)
    },
  }
}

/** How long nothing is to be done, unless the bell rings: until the next is due, if there is room for it. */
async function untilNext({ pending, now }: ValidationWork, pace: ValidationPace, running: number): Promise<number> {
  if (running >= pace.atOnce) return pace.roundMs
  const next = await pending.nextDueAt()
  return next === undefined ? pace.roundMs : Math.min(pace.roundMs, Math.max(next - now(), SHORTEST_WAIT_MS))
}
/** Should the store claim nothing though something is due, this keeps the loop from spinning. */
const SHORTEST_WAIT_MS = 20

async function lookAt(
  claimed: ClaimedChallenge,
  work: ValidationWork,
  pace: ValidationPace,
  stopping: AbortSignal,
): Promise<void> {
  const { pending, hear, now } = work
  const result = await resultOf(claimed, work, AbortSignal.any([stopping, AbortSignal.timeout(pace.lookMs)]))
  const at = now()
  if (result.result === 'valid') {
    const { until } = result
    const settled = await pending.settle(claimed, { result: 'valid', at, ...(until !== undefined && { until }) })
    return hear({ claimed, at, result, ended: settled ? 'valid' : 'lost' })
  }
  // What was broken off by our own end is nobody's fault: whoever starts next looks at once.
  const pauseMs = stopping.aborted ? 0 : result.worthRetry ? pace.pausesMs[claimed.attempts - 1] : undefined
  if (pauseMs !== undefined) {
    const retryAt = at + pauseMs
    await pending.retry(claimed, retryAt, stopping.aborted ? RESTARTING : result.error)
    return hear({ claimed, at, result, ended: { retryAt } })
  }
  const settled = await pending.settle(claimed, { result: 'invalid', at, error: result.error })
  hear({ claimed, at, result, ended: settled ? 'invalid' : 'lost' })
}
const RESTARTING = { type: 'serverInternal', detail: 'The server is restarting, and looks again in a moment.' } as const

/** A fault of ours fails the look, so that a challenge over which this server stumbles ends too. */
async function resultOf(
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

/** Waits for a while or until it rings; a ring that nobody waits for is heard by who waits next. */
function newBell() {
  let rung = false
  let wake = (): void => {}
  return {
    ring: () => {
      rung = true
      wake()
    },
    isRung: () => rung,
    heard: async (waitMs: number) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, waitMs)
      wake = resolve
      if (!rung) await promise
      clearTimeout(timer)
      rung = false
    },
  }
}

/** Those who wait for a look to end, by challenge. */
function newWaiting() {
  const waiting = new Map<string, (() => void)[]>()
  return {
    for: (challenge: string, withinMs: number) =>
      new Promise<void>((resolve) => {
        const timer = setTimeout(() => {
          const others = (waiting.get(challenge) ?? []).filter((one) => one !== end)
          if (others.length === 0) waiting.delete(challenge)
          else waiting.set(challenge, others)
          resolve()
        }, withinMs)
        const end = () => {
          clearTimeout(timer)
          resolve()
        }
        waiting.set(challenge, [...(waiting.get(challenge) ?? []), end])
      }),
    end: (challenge: string) => {
      for (const end of waiting.get(challenge) ?? []) end()
      waiting.delete(challenge)
    },
  }
}
