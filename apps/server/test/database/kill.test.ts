import { test } from 'node:test'
import { killRounds } from './kill-rounds.ts'

test('kill -9 at any moment loses no transaction that was acknowledged', async (t) => {
  await killRounds(t, 10)
})
