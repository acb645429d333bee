import { test } from 'node:test'
import { killRounds } from './kill-rounds.ts'

test('two hundred times kill -9 lose no transaction that was acknowledged', async (t) => {
  await killRounds(t, 200)
})
