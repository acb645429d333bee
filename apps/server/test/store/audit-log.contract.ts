import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { AuditLog } from '../../src/audit/audit-log.ts'
import { sealState } from '../../src/audit/seal-state.ts'
import { NOW } from '../support/samples.ts'
import { newId } from '../support/stores.ts'
import { OTHER_KEY, sealAll, sealedIds, verifyAll, write } from './audit-samples.ts'
import type { Engine } from './engine.ts'

export function auditLogContract(engine: Engine): void {
  describe('the sealer', () => {
    test('links every record once, in the order of ids, each tenant by itself', async () => {
      const opened = await engine.fresh()
      const first = await write(opened, { tenant: 'a' }, { tenant: 'b' }, { tenant: 'a' })
      await sealAll(opened)
      const later = await write(opened, { tenant: 'b' })

      const [head] = await sealAll(opened)

      const { audit } = opened.stores.system
      assert.equal(head?.number, 3)
      assert.deepEqual(await audit.head(), head)
      assert.deepEqual([...(await sealedIds(opened))].sort(), [...first, ...later].sort())
      const places = (await audit.seals(0, 10)).map(({ tenant, first: from, last }) => [tenant, from, last])
      assert.deepEqual(places, [
        ['a', 1, 2],
        ['b', 1, 1],
        ['b', 2, 2],
      ])
      assert.deepEqual((await verifyAll(opened)).findings, [])
    })

    test('seals a record that commits late, though later ones are sealed already, and once', async () => {
      const opened = await engine.fresh()
      const [late, early] = [newId(), newId()]
      const { promise: mayCommit, resolve: commit } = Promise.withResolvers<void>()
      const slow =
        opened.database.engine === 'postgres'
          ? opened.database.write(async (trx) => {
              await trx.insertInto('audit_record').values(rowOf(late)).execute()
              await mayCommit
            })
          : mayCommit.then(() => write(opened, { id: late }))
      await write(opened, { id: early })
      await sealAll(opened)
      assert.deepEqual(await sealedIds(opened), [early])

      commit()
      await slow
      await sealAll(opened)
      await sealAll(opened)

      assert.deepEqual(await sealedIds(opened), [early, late])
      assert.deepEqual((await verifyAll(opened)).findings, [])
    })

    test('of two sealers at once that both hold themselves for the one, none loses or doubles a record', async () => {
      const opened = await engine.fresh()
      const log: AuditLog = { ...opened.stores.system.audit, lease: async () => true }
      const ids: string[] = []
      const writing = async () => {
        for (let round = 0; round < 20; round++) ids.push(...(await write(opened, { tenant: `t${round % 3}` }, {})))
      }
      const sealing = async (holder: string) => {
        for (let round = 0; round < 30; round++) await sealAll(opened, { log, holder })
      }

      await Promise.all([writing(), writing(), sealing('one'), sealing('two'), sealing('three')])
      await sealAll(opened)

      assert.deepEqual([...(await sealedIds(opened))].sort(), ids.sort())
      assert.equal(new Set(ids).size, 80)
      const { findings, records } = await verifyAll(opened)
      assert.deepEqual(findings, [])
      assert.equal(records, 80)
    })

    test('of several processes the one with the lease seals, and another when it is silent', async () => {
      const opened = await engine.fresh()
      await write(opened, {})
      assert.equal((await sealAll(opened, { holder: 'one', at: NOW })).length, 1)

      await write(opened, {})
      assert.equal((await sealAll(opened, { holder: 'two', at: NOW + 9_000 })).length, 0)
      assert.equal((await sealAll(opened, { holder: 'two', at: NOW + 10_001 })).length, 1)
      await write(opened, {})
      assert.equal((await sealAll(opened, { holder: 'one', at: NOW + 10_002 })).length, 0)
    })

    test('a process that has another key than the head waits for it', async () => {
      const opened = await engine.fresh()
      await write(opened, {})
      await sealAll(opened)
      await write(opened, {})

      assert.equal((await sealAll(opened, { key: OTHER_KEY })).length, 0)

      assert.equal(await opened.stores.system.audit.countUnsealed(), 1)
    })

    test('more records than one transaction takes are sealed in several', async () => {
      const opened = await engine.fresh()
      await opened.database.write(async (trx) => {
        const rows = Array.from({ length: 1_201 }, () => rowOf(newId()))
        for (let at = 0; at < rows.length; at += 100) {
          await trx
            .insertInto('audit_record')
            .values(rows.slice(at, at + 100))
            .execute()
        }
      })

      const heads = await sealAll(opened)

      assert.equal(heads.length, 3)
      assert.equal(await opened.stores.system.audit.countUnsealed(), 0)
      assert.deepEqual((await verifyAll(opened)).findings, [])
    })

    test('its state says how far behind it is', async () => {
      const opened = await engine.fresh()
      const { audit } = opened.stores.system
      assert.deepEqual(await sealState(audit), { unsealed: 0 })
      await write(opened, { at: NOW - 5_000 }, { at: NOW - 1_000 })

      const behind = await sealState(audit)
      await sealAll(opened)

      assert.deepEqual(behind, { unsealed: 2, oldestAt: NOW - 5_000 })
      assert.deepEqual(await sealState(audit), { unsealed: 0 })
    })
  })
}

function rowOf(id: string) {
  return {
    ...{ tenant: 'a-tenant', id, at: NOW, actor: 'system' as const, account: null, token: null },
    ...{ action: 'certificate.issue', object_type: 'certificate', object_id: id, details: null },
  }
}
