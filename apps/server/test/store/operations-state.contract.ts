import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { NOW } from '../support/samples.ts'
import { newId } from '../support/stores.ts'
import { type Engine, newTenant } from './engine.ts'

export function operationsStateContract(engine: Engine): void {
  describe('the look at operations', () => {
    test('tells nothing of an empty installation', async () => {
      const { stores } = await engine.fresh()

      assert.deepEqual(await stores.system.operations(NOW), {
        outbox: [],
        openIntents: { count: 0 },
        pendingRequests: { count: 0 },
        crls: [],
        responders: [],
      })
    })

    test('tells what is due by kind, across tenants, and the moment of the oldest', async () => {
      const opened = await engine.fresh()
      const { outbox } = opened.stores.system
      for (const [kind, dueAt] of [
        ['crl', NOW - 5_000],
        ['crl', NOW - 9_000],
        ['crl', NOW + 1],
        ['purge', NOW],
      ] as const) {
        await outbox.put({ tenant: await newTenant(opened), kind, key: newId(), dueAt })
      }

      const state = await opened.stores.system.operations(NOW)

      assert.deepEqual(state.outbox, [
        { kind: 'crl', due: 2, oldestDueAt: NOW - 9_000 },
        { kind: 'purge', due: 1, oldestDueAt: NOW },
      ])
    })
  })
}
