import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { GrantId } from '@chancery/pki'
import {
  createCa,
  DAY,
  issue,
  NOW,
  randomBytes,
  recordIn,
  sampleIntent,
  sampleIssued,
  sampleRequest,
} from '../support/samples.ts'
import { newId } from '../support/stores.ts'
import { accepted, type Engine, newTenant, recorded, refused } from './engine.ts'

export function issuanceLedgerContract(engine: Engine): void {
  const world = async () => {
    const opened = await engine.shared()
    const tenant = await newTenant(opened)
    return { opened, tenant, ca: await createCa(opened.stores, tenant) }
  }

  describe('the issuance ledger', () => {
    test('an intent comes back as it was written', async () => {
      const { ca } = await world()
      const approval = { account: 'officer', approvedAt: NOW - 5 }
      const request = sampleRequest(ca)
      await ca.stores.requests.create(request, recordIn(ca.tenant))
      const intent = sampleIntent(ca, { approval, request: request.id, crlPartition: 3 })

      await ca.stores.issuance.recordIntent(intent, recordIn(ca.tenant))

      assert.deepEqual(await ca.stores.issuance.find(intent.id), { state: 'intent', intent })
    })

    test('an issuance writes its audit record with the intent', async () => {
      const { opened, ca, tenant } = await world()
      const intent = sampleIntent(ca)
      const object = { type: 'certificate', id: intent.id }

      await ca.stores.issuance.recordIntent(intent, recordIn(tenant, { action: 'certificate.issue', object }))

      assert.deepEqual(await recorded(opened, tenant, intent.id), ['certificate.issue'])
    })

    test('an issued certificate keeps the hash of its TBS and drops the TBS', async () => {
      const { opened, ca } = await world()
      const { intent, issued } = await issue(ca)

      assert.deepEqual(await ca.stores.issuance.find(intent.id), { state: 'issued', id: intent.id, der: issued.der })
      const row = await opened.database.read((db) =>
        db.selectFrom('certificate').select(['tbs', 'tbs_hash']).where('id', '=', intent.id).executeTakeFirstOrThrow(),
      )
      assert.equal(row.tbs, null)
      assert.equal(row.tbs_hash?.length, 32)
    })

    test('a grant is spent once, also by many at once', async () => {
      const { ca, tenant, opened } = await world()
      const id = sampleIntent(ca).id
      const attempts = Array.from({ length: 8 }, () =>
        ca.stores.issuance.recordIntent(
          sampleIntent(ca, { id }),
          recordIn(tenant, { action: 'certificate.issue', object: { type: 'certificate', id } }),
        ),
      )

      assert.equal(await accepted(attempts, 'conflict'), 1)
      assert.deepEqual(await recorded(opened, tenant, id), ['certificate.issue'])
    })

    test('a serial number is used once in a generation', async () => {
      const { ca, tenant } = await world()
      const { intent } = await issue(ca)

      const again = sampleIntent(ca, { serialNumber: intent.serialNumber })

      await refused(ca.stores.issuance.recordIntent(again, recordIn(tenant)), 'conflict')
      assert.equal(await ca.stores.issuance.find(again.id), undefined)
    })

    test('the serial of an abandoned issuance stays burnt', async () => {
      const { ca, tenant } = await world()
      const intent = sampleIntent(ca)
      await ca.stores.issuance.recordIntent(intent, recordIn(tenant))
      await ca.stores.issuance.abandon(intent.id, 'too late', recordIn(tenant))

      const again = sampleIntent(ca, { serialNumber: intent.serialNumber })

      await refused(ca.stores.issuance.recordIntent(again, recordIn(tenant)), 'conflict')
    })

    test('a key that was revoked for keyCompromise is not certified again by any tenant', async () => {
      const { ca, tenant, opened } = await world()
      const { intent } = await issue(ca)
      await ca.stores.revocations.revoke(intent.id, { revokedAt: NOW, reason: 1 }, recordIn(tenant))
      const other = await createCa(opened.stores, await newTenant(opened))

      for (const { stores, ...its } of [ca, other]) {
        const again = sampleIntent({ stores, ...its }, { publicKeyHash: intent.publicKeyHash })
        await refused(stores.issuance.recordIntent(again, recordIn(its.tenant)), 'bad-key', /compromised/)
      }
    })

    test('what waits for its signature is not stored once its key is revoked for keyCompromise, and can be given up', async () => {
      const { ca, tenant, opened } = await world()
      const other = await createCa(opened.stores, await newTenant(opened))
      const { intent } = await issue(ca)
      const waiting = [ca, other].map((its) => sampleIntent(its, { publicKeyHash: intent.publicKeyHash }))
      for (const one of waiting) await opened.stores.for(one.tenant).issuance.recordIntent(one, recordIn(one.tenant))
      await ca.stores.issuance.checkKey(intent.publicKeyHash)

      await ca.stores.revocations.revoke(intent.id, { revokedAt: NOW, reason: 1 }, recordIn(tenant))

      for (const one of waiting) {
        const { issuance } = opened.stores.for(one.tenant)
        await refused(issuance.checkKey(one.publicKeyHash), 'bad-key', /compromised/)
        await refused(issuance.recordIssued(sampleIssued(one)), 'bad-key', /compromised/)
        assert.equal((await issuance.find(one.id))?.state, 'intent')
        await issuance.abandon(one.id, 'its key is compromised', recordIn(one.tenant))
        assert.equal((await issuance.find(one.id))?.state, 'abandoned')
      }
    })

    test('what an import says of a key stops what waits in its own tenant, and in no other', async () => {
      const { ca, tenant, opened } = await world()
      const other = await createCa(opened.stores, await newTenant(opened))
      const waiting = sampleIntent(ca)
      const elsewhere = sampleIntent(other, { publicKeyHash: waiting.publicKeyHash })
      await ca.stores.issuance.recordIntent(waiting, recordIn(tenant))
      await other.stores.issuance.recordIntent(elsewhere, recordIn(other.tenant))

      await ca.stores.authorities.addEarlier(
        ca.generation.id,
        [
          {
            id: newId(),
            serialNumber: '77',
            subject: 'CN=before the import',
            publicKeyHash: waiting.publicKeyHash,
            revocation: { revokedAt: NOW, reason: 1 },
          },
        ],
        { historyKnown: true },
        recordIn(tenant),
      )

      await refused(ca.stores.issuance.recordIssued(sampleIssued(waiting)), 'bad-key', /compromised/)
      await other.stores.issuance.recordIssued(sampleIssued(elsewhere))
      assert.equal((await other.stores.issuance.find(elsewhere.id))?.state, 'issued')
    })

    test('a certificate that was stored before its key was revoked stays what every call gets', async () => {
      const { ca, tenant } = await world()
      const { intent, issued } = await issue(ca)
      await ca.stores.revocations.revoke(intent.id, { revokedAt: NOW, reason: 1 }, recordIn(tenant))

      assert.deepEqual(await ca.stores.issuance.recordIssued(sampleIssued(intent)), issued.der)
    })

    test('a template that was deleted meanwhile issues nothing', async () => {
      const { ca, tenant } = await world()
      await ca.stores.templates.delete(ca.template.id, NOW, recordIn(tenant))

      await refused(ca.stores.issuance.recordIntent(sampleIntent(ca), recordIn(tenant)), 'not-found', /template/)
    })

    test('an intent without a template needs none', async () => {
      const { ca, tenant } = await world()
      const { template: _, ...intent } = sampleIntent(ca)

      await ca.stores.issuance.recordIntent(intent, recordIn(tenant))

      assert.deepEqual(await ca.stores.issuance.find(intent.id), { state: 'intent', intent })
    })

    test('of two who fulfil one intent at once both get the certificate that is stored', async () => {
      const { ca, tenant } = await world()
      const intent = sampleIntent(ca)
      await ca.stores.issuance.recordIntent(intent, recordIn(tenant))

      const ders = await Promise.all(
        Array.from({ length: 5 }, () => ca.stores.issuance.recordIssued(sampleIssued(intent))),
      )

      const stored = await ca.stores.issuance.find(intent.id)
      assert.equal(stored?.state, 'issued')
      for (const der of ders) assert.deepEqual(der, stored.der)
    })

    test('an abandoned issuance cannot be issued, and an issued one cannot be abandoned', async () => {
      const { ca, tenant, opened } = await world()
      const given = sampleIntent(ca)
      await ca.stores.issuance.recordIntent(given, recordIn(tenant))
      await ca.stores.issuance.abandon(given.id, 'the deadline has passed', recordIn(tenant))
      const { intent, issued } = await issue(ca)
      const object = { type: 'certificate', id: intent.id }
      await ca.stores.issuance.abandon(intent.id, 'late', recordIn(tenant, { action: 'certificate.abandon', object }))

      await refused(ca.stores.issuance.recordIssued(sampleIssued(given)), 'conflict', /the deadline has passed/)
      assert.deepEqual(await ca.stores.issuance.find(given.id), {
        state: 'abandoned',
        id: given.id,
        reason: 'the deadline has passed',
      })
      assert.deepEqual(await ca.stores.issuance.find(intent.id), { state: 'issued', id: intent.id, der: issued.der })
      assert.deepEqual(await recorded(opened, tenant, intent.id), [])
    })

    test('issued and abandoned at once, one of them holds', async () => {
      const { ca, tenant } = await world()
      for (let round = 0; round < 5; round++) {
        const intent = sampleIntent(ca)
        await ca.stores.issuance.recordIntent(intent, recordIn(tenant))

        const [issued] = await Promise.allSettled([
          ca.stores.issuance.recordIssued(sampleIssued(intent)),
          ca.stores.issuance.abandon(intent.id, 'late', recordIn(tenant)),
        ])

        const end = await ca.stores.issuance.find(intent.id)
        assert.equal(end?.state, issued.status === 'fulfilled' ? 'issued' : 'abandoned')
      }
    })

    test('what nobody recorded cannot be issued', async () => {
      const { ca } = await world()

      await refused(ca.stores.issuance.recordIssued(sampleIssued({ id: 'nothing' as GrantId })), 'not-found')
    })

    test('a request follows its issuance: signing, then issued', async () => {
      const { ca, tenant } = await world()
      const request = sampleRequest(ca)
      await ca.stores.requests.create(request, recordIn(tenant))
      const approval = { account: 'officer', approvedAt: NOW + 7 }
      const intent = sampleIntent(ca, { request: request.id, approval })

      await ca.stores.issuance.recordIntent(intent, recordIn(tenant))
      const signing = await ca.stores.requests.find(request.id)
      await ca.stores.issuance.recordIssued(sampleIssued(intent))
      const issued = await ca.stores.requests.find(request.id)

      const decision = { certificate: intent.id, decidedAt: NOW + 7, decidedBy: 'officer' }
      assert.deepEqual(signing, { ...request, ...decision, status: 'signing' })
      assert.deepEqual(issued, { ...request, ...decision, status: 'issued' })
    })

    test('the request of an abandoned issuance is pending again and says why', async () => {
      const { ca, tenant } = await world()
      const request = sampleRequest(ca)
      await ca.stores.requests.create(request, recordIn(tenant))
      const intent = sampleIntent(ca, { request: request.id })
      await ca.stores.issuance.recordIntent(intent, recordIn(tenant))

      await ca.stores.issuance.abandon(intent.id, 'the key was away', recordIn(tenant))

      assert.deepEqual(await ca.stores.requests.find(request.id), { ...request, note: 'the key was away' })
      const again = sampleIntent(ca, { request: request.id })
      await ca.stores.issuance.recordIntent(again, recordIn(tenant))
      assert.equal((await ca.stores.requests.find(request.id))?.certificate, again.id)
    })

    test('a request is approved once and leaves nothing of the second approval', async () => {
      const { ca, tenant } = await world()
      const request = sampleRequest(ca)
      await ca.stores.requests.create(request, recordIn(tenant))
      const intents = Array.from({ length: 4 }, () => sampleIntent(ca, { request: request.id }))

      const attempts = intents.map((intent) => ca.stores.issuance.recordIntent(intent, recordIn(tenant)))

      assert.equal(await accepted(attempts, 'conflict'), 1)
      const found = await Promise.all(intents.map(({ id }) => ca.stores.issuance.find(id)))
      assert.equal(found.filter((issuance) => issuance !== undefined).length, 1)
    })

    test('a declined request cannot be approved', async () => {
      const { ca, tenant } = await world()
      const request = sampleRequest(ca)
      await ca.stores.requests.create(request, recordIn(tenant))
      await ca.stores.requests.decline(request.id, { by: 'officer', at: NOW }, recordIn(tenant))

      const intent = sampleIntent(ca, { request: request.id })

      await refused(ca.stores.issuance.recordIntent(intent, recordIn(tenant)), 'conflict')
    })

    test('a call that is made twice with one key issues once, and says what it made', async () => {
      const { ca, tenant, opened } = await world()
      const claim = () => ({ scope: `token:${tenant}:POST /requests`, key: 'k', bodyHash: randomBytes(32) })
      const attempt = (idempotency = claim()) => {
        const intent = sampleIntent(ca)
        const act = { tenant, actor: { kind: 'system' }, at: NOW, idempotency } as const
        const object = { type: 'certificate', id: intent.id }
        return ca.stores.issuance.recordIntent(intent, { act, action: 'certificate.issue', object }).then(() => intent)
      }

      const results = await Promise.allSettled([attempt(), attempt(), attempt()])

      const made = results.filter((result) => result.status === 'fulfilled')
      assert.equal(made.length, 1)
      const answer = await opened.stores.system.idempotency.find(claim().scope, 'k', NOW + 1)
      assert.deepEqual(answer?.object, { type: 'certificate', id: made[0]?.value.id })
      assert.equal(await opened.stores.system.idempotency.find(claim().scope, 'k', NOW + DAY), undefined)
    })

    test('open intents are found across tenants, oldest first and page by page, until they end', async () => {
      const { opened, ca, tenant } = await world()
      const other = await createCa(opened.stores, await newTenant(opened))
      const intents = [sampleIntent(ca), sampleIntent(other), sampleIntent(ca), sampleIntent(ca)]
      for (const intent of intents) {
        const { issuance } = opened.stores.for(intent.tenant)
        await issuance.recordIntent(intent, recordIn(intent.tenant))
      }
      const [first, second, third, fourth] = intents
      assert.ok(first && second && third && fourth)
      await ca.stores.issuance.recordIssued(sampleIssued(third))
      await ca.stores.issuance.abandon(fourth.id, 'no', recordIn(tenant))

      const before = lowest(first.id)
      const { openIntents } = opened.stores.system

      assert.deepEqual(await openIntents(NOW + 1, 1, before), [first])
      assert.deepEqual(await openIntents(NOW + 1, 10, first.id), [second])
      assert.deepEqual(await openIntents(NOW, 10, before), [])
    })
  })
}

/** The id right before this one in the order of ids. */
function lowest(id: string): string {
  return `${id.slice(0, -1)}${String.fromCharCode(id.charCodeAt(25) - 1)}~`
}
