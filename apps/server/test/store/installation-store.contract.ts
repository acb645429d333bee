import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createCa, DAY, NOW, recordIn, sampleTemplate } from '../support/samples.ts'
import { type Engine, newTenant, refused } from './engine.ts'

export function installationStoreContract(engine: Engine): void {
  describe('the installation', () => {
    test('a fact is set once, and who came second learns what stands', async () => {
      const { stores } = await engine.fresh()
      const { installation } = stores.system

      const told = await Promise.all(['a', 'b', 'c'].map((value) => installation.setOnce('check', value)))

      const stands = await installation.get('check')
      assert.deepEqual(told, [stands, stands, stands])
      assert.equal(await installation.get('another'), undefined)
    })

    test('it is empty until a key was sealed', async () => {
      const opened = await engine.fresh()
      const tenant = await newTenant(opened)
      assert.equal(await opened.stores.system.keys.isEmpty(), true)

      await createCa(opened.stores, tenant)

      assert.equal(await opened.stores.system.keys.isEmpty(), false)
    })

    test('it says that the database answers', async () => {
      const { stores } = await engine.shared()

      await stores.ping()
    })
  })

  describe('repeated calls', () => {
    const world = async () => {
      const opened = await engine.shared()
      const tenant = await newTenant(opened)
      const ca = await createCa(opened.stores, tenant)
      const create = (key: string, at: number, idempotency = claimOf(tenant, key)) => {
        const template = sampleTemplate(ca.authority.id)
        const act = { tenant, actor: { kind: 'system' }, at, idempotency } as const
        const record = { act, action: 'template.create', object: { type: 'template', id: template.id } }
        return ca.stores.templates.create(template, at, record).then(() => template)
      }
      return { opened, tenant, ca, create, find: opened.stores.system.idempotency.find }
    }

    test('a key tells for 24 hours what it made, then it can be used again', async () => {
      const { create, find, tenant } = await world()
      const { scope, bodyHash } = claimOf(tenant, 'k')

      const first = await create('k', NOW)
      const answer = await find(scope, 'k', NOW + DAY - 1)
      await refused(create('k', NOW + DAY - 1), 'conflict', /Idempotency-Key/)
      const second = await create('k', NOW + DAY)

      assert.deepEqual(answer, { bodyHash, object: { type: 'template', id: first.id } })
      assert.deepEqual((await find(scope, 'k', NOW + DAY + 1))?.object, { type: 'template', id: second.id })
    })

    test('what is refused leaves its key free', async () => {
      const { create, find, tenant, ca } = await world()
      const { template } = ca
      const idempotency = claimOf(tenant, 'k')
      const act = { tenant, actor: { kind: 'system' }, at: NOW, idempotency } as const
      const taken = sampleTemplate(ca.authority.id, { name: template.name })
      const record = { act, action: 'template.create', object: { type: 'template', id: taken.id } }

      await refused(ca.stores.templates.create(taken, NOW, record), 'conflict', /name/)

      assert.equal(await find(idempotency.scope, 'k', NOW), undefined)
      await create('k', NOW)
    })

    test('one call may make several things: its key tells of the first', async () => {
      const { create, find, tenant } = await world()
      const claim = claimOf(tenant, 'k')

      const first = await create('k', NOW, claim)
      await create('k', NOW, claim)

      assert.deepEqual((await find(claim.scope, 'k', NOW))?.object.id, first.id)
      await refused(create('k', NOW), 'conflict', /Idempotency-Key/)
    })

    test('old keys are forgotten', async () => {
      const { create, find, opened, tenant } = await world()
      await create('old', NOW - 50 * DAY)
      await create('new', NOW)

      await opened.stores.system.idempotency.forget(NOW - 49 * DAY)

      const { scope } = claimOf(tenant, 'old')
      assert.equal(await find(scope, 'old', NOW - 50 * DAY), undefined)
      assert.notEqual(await find(scope, 'new', NOW), undefined)
    })

    test('a record that names another tenant is a fault, and nothing is stored', async () => {
      const { ca, opened } = await world()
      const template = sampleTemplate(ca.authority.id)

      await assert.rejects(
        ca.stores.templates.create(template, NOW, recordIn(await newTenant(opened))),
        /another tenant/,
      )

      assert.equal(await ca.stores.templates.find(template.id), undefined)
    })
  })
}

function claimOf(tenant: string, key: string) {
  return { scope: `token:${tenant}:POST /templates`, key, bodyHash: new Uint8Array(32).fill(7) }
}
