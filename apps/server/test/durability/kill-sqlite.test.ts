import { test } from 'node:test'
import { killRounds } from './kill-rounds.ts'

test('kill -9 at any moment, then start: nothing that was said is lost, and what was begun is finished', async (t) => {
  await killRounds(t, { rounds: 8 })
})
