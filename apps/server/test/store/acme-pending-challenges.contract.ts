import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ReadyChallenge } from '../../src/protocols/acme/pending-challenges.ts'
import { pendingChallengesContract } from '../protocols/acme/pending-challenges.contract.ts'
import { createCa, DAY, NOW, recordIn } from '../support/samples.ts'
import { newId, type OpenedStores } from '../support/stores.ts'
import { createAcme, type SampleAcme, sampleAcmeAccount, sampleAuthorization, sampleOrder } from './acme-samples.ts'
import { type Engine, newTenant, recorded } from './engine.ts'

/** Pending challenges in the store: beside what every keeper of them does, what becomes of their authorizations. */
export function acmePendingChallengesContract(engine: Engine): void {
  const open = async () => {
    const opened = await engine.fresh()
    const tenant = await newTenant(opened)
    const stores = opened.stores.for(tenant)
    const acme = await createAcme(await createCa(opened.stores, tenant))
    const challenges = opened.stores.system.pendingChallenges
    const authorizationOf = () => stores.acmeAuthorizations.find(acme.account.id, acme.authorization.id)
    return { opened, tenant, stores, acme, challenges, authorizationOf }
  }

  describe('pending challenges', () => {
    pendingChallengesContract('in the store', async () => {
      const { opened, tenant, acme, challenges } = await open()
      const [first] = await challenges.claim(NOW, 0, 1)
      assert.ok(first)
      await challenges.settle(first, { result: 'valid', at: NOW })
      return {
        challenges,
        offer: (startedAt, expiresAt) => offer(opened, tenant, acme, startedAt, expiresAt),
        begin: (startedAt, expiresAt) => begin(opened, tenant, acme, startedAt, expiresAt),
      }
    })

    test('a proof makes the authorization valid for thirty days, takes the other challenges away, and is recorded', async () => {
      const { opened, tenant, acme, challenges, authorizationOf } = await open()
      const [claimed] = await challenges.claim(NOW, 1_000, 9)
      assert.ok(claimed)
      assert.deepEqual([claimed.id, claimed.tenant, claimed.account], [acme.challenge, tenant, acme.account.id])

      assert.equal(await challenges.settle(claimed, { result: 'valid', at: NOW + 1 }), true)

      const authorization = await authorizationOf()
      assert.deepEqual([authorization?.status, authorization?.expiresAt], ['valid', NOW + 1 + 30 * DAY])
      assert.deepEqual(
        authorization?.challenges.map(({ id, status }) => [id, status]),
        [[acme.challenge, 'valid']],
      )
      assert.deepEqual(await recorded(opened, tenant, acme.authorization.id), ['acme-authorization.prove'])
    })

    test('a proof that ends by itself ends the authorization with it', async () => {
      const { challenges, authorizationOf } = await open()
      const [claimed] = await challenges.claim(NOW, 1_000, 9)
      assert.ok(claimed)

      await challenges.settle(claimed, { result: 'valid', at: NOW, until: NOW + DAY })

      assert.equal((await authorizationOf())?.expiresAt, NOW + DAY)
    })

    test('a proof that failed makes the authorization invalid, and shows why', async () => {
      const { challenges, authorizationOf } = await open()
      const [claimed] = await challenges.claim(NOW, 1_000, 9)
      assert.ok(claimed)
      const error = { type: 'dns', detail: 'There is no TXT record.' } as const

      await challenges.settle(claimed, { result: 'invalid', at: NOW, error })

      const authorization = await authorizationOf()
      assert.equal(authorization?.status, 'invalid')
      assert.match(JSON.stringify(authorization?.challenges), /There is no TXT record\./)
    })

    test('what ended otherwise meanwhile is not settled, and nothing of it is kept', async () => {
      const { opened, tenant, stores, acme, challenges, authorizationOf } = await open()
      const [claimed] = await challenges.claim(NOW, 1_000, 9)
      assert.ok(claimed)
      await stores.acmeAuthorizations.deactivate(acme.account.id, acme.authorization.id)

      assert.equal(await challenges.settle(claimed, { result: 'valid', at: NOW }), false)

      assert.equal((await authorizationOf())?.status, 'deactivated')
      assert.deepEqual(await recorded(opened, tenant, acme.authorization.id), [])
      assert.equal(await challenges.nextDueAt(), undefined)
    })

    test('the challenges of an account that was ended are nobody’s', async () => {
      const { tenant, stores, acme, challenges } = await open()
      await stores.acmeRegister.revokeAccount(acme.account.id, recordIn(tenant))

      assert.deepEqual(await challenges.claim(NOW + DAY, 1_000, 9), [])
      assert.equal(await challenges.nextDueAt(), undefined)
    })

    test('an account with many that wait, or are looked at, does not keep another waiting', async () => {
      const { opened, tenant, stores, acme, challenges } = await open()
      for (let at = 1; at < 9; at++) await begin(opened, tenant, acme, NOW + at)
      const other = sampleAcmeAccount(tenant, acme.policy.id)
      await stores.acmeAccounts.register(other, recordIn(tenant))
      const early = await challenges.claim(NOW + 50, 60_000, 4)
      const theirs = await begin(opened, tenant, { ...acme, account: other }, NOW + 100)

      const [next] = await challenges.claim(NOW + 100, 60_000, 1)

      assert.equal(early.length, 4)
      assert.equal(next?.id, theirs)
      assert.equal((await challenges.claim(NOW + 100, 60_000, 99)).length, 5)
    })

    test('of two that claim at once each challenge is one’s alone', async () => {
      const { opened, tenant, acme, challenges } = await open()
      for (let at = 0; at < 9; at++) await begin(opened, tenant, acme, NOW)

      const claims = await Promise.all(Array.from({ length: 4 }, () => challenges.claim(NOW, 60_000, 10)))

      const rest = await challenges.claim(NOW, 60_000, 10)
      const ids = [...claims.flat(), ...rest].map(({ id }) => id)
      assert.deepEqual([ids.length, new Set(ids).size], [10, 10])
    })
  })
}

