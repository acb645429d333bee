import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CrlService, currentCrls } from '../../src/revocation/current-crl.ts'

const WHOLE = { generation: 'generation', partition: 0, delta: false }

test('a CRL that cannot be made now is not tried again for each stranger who asks', async () => {
  let now = 0
  let tried = 0
  const reports: unknown[] = []
  const unused = () => assert.fail('nothing is made')
  const service: CrlService = {
    crls: {
      latest: async () => undefined,
      read: unused,
      nextNumber: unused,
      entries: unused,
      publish: unused,
      partitions: unused,
    },
    revocationVersion: unused,
    publicUrl: 'http://pki.example',
    newId: unused,
    now: () => now,
    openGeneration: async () => {
      tried++
      throw new Error('the key is away')
    },
    certifiesOnlyAuthorities: unused,
    inTurn: unused,
    report: (error) => reports.push(error),
  }
  const { current } = currentCrls(service)

  for (let asked = 0; asked < 50; asked++) assert.equal(await current(WHOLE, 'tenant'), undefined)
  assert.deepEqual([tried, reports.length], [1, 1])
  now += 5_001
  await current(WHOLE, 'tenant')
  assert.equal(tried, 2)
})
