import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { restoreFact } from '../../src/store/restore-store.ts'
import { settleRestored } from '../../src/store/settle-restored.ts'
import { createCa, DAY, NOW } from '../support/samples.ts'
import { newId } from '../support/stores.ts'
import { type Engine, newTenant } from './engine.ts'

export function restoreStoreContract(engine: Engine): void {
  describe('restores', () => {
    test('a restore that was settled is listed with what the database held then, the newest first', async () => {
      const opened = await engine.fresh()
      const { stores, database } = opened
      const { restores, installation } = stores.system
      assert.deepEqual(await restores.list(), [])
      const [earlier, later] = [newId(), newId()]

      const first = { backup: later, madeAt: NOW - DAY, restoredAt: NOW }
      const firstExtent = await settleRestored(database, first, newId)
      await createCa(stores, await newTenant(opened))
      const second = { backup: earlier, madeAt: NOW - 2 * DAY, restoredAt: NOW + DAY }
      const secondExtent = await settleRestored(database, second, newId)
      for (const name of ['restore', 'restored', 'restored!', 'restoredly', 'Restored x', 'zebra']) {
        await installation.setOnce(name, 'another fact')
      }

      assert.deepEqual([firstExtent.authorities, secondExtent.authorities], [0, 1])
      assert.deepEqual(await restores.list(), [
        { engine: database.engine, ...second, ...secondExtent },
        { engine: database.engine, ...first, ...firstExtent },
      ])
    })

    test('of more than a hundred the newest hundred are listed', async () => {
      const { stores, database } = await engine.fresh()
      const extent = { tenants: 1, authorities: 0, certificates: 0, openIntents: 0, pendingRequests: 0, validTokens: 0 }
      const facts = Array.from({ length: 101 }, (_, index) =>
        restoreFact({ ...extent, backup: newId(), madeAt: NOW + index, restoredAt: NOW + index }),
      )
      await database.write((trx) => trx.insertInto('installation').values(facts).execute())

      const moments = (await stores.system.restores.list()).map(({ restoredAt }) => restoredAt - NOW)

      assert.deepEqual(
        moments,
        Array.from({ length: 100 }, (_, index) => 100 - index),
      )
    })
  })
}
