import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { IndexedName } from '../../src/certificates/certificate-register.ts'
import type { NameIndex } from '../../src/certificates/index-names.ts'
import { indexDueNames } from '../../src/publishing/index-names.ts'
import type { TenantStores } from '../../src/store/stores.ts'
import { asBefore, DESK, HOST, NEW_NAMES } from '../support/names-of-before.ts'
import { createCa, DAY, issue, NOW, randomBytes, recordIn, sampleIntent } from '../support/samples.ts'
import { newId, type OpenedStores } from '../support/stores.ts'
import { type Engine, newTenant } from './engine.ts'

const EMAIL: IndexedName = { type: 'email', value: 'desk@example.com' }

export function nameIndexContract(engine: Engine): void {
  const world = async () => {
    const opened = await engine.shared()
    const tenant = await newTenant(opened)
    const ca = await createCa(opened.stores, tenant)
    return { opened, tenant, ca, names: ca.stores.names }
  }

  describe('the index of names', () => {
    test('pages give what was issued and is known by its DER, in the order of the ids', async () => {
      const { tenant, ca, names } = await world()
      await ca.stores.issuance.recordIntent(sampleIntent(ca), recordIn(tenant))
      const [a, b, c] = [await asBefore(ca), await asBefore(ca), await asBefore(ca)]
      const serialOnly = { id: newId(), serialNumber: randomBytes(16).toHex(), subject: 'CN=x' }
      await ca.stores.authorities.addEarlier(ca.generation.id, [serialOnly], { historyKnown: false }, recordIn(tenant))

      assert.deepEqual(idsOf(await names.page('', 2)), [a, b])
      assert.deepEqual(idsOf(await names.page(b, 2)), [c])
      assert.deepEqual((await names.page(b, 2))[0]?.der, DESK)
      assert.deepEqual(await names.page(c, 2), [])
    })

    test('a name is added once, behind those by which the certificate is found already', async () => {
      const { opened, ca, names } = await world()
      const id = await asBefore(ca)

      assert.equal(await names.add([{ id, names: [EMAIL, HOST] }]), 1)
      assert.equal(await names.add([{ id, names: [EMAIL, HOST] }]), 0)

      const keys = ['desk.example.com', '.com.example.desk', 'desk@example.com']
      assert.deepEqual(await namesOf(opened, id), { row: keys, index: [...keys].sort() })
    })

    test('by many at once each name is added once', async () => {
      const { opened, ca, names } = await world()
      const made = await Promise.all(Array.from({ length: 20 }, () => asBefore(ca)))

      const added = await Promise.all(
        Array.from({ length: 5 }, () => names.add(made.map((id) => ({ id, names: [EMAIL] })))),
      )

      assert.equal(
        added.reduce((sum, count) => sum + count, 0),
        made.length,
      )
      for (const id of made) assert.equal((await namesOf(opened, id)).index.length, 3)
    })

    test('what is removed while names are added leaves none of them behind', async () => {
      const { opened, tenant, ca, names } = await world()
      const made = await Promise.all(Array.from({ length: 30 }, () => asBefore(ca, { notAfter: NOW - 10 * DAY })))

      await Promise.all([
        names.add(made.map((id) => ({ id, names: [EMAIL] }))),
        ca.stores.authorities.forgetExpired(ca.authority.id, NOW - 5 * DAY, 100, recordIn(tenant)),
      ])

      for (const id of made) assert.deepEqual(await namesOf(opened, id), { row: undefined, index: [] })
      assert.equal(await names.add(made.map((id) => ({ id, names: [EMAIL] }))), 0)
    })
  })

  describe('after an upgrade', () => {
    test('what the release before wrote is found by every name, in each tenant by its own people', async () => {
      const { opened, tenants } = await installation(engine, 250)
      const [first, second] = tenants
      const before = await Promise.all(tenants.map(({ ca }) => found(ca.stores, 'desk.ex')))

      await indexAll(opened)

      for (const [at, { ca, made }] of [first, second].entries()) {
        for (const name of NEW_NAMES) assert.deepEqual(await found(ca.stores, name), made, name)
        assert.deepEqual(await found(ca.stores, 'desk.ex'), before[at])
        assert.deepEqual(await found(ca.stores, '.example.com'), made)
      }
    })

    test('what was interrupted goes on where it was, and nothing is done twice', async () => {
      const { opened, tenants } = await installation(engine, 250)
      const [{ ca, made }] = tenants
      const { outbox } = opened.stores.system
      const pages: string[] = []
      const seen =
        (dies: boolean) =>
        (tenant: string): NameIndex => {
          const { page, add } = opened.stores.for(tenant).names
          return {
            add,
            page: async (after, limit) => {
              if (tenant === ca.tenant) pages.push(after)
              if (tenant === ca.tenant && dies && after === made[199]) throw new Killed()
              return page(after, limit)
            },
          }
        }
      // As of a process that is killed nothing more is said to the outbox.
      const silent = { ...outbox, retry: () => Promise.reject(new Killed()) }

      await assert.rejects(indexDueNames({ ...quiet(opened), outbox: silent, indexOf: seen(true) }), Killed)
      const halfway = await found(ca.stores, 'front d')
      for (let at = 0; at < 3; at++) await indexDueNames({ ...quiet(opened, NOW + at * 200_000), indexOf: seen(false) })

      assert.deepEqual(halfway, made.slice(0, 200))
      assert.deepEqual(pages, ['', made[199], made[199]])
      assert.deepEqual(await found(ca.stores, 'front d'), made)
    })

    test('a large register is gone through in goes, between which other work has its turn', async () => {
      const opened = await engine.fresh()
      const tenant = await newTenant(opened)
      await opened.stores.system.outbox.put({ tenant, kind: 'names', key: tenant, dueAt: 0 })
      let looked = 0
      const endless: NameIndex = {
        page: async (_after, limit) =>
          Array.from({ length: limit }, () => ({ id: `${looked++}`, der: new Uint8Array() })),
        add: async () => 0,
      }
      const once = () => indexDueNames({ ...quiet(opened), indexOf: () => endless })

      await once()
      const first = looked
      await once()

      assert.ok(first > 0)
      assert.equal(looked, 2 * first)
    })

    test('a day later it is looked at once more, for the release before may have issued beside this one', async () => {
      const { opened, tenants } = await installation(engine, 1)
      const [{ ca, made }] = tenants
      await indexAll(opened)
      const late = await asBefore(ca)

      await indexAll(opened)
      assert.deepEqual(await found(ca.stores, 'front d'), made)
      await indexAll(opened, NOW + DAY)

      assert.deepEqual(await found(ca.stores, 'front d'), [...made, late])
      assert.deepEqual(await opened.stores.system.outbox.claim('names', NOW + 100 * DAY, 1, 10), [])
    })

    test('a certificate that nobody can read keeps its names, and no other waits for it', async () => {
      const { opened, tenants } = await installation(engine, 1)
      const [{ ca, made }] = tenants
      const { intent } = await issue(ca, {}, { names: [{ type: 'dns', value: 'odd.example' }] })
      const after = await asBefore(ca)

      await indexAll(opened)

      assert.deepEqual(await found(ca.stores, 'front d'), [...made, after])
      assert.deepEqual(await found(ca.stores, 'odd'), [intent.id])
    })
  })
}

