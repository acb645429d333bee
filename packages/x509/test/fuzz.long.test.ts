import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzz } from './support/fuzz-targets.ts'

/** Other bytes in each run, which are told when they fail. */
test('a quarter of a million changed structures are read or refused with a DerError', () => {
  const seed = Date.now() % 2 ** 31
  for (const [name, { read, refused }] of fuzz(seed, 20_000))
    assert.ok(read > 1000 && refused > 1000, `seed ${seed}, ${name}: ${read} read, ${refused} refused`)
})
