import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createCa, NOW, recordIn, sampleRequest, sampleTemplate } from '../support/samples.ts'
import { accepted, type Engine, newTenant, recorded, refused } from './engine.ts'

export function requestStoreContract(engine: Engine): void {
  const world = async () => {
    const opened = await engine.shared()
    const tenant = await newTenant(opened)
    const ca = await createCa(opened.stores, tenant)
    return { opened, tenant, ca, requests: ca.stores.requests }
  }

  describe('the request store', () => {
    test('a request comes back as it was written', async () => {
      const { ca, tenant, requests } = await world()
      const request = sampleRequest(ca, {
        overrides: { validity: { days: 30 }, subject: [{ type: 'commonName', value: 'é "x"' }] },
        note: 'please',
      })

      await requests.create(request, recordIn(tenant))

      assert.deepEqual(await requests.find(request.id), request)
      assert.equal(await requests.find('no such'), undefined)
    })

    test('lists are newest first, in pages, by CA, template and status', async () => {
      const { ca, tenant, requests } = await world()
      const template = sampleTemplate(ca.authority.id)
      await ca.stores.templates.create(template, NOW, recordIn(tenant))
      const made = [0, 1, 2, 3, 4].map((at) => sampleRequest(ca, at === 3 ? { template: template.id } : {}))
      for (const request of made) await requests.create(request, recordIn(tenant))
      const [a, b, c, d, e] = made.map(({ id }) => id)
      await requests.decline(b ?? '', { by: 'officer', at: NOW }, recordIn(tenant))
      const ids = async (filter: Parameters<typeof requests.list>[0], limit = 10, after?: string) => {
        const page = await requests.list(filter, { limit, ...(after !== undefined && { after }) })
        return { ids: page.items.map(({ id }) => id), next: page.next }
      }

      const first = await ids({}, 3)
      const second = await ids({}, 3, first.next)

      assert.deepEqual([first.ids, second], [[e, d, c], { ids: [b, a], next: undefined }])
      assert.deepEqual((await ids({ status: 'pending' })).ids, [e, d, c, a])
      assert.deepEqual((await ids({ status: 'declined', authority: ca.authority.id })).ids, [b])
      assert.deepEqual((await ids({ template: template.id })).ids, [d])
      assert.deepEqual((await ids({ authority: ca.authority.id, template: template.id, status: 'declined' })).ids, [])
      assert.deepEqual((await ids({ authority: 'another' })).ids, [])
    })

    test('a cursor that is none is refused', async () => {
      const { requests } = await world()

      for (const after of ['x', '', '%%%', Buffer.from('["id",7]').toString('base64url'), 'a'.repeat(9_000)]) {
        await refused(requests.list({}, { limit: 10, after }), 'malformed')
      }
      for (const limit of [0, 201, 1.5, -1]) await refused(requests.list({}, { limit }), 'malformed')
    })

    test('a request is declined once, with who, when and why', async () => {
      const { ca, tenant, requests, opened } = await world()
      const request = sampleRequest(ca)
      await requests.create(request, recordIn(tenant))
      const object = { type: 'request', id: request.id }
      const decline = (by: string) =>
        requests.decline(request.id, { by, at: NOW + 1, note: 'no' }, recordIn(tenant, { action: 'decline', object }))

      assert.equal(await accepted([decline('a'), decline('b'), decline('c')], 'conflict'), 1)

      const { decidedBy, ...found } = (await requests.find(request.id)) ?? {}
      assert.deepEqual(found, { ...request, status: 'declined', decidedAt: NOW + 1, note: 'no' })
      assert.match(String(decidedBy), /^[abc]$/)
      assert.deepEqual(await recorded(opened, tenant, request.id), ['decline'])
    })

    test('what is not there cannot be declined', async () => {
      const { requests, tenant } = await world()

      assert.equal(await requests.decline('no such', { by: 'a', at: NOW }, recordIn(tenant)), undefined)
    })
  })
}
