import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { keyPool } from '@chancery/keys'
import { needs } from '../../../../test/support/system-program.ts'
import { resumeIssuance } from '../../src/issuance/resume-issuance.ts'
import { opensslCsr } from '../support/requests.ts'
import { apiWorld, type Json, makeRoot, webServer } from './api-world.ts'

test(
  'a bulk that a slow key cannot sign in time is answered in time, and signed without another call',
  needs('openssl'),
  async (t) => {
    const lane = { atOnce: 1, perTenant: 1, waiting: 100 }
    const pool = keyPool({ quick: lane, heavy: lane, slow: lane })
    let patience = AbortSignal.timeout(60_000)
    const api = await apiWorld({ after: (work) => t.after(work), fullName: t.name }, { pool, patience: () => patience })
    const { id: authority } = await makeRoot(api, 'Slow Root', { keyType: 'slh-dsa-sha2-128s' })
    const template = await webServer(api, authority)
    const { csr } = await opensslCsr()
    const ids: string[] = []
    for (let at = 0; at < 8; at++) ids.push((await api.make('/requests', { template: template.id, csr })).id)

    const [first = ''] = ids
    const once = await api.post('/requests/sign', { ids: [first] })
    assert.deepEqual([once.body.done, once.body.items[0].outcome], [1, 'done'], 'there is time for one')
    patience = AbortSignal.timeout(1)
    const rest = ids.slice(1)
    const { status, body } = await api.post('/requests/sign', { ids: rest })

    assert.equal(status, 200)
    assert.deepEqual(
      body.items.map(({ id }: Json) => id),
      rest,
    )
    const pending = body.items.filter(({ outcome }: Json) => outcome === 'pending')
    assert.ok(pending.length >= 3, `${pending.length} of them wait`)
    assert.equal(body.done + pending.length, rest.length)
    for (const { certificate, id } of pending) {
      const shown = await api.get(`/certificates/${certificate}`)
      assert.deepEqual([shown.status, shown.body.state, shown.body.waitsFor], [202, 'pending', 'key'])
      assert.equal((await api.get(`/requests/${id}`)).body.status, 'signing')
    }
    const again = await api.post('/requests/sign', { ids: [pending[0].id] })
    assert.equal(again.body.items[0].outcome, 'refused', 'it is signed once')

    api.advance(60_000)
    const { installation, stores, now } = api
    const report = (error: unknown) => assert.fail(String(error))
    const resumed = await resumeIssuance(stores.system.openIntents, installation.issuanceOf, {
      now,
      atStart: false,
      report,
    })

    assert.equal(resumed.issued, pending.length)
    for (const { certificate, id } of pending) {
      const download = await api.get(`/certificates/${certificate}/download`)
      assert.ok(new X509Certificate(download.bytes).subject.length > 0)
      assert.deepEqual((await api.get(`/requests/${id}`)).body.status, 'issued')
    }
    await api.checkInvariants()
  },
)
