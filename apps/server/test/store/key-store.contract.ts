import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { generateMasterKey, sealer } from '@chancery/keys'
import { rewrapAll } from '../../src/master-keys/rewrap.ts'
import { SEALED_COLUMNS } from '../../src/store/sealed-columns.ts'
import { sampleMail } from '../support/accounts.ts'
import {
  DAY,
  NOW,
  randomBytes,
  recordIn,
  sampleAuthority,
  sampleGeneration,
  sampleTemplate,
} from '../support/samples.ts'
import { newId, type OpenedStores } from '../support/stores.ts'
import { sampleWebhook } from '../support/webhooks.ts'
import { sampleBinding, samplePolicy } from './acme-samples.ts'
import { type Engine, newTenant } from './engine.ts'

export function keyStoreContract(engine: Engine): void {
  describe('what the database knows of master keys', () => {
    test('every column that holds sealed values is rewrapped by a rotation, and nothing else', async () => {
      const { database } = await engine.shared()

      const tables = await database.kysely.introspection.getTables()

      const sealed = tables.flatMap(({ name, columns }) =>
        columns.filter((column) => /^sealed(_(?!at)|$)/.test(column.name)).map((column) => `${name}.${column.name}`),
      )
      assert.deepEqual(SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`).sort(), sealed.sort())
      assert.ok(sealed.length >= 3)
    })

    test('a value of each sealed column is rewrapped, and opens as before', async () => {
      const opened = await engine.fresh()
      const { stores } = opened
      const [before, after] = [generateMasterKey(), generateMasterKey()]
      const old = sealer(before)
      const context = { tenant: 't', purpose: 'p', id: 'i' }
      const { keys } = stores.system
      await sealedEverywhere(opened, old.seal(randomBytes(40), context))
      const all = async () => (await Promise.all(SEALED_COLUMNS.map((_, at) => keys.sealedValues(at, '', 10)))).flat()
      const values = await all()
      assert.equal(values.length, SEALED_COLUMNS.length)

      const both = sealer(after, [before])
      const counts = [await rewrapAll(both, keys), await rewrapAll(both, keys)]

      assert.deepEqual(counts, [
        { count: SEALED_COLUMNS.length, broken: 0 },
        { count: 0, broken: 0 },
      ])
      const now = await all()
      const opens = now.map(({ sealed }) => sealer(after).open(sealed, context).toHex())
      assert.deepEqual(
        opens,
        values.map(({ sealed }) => old.open(sealed, context).toHex()),
      )
    })

    test('a value that opens under no key is counted, left alone, and in nobody’s way', async () => {
      const { stores } = await engine.fresh()
      const [before, after] = [generateMasterKey(), generateMasterKey()]
      const context = { tenant: 't', purpose: 'p', id: 'i' }
      await stores.system.keys.secret('a', () => randomBytes(100))
      await stores.system.keys.secret('b', () => sealer(generateMasterKey()).seal(randomBytes(40), context))
      await stores.system.keys.secret('c', () => sealer(before).seal(randomBytes(40), context))

      const result = await rewrapAll(sealer(after, [before]), stores.system.keys)

      assert.deepEqual(result, { count: 1, broken: 2 })
    })

    test('a value that changed since it was read is left alone', async () => {
      const { stores } = await engine.fresh()
      const { keys } = stores.system
      const [was, is, put] = [randomBytes(5), randomBytes(5), randomBytes(5)]
      await keys.secret('s', () => is)
      const column = SEALED_COLUMNS.findIndex(({ table }) => table === 'sealed_secret')

      await keys.replaceSealed(column, [{ key: 's', was, sealed: put }])

      assert.deepEqual(await keys.sealedValues(column, '', 10), [{ key: 's', sealed: is }])
      assert.deepEqual(await keys.secret('s', () => put), is)
    })

    test('one rotation is under way, goes on by one step, and ends once', async () => {
      const { stores } = await engine.fresh()
      const { keys } = stores.system
      const retire = () => {
        throw new Error('nothing was sealed')
      }
      await keys.setCheck('aa')
      assert.equal(await keys.setCheck('bb'), 'aa')
      const one = { next: '11', nextId: '01', phase: 'announced' } as const
      const rewrapping = { ...one, phase: 'rewrapping' } as const

      assert.deepEqual(await keys.begin(one), one)
      assert.deepEqual(await keys.begin({ next: '22', nextId: '02', phase: 'announced' }), one)
      assert.equal(await keys.finish(rewrapping, 'aa', retire, recordIn('t')), false)
      assert.deepEqual([await keys.advance(one, rewrapping), await keys.advance(one, rewrapping)], [true, false])
      assert.deepEqual(await keys.facts(), { check: 'aa', rotation: rewrapping })
      assert.equal(await keys.finish(rewrapping, 'other', retire, recordIn('t')), false)
      assert.deepEqual(await keys.facts(), { check: 'aa', rotation: rewrapping }, 'nothing of it stands')
      assert.equal(await keys.finish(rewrapping, 'aa', retire, recordIn('t')), true)
      assert.equal(await keys.finish(rewrapping, 'aa', retire, recordIn('t')), false)

      assert.deepEqual(await keys.facts(), { check: '11', rotation: undefined })
    })

    test('it knows who holds the key now, and forgets who was not seen for long', async () => {
      const { stores } = await engine.fresh()
      const { keys } = stores.system
      const holder = (process: string, seenAt: number) => ({ process, name: process, seenAt, state: 'none' }) as const
      await keys.hold(holder('old', NOW - 3 * DAY))
      await keys.hold(holder('a', NOW))
      await keys.hold(holder('b', NOW))
      await keys.hold({ ...holder('b', NOW + 1), state: 'reads 01' })
      await keys.release('a')

      assert.deepEqual(await keys.holders(NOW), [{ ...holder('b', NOW + 1), state: 'reads 01' }])
      assert.deepEqual(
        (await keys.holders(0)).map(({ process }) => process),
        ['b'],
      )
    })
  })
}

/** One value in each column. */
async function sealedEverywhere(opened: OpenedStores, sealedKey: Uint8Array): Promise<void> {
  const tenant = await newTenant(opened)
  const own = opened.stores.for(tenant)
  const authority = sampleAuthority(tenant)
  const generation = sampleGeneration(authority, { sealedKey })
  await own.authorities.create({ authority, generation, template: sampleTemplate(authority.id) }, recordIn(tenant))
  await opened.stores.system.keys.secret('root', () => sealedKey)
  const service = {
    ...{ id: newId(), tenant, authority: authority.id, generation: generation.id, certificate: newId(), sealedKey },
    ...{ purpose: 'ocsp-responder' as const, der: randomBytes(5), notBefore: NOW, notAfter: NOW + 1 },
  }
  await own.serviceCertificates.add(service, recordIn(tenant))
  const mail = sampleMail(tenant, { sealedBody: sealedKey })
  await opened.stores.system.mails.put(mail, recordIn(tenant))
  const policy = samplePolicy({ authority, template: sampleTemplate(authority.id) })
  await own.acmePolicies.create(policy, NOW, recordIn(tenant))
  await own.acmeBindings.create(sampleBinding(policy.id, { sealedKey }), recordIn(tenant))
  const webhook = sampleWebhook({ sealedSecret: sealedKey })
  await own.webhooks.create(webhook, recordIn(tenant))
  await own.webhooks.rotate(webhook.id, { sealedSecret: sealedKey, previousUntil: NOW }, recordIn(tenant))
  const account = newId()
  await opened.database.write(async (trx) => {
    const person = { email: 'a@example.com', name: 'A', password_hash: 'x', operator: 0 as const, created_at: NOW }
    await trx
      .insertInto('account')
      .values({ id: account, ...person })
      .execute()
    const factor = { id: newId(), account, confirmed: 1 as const, last_step: 0, created_at: NOW }
    await trx
      .insertInto('second_factor')
      .values({ ...factor, sealed_secret: sealedKey, sealed_recovery_codes: sealedKey })
      .execute()
    const challenge = { id: newId(), identifier: 'x', created_at: NOW, expires_at: NOW, sealed_value: sealedKey }
    await trx.insertInto('sign_in_challenge').values(challenge).execute()
  })
}
