import type { ClaimedChallenge, LookedNow, ReadyChallenge, ValidationJob } from '../pending-challenges.ts'
import { conclude, lookSignal, resultOf } from './one-look.ts'
import type { ValidationPace, ValidationWork } from './validation-work.ts'

/** Looks at challenges whose client just said that it is ready. */
interface LooksNow {
  readonly look: ValidationJob['lookNow']
  /** Resolves when nothing runs any more. */
  ended(): Promise<void>
}

/**
 * Most proofs are there when their client says so, and are found within milliseconds. Then nothing has to be written before: should the
 * server end meanwhile, the client got no answer, and the challenge is what it was. So a proof costs one transaction. What takes longer
 * is held under a lease before its client is answered, as if it had been claimed.
 */
export function newLooksNow(work: ValidationWork, pace: ValidationPace, stopping: AbortSignal): LooksNow {
  const running = new Map<string, Look>()

  const start = (ready: ReadyChallenge, heldAfterMs: number): Look => {
    const look = lookNow(ready, heldAfterMs, work, pace, stopping)
    running.set(ready.id, look)
    look.whole.catch((error: unknown) => work.report(error, 'acme-validation')).finally(() => running.delete(ready.id))
    return look
  }
  return {
    look: async (ready, heldAfterMs) => {
      const known = running.get(ready.id)
      if (known === undefined && (running.size >= pace.nowAtOnce || stopping.aborted)) return undefined
      return (known ?? start(ready, heldAfterMs)).known
    },
    ended: async () => {
      await Promise.allSettled([...running.values()].map(({ whole }) => whole))
    },
  }
}

interface Look {
  /** Until it has ended. */
  readonly whole: Promise<LookedNow>
  /** Until something of it is written. */
  readonly known: Promise<LookedNow>
}

function lookNow(
  ready: ReadyChallenge,
  heldAfterMs: number,
  work: ValidationWork,
  pace: ValidationPace,
  stopping: AbortSignal,
): Look {
  const unwritten: ClaimedChallenge = { ...ready, claim: 0, attempts: 1 }
  let holding: Promise<ClaimedChallenge | undefined> | undefined
  const isHeld = Promise.withResolvers<LookedNow>()
  const timer = setTimeout(() => {
    holding = work.pending.hold(ready, pace.leaseMs)
    holding.then(() => isHeld.resolve({ result: 'going on' }), isHeld.reject)
  }, heldAfterMs)

  const run = async (): Promise<LookedNow> => {
    const result = await resultOf(unwritten, work, lookSignal(pace, stopping))
    clearTimeout(timer)
    const claimed = holding === undefined ? unwritten : await holding
    if (claimed !== undefined) return conclude(claimed, result, work, pace, stopping)
    // Somebody else was sooner, and writes what they find.
    work.hear({ claimed: unwritten, at: work.now(), result, ended: 'lost' })
    return { result: 'ended' }
  }
  const whole = run()
  return { whole, known: Promise.race([whole, isHeld.promise]) }
}
