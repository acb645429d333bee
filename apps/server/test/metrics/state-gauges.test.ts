import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Registry } from 'prom-client'
import { resumeIssuance } from '../../src/issuance/resume-issuance.ts'
import type { OperationsState } from '../../src/metrics/operations-state.ts'
import { registerStateGauges } from '../../src/metrics/state-gauges.ts'
import { issueTo, rootOf, submit } from '../support/authorities.ts'
import { awayKeys } from '../support/faults.ts'
import { renewDueServices } from '../support/rounds.ts'
import { world } from '../support/world.ts'

const EMPTY: OperationsState = {
  outbox: [],
  openIntents: { count: 0 },
  pendingRequests: { count: 0 },
  crls: [],
  responders: [],
}

test('what waits in an installation is shown with its age', async (t) => {
  const keys = awayKeys()
  const here = await world(t, { wrapStores: keys.wrapStores })
  const root = await rootOf(here)
  await renewDueServices(here)
  await here.installation.crls.current({ generation: root.generation.id, partition: 0, delta: false }, here.tenant)
  await submit(here, root)
  keys.takeAway(root.generation.id)
  assert.equal((await issueTo(here, root)).state, 'pending')
  here.advance(90_000)
  const registry = new Registry()
  const refresh = registerStateGauges(registry, {
    operations: here.stores.system.operations,
    seal: async () => ({ unsealed: 3, oldestAt: here.now() - 7_000 }),
    ready: async () => ({ database: 'ready' }),
    now: here.now,
    report: (error) => assert.fail(String(error)),
  })

  await refresh()

  const text = await registry.metrics()
  const { publicId } = root.generation
  for (const line of [
    'chancery_open_intents 1',
    'chancery_open_intent_oldest_seconds 90',
    'chancery_pending_requests 1',
    'chancery_pending_request_oldest_seconds 90',
    `chancery_crl_age_seconds{generation="${publicId}"} `,
    `chancery_ocsp_responder_not_after_timestamp_seconds{generation="${publicId}"} `,
    'chancery_audit_unsealed_records 3',
    'chancery_audit_seal_lag_seconds 7',
    'chancery_outbox_due{kind="crl"} 1',
  ]) {
    assert.ok(
      text.split('\n').some((one) => one.startsWith(line)),
      `${line}\n${text}`,
    )
  }
  keys.giveBack(root.generation.id)
  await resumeIssuance(here.stores.system.openIntents, here.installation.issuanceOf, {
    ...here,
    atStart: true,
    report: (error) => assert.fail(String(error)),
  })
})

test('a store that does not answer leaves the other metrics, and says so; it is asked once however many ask', async () => {
  const registry = new Registry()
  let asked = 0
  let fails = false
  let time = 0
  const reports: unknown[] = []
  const refresh = registerStateGauges(registry, {
    operations: async () => {
      asked++
      if (fails) throw new Error('the database is gone')
      return { ...EMPTY, openIntents: { count: 2, oldestAt: 0 } }
    },
    ready: async () => ({ database: fails ? 'failing' : 'ready' }),
    now: () => time,
    report: (error) => reports.push(error),
  })
  await Promise.all([refresh(), refresh(), refresh()])
  assert.equal(asked, 1)
  assert.match(await registry.metrics(), /^chancery_open_intents 2$/m)

  fails = true
  time += 5_000
  await refresh()

  const text = await registry.metrics()
  assert.doesNotMatch(text, /^chancery_open_intents 2$/m)
  assert.match(text, /^chancery_state_readable 0$/m)
  assert.match(text, /^chancery_ready\{part="database"\} 0$/m)
  assert.equal(reports.length, 1)
})
