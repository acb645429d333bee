import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Evidence, GrantId } from '@chancery/pki'
import { createCa, DAY, NOW, recordIn, sampleIntent, sampleIssued } from '../support/samples.ts'
import { newId } from '../support/stores.ts'
import {
  createAcme,
  sampleAcmeAccount,
  sampleAuthorization,
  sampleBinding,
  sampleOrder,
  samplePolicy,
} from './acme-samples.ts'
import { accepted, type Engine, newTenant, recorded, refused } from './engine.ts'

export function acmeStoresContract(engine: Engine): void {
  const world = async (opened = engine.shared()) => {
    const stores = await opened
    const tenant = await newTenant(stores)
    const ca = await createCa(stores.stores, tenant)
    return { opened: stores, tenant, ca, own: ca.stores, record: () => recordIn(tenant) }
  }
  type World = Awaited<ReturnType<typeof world>>

  /** An open order whose names are approved beforehand. */
  const openOrder = async ({ ca, own, tenant, record }: World, over: Partial<ReturnType<typeof sampleOrder>> = {}) => {
    const policy = samplePolicy(ca)
    await own.acmePolicies.create(policy, NOW, record())
    const account = sampleAcmeAccount(tenant, policy.id)
    await own.acmeAccounts.register(account, record())
    const order = sampleOrder({ account: account.id, policy: policy.id, template: ca.template.id }, over)
    await own.acmeOrders.open(order, [])
    return { policy, account, order }
  }
  /** What finalizing it records. */
  const intentOf = ({ ca }: World, { account, order, policy }: Awaited<ReturnType<typeof openOrder>>) => {
    const evidence: Evidence = { by: 'acme-order', order: order.id, account: account.id, policy: policy.id }
    return sampleIntent(ca, { id: order.id as GrantId, evidence, recordedAt: NOW })
  }

  describe('ACME policies and bindings', () => {
    test('a policy comes back as it was written, and its name is used once in a tenant', async () => {
      const { ca, own, record } = await world()
      const policy = samplePolicy(ca)
      await own.acmePolicies.create(policy, NOW, record())

      assert.deepEqual(await own.acmePolicies.find(policy.id), policy)
      await refused(own.acmePolicies.create(samplePolicy(ca, { name: policy.name }), NOW, record()), 'conflict', /name/)
    })

    test('a change is made from the revision that was seen, by one of many', async () => {
      const { ca, own, record } = await world()
      const policy = samplePolicy(ca)
      await own.acmePolicies.create(policy, NOW, record())
      const change = (name: string) => own.acmePolicies.update(policy.id, 1, { name }, record())

      assert.equal(await accepted(['a', 'b', 'c'].map(change), 'conflict'), 1)
      assert.equal((await own.acmePolicies.find(policy.id))?.revision, 2)
    })

    test('an account comes back with the binding that its client sent, or without one', async () => {
      const { ca, own, opened, tenant, record } = await world()
      const policy = samplePolicy(ca)
      await own.acmePolicies.create(policy, NOW, record())
      const externalAccountBinding = { protected: 'eyJh', payload: 'e30', signature: 'AAECAw' }
      const [bound, unbound] = [{ externalAccountBinding }, {}].map((over) =>
        sampleAcmeAccount(tenant, policy.id, over),
      )
      assert.ok(bound && unbound)
      for (const account of [bound, unbound]) await own.acmeAccounts.register(account, record())
      const { acmeDoor: door } = opened.stores.system

      const kept = await door.account(bound.id)
      const byKey = await door.accountByKey(bound.directory, bound.thumbprint)
      const none = await door.account(unbound.id)

      for (const found of [kept, byKey]) assert.deepEqual(found?.account.externalAccountBinding, externalAccountBinding)
      assert.equal(none !== undefined && 'externalAccountBinding' in none.account, false)
    })

    test('whose key is an account’s is known in its directory, and everywhere of one in the shared directory', async () => {
      const { opened, ca, own, tenant, record } = await world()
      const policy = samplePolicy(ca)
      await own.acmePolicies.create(policy, NOW, record())
      const inOwn = sampleAcmeAccount(tenant, policy.id, { directory: policy.publicId })
      const inShared = sampleAcmeAccount(tenant, policy.id)
      for (const account of [inOwn, inShared]) await own.acmeAccounts.register(account, record())
      await own.acmeAccounts.deactivate(inOwn.id, record())
      const { isAccountKey } = opened.stores.system.acmeDoor

      const known = [
        await isAccountKey(policy.publicId, inOwn.thumbprint),
        await isAccountKey(policy.publicId, inShared.thumbprint),
        await isAccountKey(undefined, inShared.thumbprint),
        await isAccountKey(undefined, inOwn.thumbprint),
        await isAccountKey(policy.publicId, 'nobody’s'),
      ]

      assert.deepEqual(known, [true, true, true, false, false])
    })

    test('of many accounts that register at once no more come than the binding has uses', async () => {
      const { ca, own, tenant, record } = await world()
      const policy = samplePolicy(ca)
      await own.acmePolicies.create(policy, NOW, record())
      const binding = sampleBinding(policy.id, { allowedUses: 2 })
      await own.acmeBindings.create(binding, record())
      const register = () =>
        own.acmeAccounts.register(
          sampleAcmeAccount(tenant, policy.id, { binding: { id: binding.id, name: binding.name } }),
          record(),
        )

      assert.equal(await accepted(Array.from({ length: 5 }, register), 'forbidden'), 2)

      assert.equal((await own.acmeBindings.find(binding.id))?.uses, 2)
      assert.equal((await own.acmeRegister.accounts({ policy: policy.id }, { limit: 10 })).items.length, 2)
    })

    test('a template that a policy offers is not deleted, and a CA that ends takes its policies along', async () => {
      const { opened, ca, own, tenant, record } = await world()
      const { policy, account, binding } = await createAcme(ca)

      await refused(own.templates.delete(ca.template.id, NOW, record()), 'conflict', new RegExp(policy.name))
      await own.authorities.delete(ca.authority.id, NOW, record())

      assert.equal(await own.acmePolicies.find(policy.id), undefined)
      assert.equal(await own.acmeBindings.find(binding.id), undefined)
      assert.equal(await opened.stores.system.acmeDoor.account(account.id), undefined)
      assert.ok(tenant)
    })

    test('a policy that is deleted while accounts register leaves none that is valid', async () => {
      const { opened, ca, own, tenant, record } = await world()
      const policy = samplePolicy(ca)
      await own.acmePolicies.create(policy, NOW, record())

      const results = await Promise.allSettled([
        ...Array.from({ length: 4 }, () => own.acmeAccounts.register(sampleAcmeAccount(tenant, policy.id), record())),
        own.acmePolicies.delete(policy.id, record()),
        ...Array.from({ length: 4 }, () => own.acmeAccounts.register(sampleAcmeAccount(tenant, policy.id), record())),
      ])

      assert.equal(results[4]?.status, 'fulfilled')
      const valid = await opened.database.read((db) =>
        db
          .selectFrom('acme_account')
          .select('id')
          .where('policy', '=', policy.id)
          .where('status', '=', 'valid')
          .execute(),
      )
      assert.deepEqual(valid, [])
    })
  })

  describe('ACME orders', () => {
    test('an order comes back as it was written', async () => {
      const here = await world()
      const { order } = await openOrder(here, {
        notBefore: NOW,
        notAfter: NOW + DAY,
        replaces: { certificate: 'c', certId: 'a.b' },
      })
      const { keepUntil: _, ...known } = order

      assert.deepEqual(await here.own.acmeOrders.find(order.account, order.id), { ...known, authorizations: [] })
      assert.equal(await here.own.acmeOrders.find(newId(), order.id), undefined)
    })

    test('the orders of an account are listed newest first, each with what decides what it is now', async () => {
      const here = await world()
      const { own, tenant } = here
      const made = await openOrder(here)
      const { account, policy, order } = made
      const parties = { account: account.id, policy: policy.id, template: order.template }
      const id = newId()
      const authorization = sampleAuthorization({ ...parties, order: id })
      const proving = sampleOrder(parties, {
        id,
        names: [{ ...authorization.identifier, authorization: authorization.id }],
      })
      await own.acmeOrders.open(proving, [authorization])
      const lost = sampleOrder(parties)
      await own.acmeOrders.open(lost, [])
      await own.issuance.recordIntent(intentOf(here, { ...made, order: lost }), recordIn(tenant))
      await own.issuance.abandon(lost.id as GrantId, 'too late', recordIn(tenant))
      const waiting = sampleOrder(parties)
      await own.acmeOrders.open(waiting, [])
      await own.issuance.recordIntent(intentOf(here, { ...made, order: waiting }), recordIn(tenant))

      const first = await own.acmeOrders.list(account.id, { limit: 3 })
      const second = await own.acmeOrders.list(account.id, { limit: 3, after: first.next ?? '' })

      assert.deepEqual(
        [...first.items, ...second.items].map(({ id, issuance, authorizations }) => [
          id,
          issuance,
          authorizations.length,
        ]),
        [
          [waiting.id, { state: 'intent' }, 0],
          [lost.id, { state: 'abandoned', reason: 'too late' }, 0],
          [proving.id, undefined, 1],
          [order.id, undefined, 0],
        ],
      )
      assert.deepEqual(first.items[2], await own.acmeOrders.find(account.id, proving.id))
      assert.equal(second.next, undefined)
    })

    test('an issuance that is given up is in the trace of its order, and of no other', async () => {
      const here = await world()
      const { own, tenant, ca } = here
      const made = await openOrder(here)
      await own.issuance.recordIntent(intentOf(here, made), recordIn(tenant))
      const other = sampleIntent(ca)
      await own.issuance.recordIntent(other, recordIn(tenant))

      for (const id of [made.order.id as GrantId, other.id])
        await own.issuance.abandon(id, 'Too late.', recordIn(tenant))
      await own.issuance.abandon(made.order.id as GrantId, 'Again.', recordIn(tenant))

      const { items } = await own.exchanges.list({}, { limit: 10 })
      assert.deepEqual(
        items.map(({ authority, account, subject, steps }) => [authority, account, subject, steps]),
        [
          [
            ca.authority.id,
            made.account.id,
            made.order.id,
            [
              {
                at: NOW,
                step: 'issuance',
                said: 'The certificate was not made: Too late. Place another order.',
                refused: true,
                problem: 'serverInternal',
              },
            ],
          ],
        ],
      )
    })

    test('an order is spent by one intent, whatever comes at once, and is what became of that', async () => {
      const here = await world()
      const made = await openOrder(here)
      const { own, tenant, opened } = here
      const intents = Array.from({ length: 4 }, () => intentOf(here, made))

      const record = () => recordIn(tenant, { object: { type: 'certificate', id: made.order.id } })
      assert.equal(
        await accepted(
          intents.map((intent) => own.issuance.recordIntent(intent, record())),
          'conflict',
        ),
        1,
      )

      const waiting = await own.acmeOrders.find(made.account.id, made.order.id)
      const issuance = await own.issuance.find(made.order.id as GrantId)
      assert.ok(issuance?.state === 'intent')
      await own.issuance.recordIssued(sampleIssued(issuance.intent))
      const issued = await own.acmeOrders.find(made.account.id, made.order.id)
      assert.deepEqual([waiting?.issuance, issued?.issuance], [{ state: 'intent' }, { state: 'issued' }])
      assert.ok((await own.acmeOrders.certificate(made.account.id, made.order.id))?.der)
      assert.equal((await recorded(opened, tenant, made.order.id)).length, 1)
    })

    test('nothing is finalized that expired, was given back, is another account’s, or whose account is over', async () => {
      const here = await world()
      const { own, record } = here
      const late = await openOrder(here, { expiresAt: NOW })
      const given = await openOrder(here)
      assert.equal(await own.acmeOrders.deactivateName(given.account.id, given.order.id, 0), true)
      const ended = await openOrder(here)
      await own.acmeAccounts.deactivate(ended.account.id, record())
      const foreign = { ...(await openOrder(here)), account: ended.account }

      for (const made of [late, given, ended, foreign])
        await refused(own.issuance.recordIntent(intentOf(here, made), record()), 'conflict', /order/)
      assert.equal((await own.acmeOrders.find(given.account.id, given.order.id))?.state, 'open')
      assert.equal(await own.issuance.find(late.order.id as GrantId), undefined)
    })

    test('what is proven must be so when the order is spent', async () => {
      const here = await world()
      const { own, record } = here
      const acme = await createAcme(here.ca)
      const intent = intentOf(here, acme)

      await refused(own.issuance.recordIntent(intent, record()), 'conflict', /given back, or expired/)
      const [claimed] = await here.opened.stores.system.pendingChallenges
        .claim(NOW, 1, 100)
        .then((all) => all.filter(({ id }) => id === acme.challenge))
      assert.ok(claimed)
      assert.equal(
        await here.opened.stores.system.pendingChallenges.settle(claimed, { result: 'valid', at: NOW }),
        true,
      )
      await own.issuance.recordIntent(intent, record())

      assert.equal((await own.acmeOrders.find(acme.account.id, acme.order.id))?.issuance?.state, 'intent')
    })

    test('of two orders at once that replace one certificate one is written', async () => {
      const here = await world()
      const { own } = here
      const { account, policy, order } = await openOrder(here)
      const replaces = { certificate: order.id, certId: 'a.b' }
      const another = () =>
        own.acmeOrders.open(
          sampleOrder({ account: account.id, policy: policy.id, template: order.template }, { replaces }),
          [],
        )
      await own.issuance.recordIntent(intentOf(here, { account, policy, order }), recordIn(here.tenant))

      assert.equal(await accepted([another(), another(), another()], 'conflict'), 1)
    })

    test('what is over is taken away when its time has come, and not before', async () => {
      const here = await world(engine.fresh())
      const { own, opened } = here
      const { order } = await openOrder(here, { keepUntil: NOW + DAY })
      const acme = await createAcme(here.ca)
      const { acmeRetention } = opened.stores.system

      assert.equal(await acmeRetention.forget(NOW + DAY, 100), 0)
      assert.equal(await acmeRetention.forget(NOW + DAY + 1, 100), 1)
      assert.equal(await own.acmeOrders.find(order.account, order.id), undefined)
      assert.equal(await acmeRetention.forget(NOW + 400 * DAY, 100), 2)
      assert.equal(await own.acmeAuthorizations.find(acme.account.id, acme.authorization.id), undefined)
    })
  })

  describe('ACME authorizations', () => {
    test('a challenge that is given back while somebody looks at it is settled by nobody', async () => {
      const { ca, own, opened } = await world()
      const acme = await createAcme(ca)
      const { pendingChallenges } = opened.stores.system
      const claimed = (await pendingChallenges.claim(NOW, 1, 500)).find(({ id }) => id === acme.challenge)
      assert.ok(claimed)

      await own.acmeAuthorizations.deactivate(acme.account.id, acme.authorization.id)

      assert.equal(await pendingChallenges.settle(claimed, { result: 'valid', at: NOW }), false)
      assert.equal((await own.acmeAuthorizations.find(acme.account.id, acme.authorization.id))?.status, 'deactivated')
    })

    test('whoever asks again while a challenge is put off has it looked at at once', async () => {
      const { ca, own, opened } = await world()
      const acme = await createAcme(ca)
      const { pendingChallenges } = opened.stores.system
      const claim = async (now: number) =>
        (await pendingChallenges.claim(now, 10, 500)).find(({ id }) => id === acme.challenge)
      const first = await claim(NOW)
      assert.ok(first)
      await own.acmeAuthorizations.begin(acme.account.id, acme.challenge, NOW + 1)
      assert.equal(await claim(NOW + 1), undefined, 'it is looked at now')
      await pendingChallenges.retry(first, NOW + 5_000, { type: 'dns', detail: 'nothing there' })

      await own.acmeAuthorizations.begin(acme.account.id, acme.challenge, NOW + 2)

      assert.equal((await claim(NOW + 2))?.attempts, 2)
      assert.equal(
        (await own.acmeAuthorizations.find(acme.account.id, acme.authorization.id))?.challenges[0]?.error?.detail,
        'nothing there',
      )
    })

    test('pending ones are counted up to a bound, and the valid ones are used again', async () => {
      const { ca, own } = await world()
      const { account, policy, order, authorization } = await createAcme(ca)
      const parties = { account: account.id, policy: policy.id, order: order.id }
      const valid = sampleAuthorization(parties, {
        status: 'valid',
        identifier: { type: 'dns', value: 'v.example', wildcard: false },
      })
      await own.acmeOrders.open(sampleOrder({ ...parties, template: ca.template.id }), [
        valid,
        sampleAuthorization(parties),
      ])

      assert.equal(await own.acmeAuthorizations.countPending(account.id, NOW), 2)
      const reusable = (after: number, policyId = policy.id) =>
        own.acmeAuthorizations.reusable(account.id, policyId, [valid.identifier, authorization.identifier], after)
      assert.deepEqual(
        (await reusable(NOW)).map(({ id }) => id),
        [valid.id],
      )
      assert.deepEqual([await reusable(valid.expiresAt), await reusable(NOW, 'other')], [[], []])
    })
  })

  describe('redeemed nonces', () => {
    test('one is redeemed once by many processes, in its epoch, and forgotten when it is old', async () => {
      const { redeemedNonces: nonces } = (await engine.fresh()).stores.system
      if (nonces === undefined) return
      const epoch = await nonces.epoch()
      const nonce = Uint8Array.from([1, 2, 3])

      const redeemed = await Promise.all(Array.from({ length: 6 }, () => nonces.redeem(nonce, epoch, NOW)))

      assert.equal(redeemed.filter(Boolean).length, 1)
      assert.equal(await nonces.epoch(), epoch)
      assert.equal(await nonces.redeem(Uint8Array.from([4]), 'another', NOW), false)
      await nonces.forget(NOW + 1)
      assert.equal(await nonces.redeem(nonce, epoch, NOW), true)
    })
  })

  describe('exchanges', () => {
    test('they are listed newest first by CA, account and subject, and taken away when they are old or too many', async () => {
      const { opened, own, tenant, ca } = await world(engine.fresh())
      const { exchanges } = opened.stores.system
      const parties = { tenant, protocol: 'acme', authority: ca.authority.id, account: 'a' } as const
      const steps = (at: number) => [{ at, step: 'newOrder', said: 'ready' }]
      for (let at = 0; at < 5; at++)
        await exchanges.write([{ ...parties, ...(at % 2 === 0 && { subject: 'o' }), steps: steps(NOW + at) }])

      const at = async (filter: object) =>
        (await own.exchanges.list(filter, { limit: 10 })).items.map((part) => (part.steps[0]?.at ?? 0) - NOW)
      assert.deepEqual(await at({}), [4, 3, 2, 1, 0])
      assert.deepEqual(await at({ account: 'a', subject: 'o' }), [4, 2, 0])
      assert.deepEqual(await at({ authorities: ['x', ca.authority.id] }), [4, 3, 2, 1, 0])
      assert.deepEqual(await at({ authority: 'x' }), [])
      assert.deepEqual([await exchanges.forget(NOW + 2, 10), await exchanges.forget(NOW + 2, 10)], [2, 0])
      assert.equal(await exchanges.trim(1, 10), 2)
      assert.deepEqual(await at({}), [4])
    })
  })
}
