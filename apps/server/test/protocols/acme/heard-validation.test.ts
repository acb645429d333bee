import assert from 'node:assert/strict'
import { test } from 'node:test'
import { heardValidation } from '../../../src/protocols/acme/heard-validation.ts'
import { sampleReady } from './memory-challenges.ts'

const LOOKED = {
  claimed: { ...sampleReady('www.example.com', 0), claim: 1, attempts: 1 },
  at: 0,
  result: { result: 'valid', steps: [] },
  ended: 'valid',
} as const

test('a look that cannot be noted in the trace is reported, and disturbs nobody', async () => {
  const reported = Promise.withResolvers<{ readonly error: unknown; readonly where: string }>()
  const fault = new Error('the database is gone')
  const hear = heardValidation(
    { account: () => Promise.reject(fault) },
    () => assert.fail('there is no trace to write to'),
    (error, where) => reported.resolve({ error, where }),
  )

  hear(LOOKED)

  assert.deepEqual(await reported.promise, { error: fault, where: 'acme-trace' })
})
