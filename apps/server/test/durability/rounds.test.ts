import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { startRounds } from '../../src/publishing/rounds.ts'

const HOUR = 3_600_000
const silent = () => {}

/** A round that is held in each of its runs until it is let go. */
function heldRound(name = 'held', everyMs = HOUR) {
  const runs: PromiseWithResolvers<void>[] = []
  const began: PromiseWithResolvers<void>[] = []
  const at = (list: PromiseWithResolvers<void>[], index: number) => {
    list[index] ??= Promise.withResolvers<void>()
    return list[index]
  }
  let count = 0
  return {
    round: {
      name,
      everyMs,
      run: () => {
        const index = count++
        at(began, index).resolve()
        return at(runs, index).promise
      },
    },
    count: () => count,
    began: (index: number) => at(began, index).promise,
    letGo: (index: number) => at(runs, index).resolve(),
    fail: (index: number, error: Error) => at(runs, index).reject(error),
  }
}

const turns = () => delay(20)

test('a round runs at once, and again after its time', async () => {
  let count = 0
  const three = Promise.withResolvers<void>()
  const round = { name: 'often', everyMs: 5, run: async () => void (++count === 3 && three.resolve()) }

  const rounds = startRounds([round], silent)
  await three.promise
  await rounds.stop()

  const stopped = count
  await turns()
  assert.equal(count, stopped, 'none begins after stop')
})

test('a nudge while a round runs is not lost: it runs once more, however many there were', async () => {
  const held = heldRound()
  const rounds = startRounds([held.round], silent)
  await held.began(0)

  rounds.nudge('held')
  rounds.nudge('held')
  assert.equal(held.count(), 1, 'it never runs twice at once')
  held.letGo(0)
  await held.began(1)
  held.letGo(1)
  await turns()

  assert.equal(held.count(), 2)
  await rounds.stop()
})

test('a nudge wakes a round that waits, also in the moment in which it goes to sleep', async () => {
  const held = heldRound()
  const rounds = startRounds([held.round], silent)
  await held.began(0)
  held.letGo(0)
  await turns()

  for (const next of [1, 2, 3]) {
    rounds.nudge('held')
    await held.began(next)
    held.letGo(next)
    // No turn between: the nudge of the next comes before the loop has heard that this run ended.
  }

  await rounds.stop()
  assert.ok(held.count() >= 4)
})

test('a round that fails is reported and comes again, also when it fails before its first await', async () => {
  const reports: string[] = []
  const held = heldRound()
  let thrown = false
  const hasty = {
    name: 'hasty',
    everyMs: 1,
    run: () => {
      if (thrown) return Promise.resolve()
      thrown = true
      throw new Error('at once')
    },
  }
  const rounds = startRounds([held.round, hasty], (error, round) => {
    reports.push(`${round}: ${error instanceof Error ? error.message : ''}`)
  })

  held.fail(0, new Error('later'))
  await turns()
  rounds.nudge('held')
  await held.began(1)
  held.letGo(1)
  await rounds.stop()

  assert.deepEqual(reports.sort(), ['hasty: at once', 'held: later'])
})

test('stop waits for the rounds that run, and for no sleep', async () => {
  const held = heldRound()
  const sleeping = heldRound('sleeping')
  const rounds = startRounds([held.round, sleeping.round], silent)
  await Promise.all([held.began(0), sleeping.began(0)])
  sleeping.letGo(0)
  await turns()

  let stopped = false
  const stopping = rounds.stop().then(() => {
    stopped = true
  })
  rounds.nudge('held')
  await turns()
  assert.equal(stopped, false)
  held.letGo(0)
  await stopping

  assert.deepEqual([held.count(), sleeping.count()], [1, 1])
})

test('a name that no round has wakes nobody', async () => {
  const rounds = startRounds([], silent)

  rounds.nudge('nothing')

  await rounds.stop()
})