class Killed extends Error {}

/** Two tenants, one with so many certificates and one with three, and the work put down as the migration does. */
async function installation(engine: Engine, count: number) {
  const opened = await engine.fresh()
  const tenantWith = async (count: number) => {
    const tenant = await newTenant(opened)
    const ca = await createCa(opened.stores, tenant)
    const made: string[] = []
    for (let at = 0; at < count; at++) made.push(await asBefore(ca))
    await opened.stores.system.outbox.put({ tenant, kind: 'names', key: tenant, dueAt: 0 })
    return { ca, made }
  }
  return { opened, tenants: [await tenantWith(count), await tenantWith(3)] as const }
}

function quiet({ stores }: OpenedStores, now = NOW) {
  const report = (error: unknown) => assert.ok(error instanceof Killed, String(error))
  return { outbox: stores.system.outbox, indexOf: (tenant: string) => stores.for(tenant).names, now: () => now, report }
}

/** Until nothing is due any more. */
async function indexAll(opened: OpenedStores, now = NOW): Promise<void> {
  for (let round = 0; round < 10; round++) await indexDueNames(quiet(opened, now))
}

async function found({ certificates }: TenantStores, name: string): Promise<string[]> {
  const ids: string[] = []
  for (let after: string | undefined; ; ) {
    const page = await certificates.list({ name }, NOW, { limit: 200, ...(after !== undefined && { after }) })
    ids.push(...page.items.map(({ id }) => id))
    after = page.next
    if (after === undefined) return ids
  }
}

/** The search keys of a certificate as its row says them and as the index has them. */
async function namesOf({ database }: OpenedStores, id: string) {
  const row = await database.read((db) =>
    db.selectFrom('certificate').select('names').where('id', '=', id).executeTakeFirst(),
  )
  const rows = await database.read((db) =>
    db.selectFrom('certificate_name').select('key').where('certificate', '=', id).orderBy('key').execute(),
  )
  const index = rows.map(({ key }) => key)
  return { row: row?.names == null ? undefined : (JSON.parse(row.names) as string[]), index }
}

const idsOf = (page: readonly { readonly id: string }[]) => page.map(({ id }) => id)