/** Another order of the account, whose client said at that moment that it is ready; the id of its challenge. */
async function begin(
  opened: OpenedStores,
  tenant: string,
  acme: SampleAcme,
  startedAt: number,
  expiresAt?: number,
): Promise<string> {
  const { id, account } = await offer(opened, tenant, acme, startedAt, expiresAt)
  await opened.stores.for(tenant).acmeAuthorizations.begin(account, id, startedAt)
  return id
}

/** Another order of the account, whose client is about to say that it is ready. */
async function offer(
  { stores }: OpenedStores,
  tenant: string,
  { account, policy, order }: SampleAcme,
  startedAt: number,
  expiresAt?: number,
): Promise<ReadyChallenge> {
  const own = stores.for(tenant)
  const id = newId()
  const parties = { account: account.id, policy: policy.id, template: order.template }
  const authorization = sampleAuthorization({ ...parties, order: id }, expiresAt === undefined ? {} : { expiresAt })
  const names = [{ ...authorization.identifier, authorization: authorization.id }]
  await own.acmeOrders.open(sampleOrder(parties, { id, names }), [authorization])
  const [challenge] = authorization.challenges
  assert.ok(challenge)
  const { type, value, wildcard } = authorization.identifier
  const { thumbprint } = account
  return {
    ...{ id: challenge.id, tenant, policy: policy.id, account: account.id, authorization: authorization.id, order: id },
    startedAt,
    challenge: {
      identifier: { type, value },
      wildcard,
      type: challenge.type,
      token: challenge.token,
      keyAuthorization: `${challenge.token}.${thumbprint}`,
      thumbprint,
      settings: { caaIdentities: [], homeLabNames: false },
    },
  }
}
