import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RecordExchange } from '../../../src/exchanges/record-exchanges.ts'
import type { AccountUnderPolicy } from '../../../src/protocols/acme/account-store.ts'
import { heardValidation } from '../../../src/protocols/acme/heard-validation.ts'
import { sampleAcmeAccount } from '../../store/acme-samples.ts'
import { sampleReady } from './memory-challenges.ts'

const LOOKED = {
  claimed: { ...sampleReady('www.example.com', 0), claim: 1, attempts: 1 },
  at: 0,
  result: { result: 'valid', steps: [] },
  ended: 'valid',
} as const

const FOUND: AccountUnderPolicy = {
  account: { ...sampleAcmeAccount('t', 'p'), status: 'valid' },
  policy: {
    ...{ id: 'p', publicId: 'x'.repeat(16), authority: 'its CA', name: 'Policy', enabled: true, revision: 1 },
    settings: {
      ...{ profiles: [], preApproved: [], identifiers: ['dns'], wildcards: true },
      ...{ challenges: ['dns-01'], caaIdentities: [], homeLabNames: false },
    },
  },
}

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

test('each look stands in the trace of its order with what became of it, and one that was lost refused nobody', async () => {
  const failedLook = {
    result: 'failed',
    error: { type: 'dns', detail: 'there is no record.' },
    worthRetry: true,
    steps: [{ asked: 'TXT x', from: '192.0.2.53:53', cameBack: 'NXDOMAIN', tookMs: 3.4 }],
  } as const
  const looks = [
    [{ result: LOOKED.result, ended: 'valid' }, 'valid: proven', undefined],
    [{ result: failedLook, ended: 'invalid' }, 'invalid after 1 attempts: there is no record.', 'dns'],
    [
      { result: failedLook, ended: { retryAt: 2_000 } },
      'not yet, attempt 1; tried again at 1970-01-01T00:00:02.000Z: there is no record.',
      'dns',
    ],
    [{ result: LOOKED.result, ended: 'lost' }, /^counts for nothing, because .*: proven$/, undefined],
    [{ result: failedLook, ended: 'lost' }, /^counts for nothing, because .*: there is no record\.$/, undefined],
  ] as const

  for (const [look, said, problem] of looks) {
    const noted = Promise.withResolvers<Parameters<RecordExchange>>()
    const hear = heardValidation(
      { account: async () => FOUND },
      (...parts) => noted.resolve(parts),
      (error) => noted.reject(error),
    )
    hear({ ...LOOKED, ...look })
    const [parties, step] = await noted.promise
    assert.deepEqual([parties.authority, parties.subject], ['its CA', LOOKED.claimed.order])
    if (typeof said === 'string') assert.equal(step.said, said)
    else assert.match(step.said, said)
    assert.deepEqual([step.problem, step.refused], [problem, problem === undefined ? undefined : true])
    const asked = look.result === failedLook ? ['TXT x from 192.0.2.53:53: NXDOMAIN (3 ms)'] : []
    assert.deepEqual(step.asked, asked)
  }
})
