import { AsyncLocalStorage } from 'node:async_hooks'
import type { Clock, Random } from '../platform/clock-and-random.ts'
import { idMaker, type NewId } from '../platform/ids.ts'

/** A clock on which many things happen at once, each at its own moment. */
export interface MovingClock {
  readonly now: Clock
  /** Does something as if it were that moment. */
  at<T>(moment: number, work: () => T): T
}

/** Shows the present wherever no other moment was said. */
export function movingClock(present: Clock): MovingClock {
  const moments = new AsyncLocalStorage<number>()
  return {
    now: () => moments.getStore() ?? present(),
    at: (moment, work) => moments.run(moment, work),
  }
}

/**
 * Makes ids that each say the moment of what they name, in whatever order it is done. Others count on where the clock goes back:
 * once something of today had been made, no id would say another day.
 */
export function momentaryIds({ now }: Pick<MovingClock, 'now'>, random: Random): NewId {
  return () => idMaker(now, random)()
}
