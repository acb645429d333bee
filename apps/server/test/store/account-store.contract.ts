import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Role } from '../../src/accounts/roles.ts'
import type { NewToken } from '../../src/accounts/token-store.ts'
import { createCa, DAY, NOW, randomBytes, recordIn, setUp } from '../support/samples.ts'
import { newId, type OpenedStores } from '../support/stores.ts'
import { accepted, type Engine } from './engine.ts'

export function accountStoreContract(engine: Engine): void {
  const world = async () => {
    const opened = await engine.fresh()
    const tenant = await setUp(opened.stores)
    const { accounts } = opened.stores.system
    const { tokens } = opened.stores.for(tenant)
    const [first] = (await tokens.list({}, { limit: 10 })).items
    assert.ok(first)
    const token = (over: Partial<NewToken> = {}): NewToken => ({
      id: newId(),
      tenant,
      account: first.account,
      name: 'ci',
      role: 'officer',
      secretHash: randomBytes(32),
      createdAt: NOW,
      expiresAt: NOW + DAY,
      ...over,
    })
    return { opened, accounts, tokens, tenant, account: first.account, first, token }
  }

  describe('the account store', () => {
    test('of two set-ups at once one wins, and makes account, tenant, owner and token', async () => {
      const opened = await engine.fresh()
      const { accounts } = opened.stores.system
      assert.equal(await accounts.countAccounts(), 0)

      const attempts = Array.from({ length: 4 }, () => setUp(opened.stores))

      assert.equal(await accepted(attempts, 'conflict'), 1)
      assert.equal(await accounts.countAccounts(), 1)
      const [tenant] = (await Promise.allSettled(attempts)).flatMap((result) =>
        result.status === 'fulfilled' ? [result.value] : [],
      )
      assert.ok(tenant)
      const [token, ...others] = (await opened.stores.for(tenant).tokens.list({}, { limit: 10 })).items
      assert.deepEqual(others, [])
      assert.deepEqual(await accounts.memberships(token?.account ?? ''), [{ tenant, role: 'owner' }])
    })

    test('an installation is set up once', async () => {
      const { opened } = await world()

      assert.equal(await accepted([setUp(opened.stores)], 'conflict'), 0)
    })

    test('an account is found by its address', async () => {
      const { accounts, account } = await world()

      assert.deepEqual(await accounts.findAccountByEmail(`${account}@example.com`), {
        id: account,
        email: `${account}@example.com`,
        name: 'First',
      })
      assert.equal(await accounts.findAccountByEmail('nobody@example.com'), undefined)
      assert.equal(await accounts.findAccountByEmail('no\0body@example.com'), undefined)
    })

    test('a token says whose it is until it expires or is revoked', async () => {
      const { opened, accounts, tokens, tenant, account, token } = await world()
      const made = token()
      await tokens.create(made, anyRoles, recordIn(tenant))
      const principal = { tenant, account, token: made.id, roles: [{ role: 'officer' }] }

      assert.deepEqual(await accounts.principalByToken(made.secretHash, NOW + DAY - 1), principal)
      assert.equal(await accounts.principalByToken(made.secretHash, NOW + DAY), undefined)
      assert.equal(await accounts.principalByToken(randomBytes(32), NOW), undefined)
      assert.equal(await opened.stores.for('another').tokens.revoke(made.id, {}, recordIn('another')), false)
      assert.equal(await tokens.revoke(made.id, {}, recordIn(tenant, {}, NOW + 7)), true)
      assert.equal(await accounts.principalByToken(made.secretHash, NOW), undefined)
      assert.equal((await tokens.find(made.id))?.revokedAt, NOW + 7)
      assert.equal(await tokens.revoke(made.id, {}, recordIn(tenant)), false)
    })

    test('a token is never more than the memberships that stand behind it now', async () => {
      const { opened, accounts, tokens, tenant, account, token } = await world()
      const rolesOf = async (memberships: readonly [Role, string][], made: NewToken) => {
        await setMemberships(opened, { tenant, account }, memberships)
        const principal = await accounts.principalByToken(made.secretHash, NOW)
        return principal?.roles.map(({ role, authority = '' }) => `${role}@${authority}`).sort()
      }
      const ca = (await createCa(opened.stores, tenant)).authority.id
      const wide = token()
      const narrow = token({ authority: ca })
      for (const made of [wide, narrow]) await tokens.create(made, anyRoles, recordIn(tenant))

      const table: [readonly [Role, string][], string[] | undefined, string[] | undefined][] = [
        [[['owner', '']], ['officer@'], [`officer@${ca}`]],
        [[['officer', '']], ['officer@'], [`officer@${ca}`]],
        [[['auditor', '']], ['auditor@'], [`auditor@${ca}`]],
        [[['officer', ca]], [`officer@${ca}`], [`officer@${ca}`]],
        [[['officer', 'ca-2']], ['officer@ca-2'], undefined],
        [
          [
            ['auditor', ''],
            ['administrator', ca],
          ],
          ['auditor@', `officer@${ca}`],
          [`officer@${ca}`],
        ],
        [[], undefined, undefined],
      ]
      for (const [memberships, wideRoles, narrowRoles] of table) {
        assert.deepEqual(await rolesOf(memberships, wide), wideRoles, JSON.stringify(memberships))
        assert.deepEqual(await rolesOf(memberships, narrow), narrowRoles, JSON.stringify(memberships))
      }
    })

    test('what an account is: whether an operator, and its roles in each tenant', async () => {
      const { opened, accounts, tenant, account } = await world()

      assert.deepEqual(await accounts.standing(account), {
        operator: true,
        tenants: new Map([[tenant, [{ role: 'owner' }]]]),
      })
      await setMemberships(opened, { tenant, account }, [
        ['auditor', ''],
        ['officer', 'ca-1'],
      ])
      assert.deepEqual((await accounts.standing(account))?.tenants.get(tenant), [
        { role: 'auditor' },
        { role: 'officer', authority: 'ca-1' },
      ])
      await setMemberships(opened, { tenant, account }, [])
      assert.deepEqual(await accounts.standing(account), { operator: true, tenants: new Map() })
      assert.equal(await accounts.standing('nobody'), undefined)
    })

    test('the last use of a token is noted at most once a minute', async () => {
      const { accounts, tokens, first } = await world()
      const lastUse = async (at: number) => {
        await accounts.touchToken(first.id, at)
        return (await tokens.find(first.id))?.lastUsedAt
      }

      assert.equal(await lastUse(NOW), NOW)
      assert.equal(await lastUse(NOW + 59_999), NOW)
      assert.equal(await lastUse(NOW + 60_000), NOW + 60_000)
      assert.equal(await lastUse(NOW), NOW + 60_000)
      await accounts.touchToken('no such', NOW)
    })
  })
}

const anyRoles = () => undefined

async function setMemberships(
  { database }: OpenedStores,
  { tenant, account }: { readonly tenant: string; readonly account: string },
  memberships: readonly [Role, string][],
): Promise<void> {
  await database.write(async (trx) => {
    await trx.deleteFrom('membership').where('account', '=', account).execute()
    for (const [role, authority] of memberships) {
      await trx.insertInto('membership').values({ tenant, account, authority, role, created_at: NOW }).execute()
    }
  })
}
