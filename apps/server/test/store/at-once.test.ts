import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { until } from '../../../../test/support/until.ts'
import { createCa, issue, NOW, recordIn, type SampleCa, sampleIntent, sampleRequest } from '../support/samples.ts'
import { newId, type OpenedStores, startPostgresStores } from '../support/stores.ts'
import { newTenant, refused } from './engine.ts'

// Two transactions of which the first is stopped where it hurts, on a real PostgreSQL: SQLite runs one after the other.

const server = await startPostgresStores()
const opened = await server.open()
after(async () => {
  await opened.close()
  await server.stop()
})

async function world() {
  const tenant = await newTenant(opened)
  const ca = await createCa(opened.stores, tenant)
  const request = sampleRequest(ca)
  await ca.stores.requests.create(request, recordIn(tenant))
  return { tenant, ca, request: request.id, record: () => recordIn(tenant) }
}

/** Holds a row until it is released: whoever wants to change it waits in the middle of its transaction. */
async function hold(table: 'enrollment_request' | 'certificate' | 'crl', id: string) {
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const held = Promise.withResolvers<void>()
  const ended = opened.database.write(async (trx) => {
    const row = trx.updateTable(table).set((eb) => ({ id: eb.ref('id') }))
    await row.where('id', '=', id).executeTakeFirstOrThrow()
    held.resolve()
    await released
  })
  await held.promise
  return {
    release: async () => {
      release()
      await ended
    },
  }
}

/** Resolves when so many transactions wait for a lock. */
async function waiting({ database }: OpenedStores, count: number): Promise<void> {
  await until(async () => {
    const { rows } = await database.kysely.executeQuery<{ waiting: number }>({
      ...database.kysely.selectNoFrom([]).compile(),
      sql: 'select count(*) as waiting from pg_locks where not granted',
      parameters: [],
    })
    return (rows[0]?.waiting ?? 0) >= count
  }, `fewer than ${count} transactions wait`)
}

const intentOf = (ca: SampleCa, over: Parameters<typeof sampleIntent>[1] = {}) => sampleIntent(ca, over)

test('a template is not deleted while a certificate of it is being recorded', async () => {
  const { ca, request, record } = await world()
  const { issuance, templates } = ca.stores
  const stop = await hold('enrollment_request', request)
  const issuing = issuance.recordIntent(intentOf(ca, { request }), record())
  await waiting(opened, 1)

  const deleting = refused(templates.delete(ca.template.id, NOW, record()), 'conflict', /alive/)
  await waiting(opened, 2)
  await stop.release()

  await issuing
  await deleting
  assert.ok(await templates.find(ca.template.id))
})

test('a certificate is not recorded under a template that is being deleted', async () => {
  const { ca, request, record } = await world()
  const { issuance, templates } = ca.stores
  const stop = await hold('enrollment_request', request)
  const deleting = templates.delete(ca.template.id, NOW, record())
  await waiting(opened, 1)

  const intent = intentOf(ca)
  const issuing = refused(issuance.recordIntent(intent, record()), 'not-found', /template/)
  await waiting(opened, 2)
  await stop.release()

  assert.equal(await deleting, true)
  await issuing
  assert.equal(await issuance.find(intent.id), undefined)
})

test('what is being recorded while its CA is deleted is given up with the rest', async () => {
  const { ca, request, record } = await world()
  const { issuance, authorities } = ca.stores
  const intent = intentOf(ca, { request })
  const stop = await hold('enrollment_request', request)
  const issuing = issuance.recordIntent(intent, record())
  await waiting(opened, 1)

  const deleting = authorities.delete(ca.authority.id, NOW, record())
  await waiting(opened, 2)
  await stop.release()

  await Promise.all([issuing, deleting])
  assert.equal((await issuance.find(intent.id))?.state, 'abandoned')
})

test('nothing is recorded under a CA that is being deleted or archived', async () => {
  for (const end of ['delete', 'archive'] as const) {
    const { ca, request, record } = await world()
    const { issuance, authorities } = ca.stores
    const { template: _, ...bare } = intentOf(ca)
    // Archiving touches nothing but the CA and its tenant: it is held by who opens a generation.
    const stop = end === 'delete' ? await hold('enrollment_request', request) : await holdTenant(ca.tenant)
    const ending = end === 'delete' ? authorities.delete(ca.authority.id, NOW, record()) : archive(ca, record)
    await waiting(opened, 1)

    const issuing = [intentOf(ca), bare].map((intent) =>
      refused(issuance.recordIntent(intent, record()), 'issuer-inactive', end === 'delete' ? /deleted/ : /archived/),
    )
    await waiting(opened, 3)
    await stop.release()

    await Promise.all([ending, ...issuing])
  }
})

test('a revocation that had begun when its CA was deleted is over before it, and a later one is refused', async () => {
  const { ca, request, record } = await world()
  const { revocations, authorities } = ca.stores
  const revoked = await issue(ca)
  const late = await issue(ca)
  const revoke = ({ intent }: typeof late) => revocations.revoke(intent.id, { revokedAt: NOW, reason: 4 }, record())
  const certificate = await hold('certificate', revoked.intent.id)
  const revoking = revoke(revoked)
  await waiting(opened, 1)

  const deleting = authorities.delete(ca.authority.id, NOW, record())
  await waiting(opened, 2)
  const stop = await hold('enrollment_request', request)
  await certificate.release()
  await revoking
  await waiting(opened, 1)
  const refusing = refused(revoke(late), 'not-found', /deleted/)
  await waiting(opened, 2)
  await stop.release()

  await Promise.all([deleting, refusing])
  const { crls } = opened.stores.system
  const which = { generation: ca.generation.id, partition: 0, delta: false }
  const { rows } = await crls.entries(which, { expiredAfter: 0 }, { limit: 10 })
  assert.deepEqual(
    rows.map(({ serialNumber }) => serialNumber),
    [revoked.intent.serialNumber],
  )
})

test('a CRL that was begun before its CA was deleted does not take the place of the last one', async () => {
  const { ca, request, record } = await world()
  const { crls } = opened.stores.system
  const crl = {
    ...{ generation: ca.generation.id, partition: 0, delta: false },
    ...{ thisUpdate: NOW, nextUpdate: NOW + 1, entries: 0, size: 1, digest: 'd', revocationVersion: 0 },
  }
  const stop = await hold('enrollment_request', request)
  const deleting = ca.stores.authorities.delete(ca.authority.id, NOW, record())
  await waiting(opened, 1)

  const publishing = refused(crls.publish({ ...crl, id: newId(), number: 9 }, [new Uint8Array(1)], false), 'conflict')
  await waiting(opened, 2)
  await stop.release()

  await Promise.all([deleting, publishing])
  assert.equal(await crls.latest(crl), undefined)
})

function archive(ca: SampleCa, record: () => ReturnType<typeof recordIn>): Promise<void> {
  return ca.stores.authorities.archive(ca.authority.id, record())
}

async function holdTenant(tenant: string) {
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const held = Promise.withResolvers<void>()
  const ended = opened.database.write(async (trx) => {
    await trx.updateTable('tenant').set({ name: 'held' }).where('id', '=', tenant).execute()
    held.resolve()
    await released
  })
  await held.promise
  return {
    release: async () => {
      release()
      await ended
    },
  }
}
