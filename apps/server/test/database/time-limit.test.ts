import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { TransactionMisused } from '../../src/store/database-errors.ts'
import { openTooLong, timeLimit } from '../../src/store/time-limit.ts'
import { standStill } from './stand-still.ts'

test('a transaction is not rolled back for time in which the process stood still', async () => {
  const time = timeLimit(1000, openTooLong)
  const answered = time.limit('answered', readFile(import.meta.filename))

  standStill(2000)

  assert.ok((await answered).length > 0)
})

test('a transaction that gets no answer is rolled back after its limit, stood still or not', async () => {
  const time = timeLimit(1000, openTooLong)
  const begun = performance.now()
  const unanswered = time.limit('unanswered', new Promise(() => {}))
  standStill(1500)

  await assert.rejects(unanswered, (error) => error instanceof TransactionMisused && /unanswered/.test(error.message))

  assert.ok(performance.now() - begun >= 2000)
})
