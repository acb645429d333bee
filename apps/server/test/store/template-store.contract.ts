import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { TemplateId } from '@chancery/pki'
import { createCa, DAY, issue, NOW, recordIn, sampleIntent, sampleRequest, sampleTemplate } from '../support/samples.ts'
import { accepted, type Engine, newTenant, recorded, refused } from './engine.ts'

export function templateStoreContract(engine: Engine): void {
  const world = async () => {
    const opened = await engine.shared()
    const tenant = await newTenant(opened)
    const ca = await createCa(opened.stores, tenant)
    return { opened, tenant, ca, templates: ca.stores.templates, record: () => recordIn(tenant) }
  }

  describe('the template store', () => {
    test('a template comes back as it was written', async () => {
      const { ca, templates, record } = await world()
      const template = sampleTemplate(ca.authority.id, { description: 'für Geräte', enabled: false })

      await templates.create(template, NOW, record())

      assert.deepEqual(await templates.find(template.id), template)
    })

    test('a name is used once within a CA', async () => {
      const { opened, tenant, ca, templates, record } = await world()
      const other = await createCa(opened.stores, tenant)

      const same = sampleTemplate(ca.authority.id, { name: ca.template.name })
      const elsewhere = sampleTemplate(other.authority.id, { name: ca.template.name })

      await refused(templates.create(same, NOW, record()), 'conflict', /name/)
      await templates.create(elsewhere, NOW, record())
      await refused(templates.update(elsewhere.id, 1, { name: other.template.name }, record()), 'conflict', /name/)
    })

    test('lists are newest first, of the tenant or of a CA, in pages', async () => {
      const { opened, tenant, ca, templates } = await world()
      const other = await createCa(opened.stores, tenant)
      const mine = [ca.template.id, other.template.id]

      const first = await templates.list({}, { limit: 1 })
      const second = await templates.list({}, { limit: 1, after: first.next ?? '' })
      const ofOne = await templates.list({ authority: ca.authority.id }, { limit: 5 })

      assert.deepEqual(
        [...first.items, ...second.items].map(({ id }) => id),
        mine.toReversed(),
      )
      assert.equal(second.next, undefined)
      assert.deepEqual(ofOne, { items: [ca.template] })
    })

    test('a change is made from the revision that was seen, by one of many', async () => {
      const { opened, tenant, ca, templates } = await world()
      const object = { type: 'template', id: ca.template.id }
      const change = (description: string) =>
        templates.update(ca.template.id, 1, { description }, recordIn(tenant, { action: 'template.update', object }))

      assert.equal(await accepted(['a', 'b', 'c'].map(change), 'conflict'), 1)

      const found = await templates.find(ca.template.id)
      assert.deepEqual({ ...found, description: '' }, { ...ca.template, revision: 2 })
      assert.deepEqual(await recorded(opened, tenant, ca.template.id), ['template.update'])
      await refused(change('d'), 'conflict', /revision 2/)
      assert.equal(await templates.update('none' as TemplateId, 1, {}, recordIn(tenant)), undefined)
    })

    test('each part can be changed alone', async () => {
      const { ca, templates, record } = await world()
      const profile = { ...ca.template.profile, policies: [{ policy: '2.5.29.32.0', cps: true }] }

      await templates.update(ca.template.id, 1, { enabled: false }, record())
      await templates.update(ca.template.id, 2, { profile }, record())
      const last = await templates.update(ca.template.id, 3, { name: 'New', description: 'd' }, record())

      assert.deepEqual(last, { ...ca.template, enabled: false, profile, name: 'New', description: 'd', revision: 4 })
    })

    test('what counts as alive: unexpired, unrevoked or on hold, and intents that wait', async () => {
      const { ca, templates, tenant, record } = await world()
      await issue(ca)
      await issue(ca, { notAfter: NOW - 1 })
      const revoked = await issue(ca)
      await ca.stores.revocations.revoke(revoked.intent.id, { revokedAt: NOW, reason: 4 }, record())
      const held = await issue(ca)
      await ca.stores.revocations.revoke(held.intent.id, { revokedAt: NOW, reason: 6 }, record())
      await ca.stores.issuance.recordIntent(sampleIntent(ca), recordIn(tenant))
      const abandoned = sampleIntent(ca)
      await ca.stores.issuance.recordIntent(abandoned, recordIn(tenant))
      await ca.stores.issuance.abandon(abandoned.id, 'no', record())

      assert.equal(await templates.countLive(ca.template.id, NOW), 3)
      assert.equal(await templates.countLive(ca.template.id, NOW + 91 * DAY), 0)
    })

    test('a template goes when nothing of it is alive, and its pending requests are declined', async () => {
      const { ca, templates, record } = await world()
      const request = sampleRequest(ca)
      await ca.stores.requests.create(request, record())
      await issue(ca)

      await refused(templates.delete(ca.template.id, NOW, record()), 'conflict', /alive/)
      const stillThere = await templates.find(ca.template.id)
      const gone = await templates.delete(ca.template.id, NOW + 91 * DAY, record())

      assert.deepEqual(stillThere, ca.template)
      assert.equal(gone, true)
      assert.equal(await templates.find(ca.template.id), undefined)
      assert.equal((await ca.stores.requests.find(request.id))?.status, 'declined')
      assert.equal(await templates.delete(ca.template.id, NOW, record()), false)
    })
  })
}
