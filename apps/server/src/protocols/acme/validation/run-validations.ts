import type { ClaimedChallenge, ValidationJob } from '../pending-challenges.ts'
import { newLooksNow } from './look-now.ts'
import { lookAt } from './one-look.ts'
import type { ValidationPace, ValidationWork } from './validation-work.ts'

/**
 * A client that is wrong learns it within a minute, also when each look takes its whole time: clients give up after a minute and a half.
 * A lease is soon over, because a client waits for the process that died.
 */
const PACE: ValidationPace = {
  atOnce: 64,
  nowAtOnce: 64,
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
  const looksNow = newLooksNow(work, pace, stopping.signal)
  return {
    wake: bell.ring,
    lookNow: looksNow.look,
    looked: waiting.for,
    stop: async () => {
      stopping.abort()
      bell.ring()
      await ended
      await Promise.all([...running, looksNow.ended()])
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
