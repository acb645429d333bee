import { setImmediate as nextTurn } from 'node:timers/promises'

/** Milliseconds. */
const LONGEST_TURN = 10

/** The same items. Whoever works through a hundred thousand of them lets others have their turn in between. */
export async function* inTurns<T>(items: Iterable<T>): AsyncGenerator<T> {
  let began = performance.now()
  for (const item of items) {
    if (performance.now() - began > LONGEST_TURN) {
      await nextTurn()
      began = performance.now()
    }
    yield item
  }
}
