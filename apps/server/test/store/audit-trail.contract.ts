import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { idMaker } from '../../src/platform/ids.ts'
import { NOW } from '../support/samples.ts'
import { sealAll, write } from './audit-samples.ts'
import { type Engine, newTenant, refused } from './engine.ts'

const HOUR = 3_600_000
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))

export function auditTrailContract(engine: Engine): void {
  describe('the audit of a tenant', () => {
    const world = async () => {
      const opened = await engine.shared()
      const tenant = await newTenant(opened)
      const { audit } = opened.stores.for(tenant)
      const list = async (filter = {}, limit = 50) => {
        const found: string[] = []
        for (let after: string | undefined; ; ) {
          const page = await audit.list(filter, { limit, ...(after !== undefined && { after }) })
          found.push(...page.items.map(({ id }) => id))
          if (page.next === undefined) return found
          after = page.next
        }
      }
      return { opened, tenant, audit, list }
    }

    test('is listed newest first, sealed or not, in pages', async () => {
      const { opened, tenant, list } = await world()
      const sealed = await write(opened, { tenant }, { tenant }, { tenant })
      await sealAll(opened)
      const waiting = await write(opened, { tenant }, { tenant })
      const newestFirst = [...sealed, ...waiting].reverse()

      assert.deepEqual(await list(), newestFirst)
      assert.deepEqual(await list({}, 2), newestFirst)
      assert.deepEqual(await list({}, 1), newestFirst)
    })

    test('is found by action, account, object and time, all of them', async () => {
      const { opened, tenant, list } = await world()
      const idAt = (at: number) => idMaker(() => at, random)()
      const [a = '', b = '', c = ''] = await write(
        opened,
        { tenant, id: idAt(NOW - 50 * HOUR), at: NOW - 50 * HOUR, action: 'ca.create', object_id: 'x' },
        { tenant, id: idAt(NOW - HOUR), at: NOW - HOUR, action: 'ca.renew', object_id: 'x', account: 'bob' },
        { tenant, id: idAt(NOW), at: NOW, action: 'ca.renew', object_id: 'y' },
      )
      const looks = async () => [
        await list({ action: 'ca.renew' }),
        await list({ account: 'bob' }),
        await list({ object: 'x' }),
        await list({ object: 'x', action: 'ca.renew' }),
        await list({ from: NOW - HOUR }),
        await list({ to: NOW - HOUR }),
        await list({ from: NOW - HOUR, to: NOW - 1 }),
        await list({ object: 'z' }),
      ]
      const due = [[c, b], [b], [b, a], [b], [c, b], [b, a], [b], []]

      assert.deepEqual(await looks(), due)
      await sealAll(opened)
      assert.deepEqual(await looks(), due)
    })

    test('of a filter that fits little is a short page, and goes on', async () => {
      const { opened, tenant, audit, list } = await world()
      const [wanted = ''] = await write(opened, { tenant, action: 'ca.create' })
      const rows = Array.from({ length: 20_000 }, () => ({ tenant }))
      await opened.database.write(async (trx) => {
        const newId = idMaker(Date.now, random)
        for (let at = 0; at < rows.length; at += 500) {
          const values = rows.slice(at, at + 500).map((row) => ({
            ...{
              ...row,
              id: newId(),
              at: NOW,
              actor: 'system' as const,
              action: 'a',
              object_type: 'o',
              object_id: 'o',
            },
          }))
          await trx.insertInto('audit_record').values(values).execute()
        }
      })

      const first = await audit.list({ action: 'ca.create' }, { limit: 50 })

      assert.deepEqual([first.items.length, first.next !== undefined], [0, true])
      assert.deepEqual(await list({ action: 'ca.create' }), [wanted])
      await sealAll(opened)
    })

    test('refuses a page that is none', async () => {
      const { audit } = await world()

      await refused(audit.list({}, { limit: 0 }), 'malformed')
      await refused(audit.list({}, { limit: 10, after: 'nonsense' }), 'malformed')
    })
  })
}
