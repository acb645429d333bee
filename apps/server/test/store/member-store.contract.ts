import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Refusal } from '@chancery/pki'
import { changeMember, leaveTenant, removeMember } from '../../src/accounts/members.ts'
import type { ScopedRole } from '../../src/accounts/roles.ts'
import {
  anyRoles,
  newAccount,
  newMember,
  sampleInvitation,
  sampleMail,
  sampleToken,
  setRoles,
} from '../support/accounts.ts'
import { createCa, DAY, NOW, recordIn } from '../support/samples.ts'
import { accepted, type Engine, newTenant, recorded, refused } from './engine.ts'

export function memberStoreContract(engine: Engine): void {
  /** A tenant with an owner, an administrator and an officer of one CA. */
  const world = async () => {
    const opened = await engine.shared()
    const ca = await createCa(opened.stores, await newTenant(opened))
    const { tenant, stores } = ca
    const authority = ca.authority.id
    const owner = await newMember(opened, tenant, 'owner')
    const administrator = await newMember(opened, tenant, 'administrator')
    const officer = await newMember(opened, tenant, 'officer', authority)
    const by = (account: string) => ({
      act: { tenant, actor: { kind: 'account', account }, at: NOW } as const,
      by: account,
    })
    const rolesOf = async (account: string) => (await stores.members.find(account))?.roles
    const change = (account: string, who: string, roles: readonly ScopedRole[]) =>
      changeMember(account, roles, by(who), stores.members)
    return { opened, ca, tenant, authority, stores, owner, administrator, officer, by, rolesOf, change }
  }

  describe('the member store', () => {
    test('lists members with all their roles, a page at a time, newest first', async () => {
      const { opened, tenant, stores, authority, owner, administrator, officer } = await world()
      const both = [{ role: 'auditor' }, { role: 'officer', authority }] as const
      await setRoles(opened, tenant, officer, both)

      const first = await stores.members.list({ limit: 2 })
      const second = await stores.members.list({ limit: 2, after: first.next ?? '' })

      const listed = [...first.items, ...second.items]
      assert.deepEqual(
        listed.map(({ id }) => id),
        [officer, administrator, owner],
      )
      assert.deepEqual([listed[0]?.roles, listed[0]?.since, listed[0]?.email], [both, NOW, `${officer}@example.com`])
      assert.equal(second.next, undefined)
    })

    test('a change gives these roles in place of those before, and is recorded', async () => {
      const { opened, tenant, authority, officer, administrator, change, rolesOf } = await world()
      const roles = [{ role: 'auditor' }, { role: 'administrator', authority }] as const

      const changed = await change(officer, administrator, roles)

      assert.deepEqual(changed.roles, roles)
      assert.deepEqual(await rolesOf(officer), roles)
      assert.deepEqual(await recorded(opened, tenant, officer), ['member.change'])
    })

    test('nobody gives or takes more than they have', async () => {
      const { authority, owner, administrator, officer, change, by, stores, rolesOf } = await world()

      await refused(change(officer, administrator, [{ role: 'owner' }]), 'forbidden')
      await refused(change(officer, administrator, [{ role: 'owner', authority }]), 'forbidden')
      await refused(change(owner, administrator, [{ role: 'auditor' }]), 'forbidden')
      await refused(removeMember(owner, by(administrator), stores.members), 'forbidden')
      await refused(change(officer, officer, [{ role: 'administrator', authority }]), 'forbidden')
      await refused(removeMember(administrator, by(officer), stores.members), 'forbidden')

      assert.deepEqual(await rolesOf(owner), [{ role: 'owner' }])
      assert.deepEqual(await rolesOf(officer), [{ role: 'officer', authority }])
    })

    test('even an owner of a CA hands out nothing', async () => {
      const { opened, tenant, authority, officer, change } = await world()
      await setRoles(opened, tenant, officer, [{ role: 'owner', authority }])
      const auditor = await newMember(opened, tenant, 'auditor', authority)

      await refused(change(auditor, officer, [{ role: 'officer', authority }]), 'forbidden')
    })

    test('a role is for a CA of the tenant that is there', async () => {
      const { opened, owner, officer, change } = await world()
      const other = await createCa(opened.stores, await newTenant(opened))

      await refused(change(officer, owner, [{ role: 'officer', authority: other.authority.id }]), 'not-found')
      await refused(change(officer, owner, [{ role: 'officer', authority: 'nowhere' }]), 'not-found')
      await refused(change(officer, owner, [{ role: 'officer' }, { role: 'auditor' }]), 'malformed')
      await refused(change('nobody', owner, [{ role: 'officer' }]), 'not-found')
    })

    test('the last owner stays: neither demoted, nor removed, nor gone by itself', async () => {
      const { authority, owner, change, by, stores, rolesOf } = await world()

      await refused(change(owner, owner, [{ role: 'administrator' }]), 'conflict', /last owner/)
      await refused(change(owner, owner, [{ role: 'owner', authority }]), 'conflict', /last owner/)
      await refused(removeMember(owner, by(owner), stores.members), 'conflict', /last owner/)
      await refused(leaveTenant(by(owner), stores.members), 'conflict', /last owner/)

      assert.deepEqual(await rolesOf(owner), [{ role: 'owner' }])
    })

    test('with another owner an owner may go', async () => {
      const { opened, tenant, owner, by, stores } = await world()
      await newMember(opened, tenant, 'owner')

      await leaveTenant(by(owner), stores.members)

      assert.equal(await stores.members.find(owner), undefined)
      assert.deepEqual(await recorded(opened, tenant, owner), ['member.leave'])
    })

    test('of owners who demote, remove or leave at once one stays', async () => {
      for (const round of Array(5).keys()) {
        const { opened, tenant, owner, by, stores, change } = await world()
        const other = await newMember(opened, tenant, 'owner')

        const attempts = await Promise.allSettled([
          change(owner, other, [{ role: 'auditor' }]),
          round % 2 === 0
            ? change(other, owner, [{ role: 'auditor' }])
            : removeMember(other, by(owner), stores.members),
          leaveTenant(by(owner), stores.members),
          leaveTenant(by(other), stores.members),
        ])

        const { items } = await stores.members.list({ limit: 10 })
        const owners = items.filter(({ roles }) => roles.some(({ role }) => role === 'owner'))
        assert.equal(owners.length, 1, `round ${round}`)
        for (const attempt of attempts) {
          if (attempt.status === 'rejected') assert.ok(attempt.reason instanceof Refusal, String(attempt.reason))
        }
      }
    })

    test('who has lost the right at that moment changes nothing more', async () => {
      const { opened, tenant, owner, administrator, officer, change, rolesOf } = await world()
      await newMember(opened, tenant, 'owner')

      await change(owner, owner, [{ role: 'auditor' }])

      await refused(change(officer, owner, [{ role: 'auditor' }]), 'forbidden')
      await change(officer, administrator, [{ role: 'auditor' }])
      assert.deepEqual(await rolesOf(officer), [{ role: 'auditor' }])
    })

    test('tokens die with the membership, and stay dead when it comes back', async () => {
      const { opened, tenant, stores, owner, administrator, by } = await world()
      const token = sampleToken(tenant, administrator)
      await stores.tokens.create(token, anyRoles, recordIn(tenant))

      await removeMember(administrator, by(owner), stores.members)
      const removed = await opened.stores.system.accounts.principalByToken(token.secretHash, NOW)
      await setRoles(opened, tenant, administrator, [{ role: 'administrator' }])
      const back = await opened.stores.system.accounts.principalByToken(token.secretHash, NOW)

      assert.deepEqual([removed, back], [undefined, undefined])
      assert.equal((await stores.tokens.find(token.id))?.revokedAt, NOW)
    })

    test('of the tokens of a member those end that its roles do not reach any more', async () => {
      const { opened, tenant, authority, stores, owner, officer, change } = await world()
      const second = (await createCa(opened.stores, tenant)).authority.id
      await setRoles(opened, tenant, officer, [
        { role: 'officer', authority },
        { role: 'officer', authority: second },
      ])
      const [own, other, wide] = [
        sampleToken(tenant, officer, { authority }),
        sampleToken(tenant, officer, { authority: second }),
        sampleToken(tenant, officer),
      ]
      for (const token of [own, other, wide]) await stores.tokens.create(token, anyRoles, recordIn(tenant))

      await change(officer, owner, [{ role: 'auditor', authority }])

      const alive = await Promise.all(
        [own, other, wide].map(
          async ({ secretHash }) => (await opened.stores.system.accounts.principalByToken(secretHash, NOW))?.roles,
        ),
      )
      assert.deepEqual(alive, [[{ role: 'auditor', authority }], undefined, [{ role: 'auditor', authority }]])
    })

    test('the invitations of a member end with the membership', async () => {
      const { tenant, stores, owner, administrator, by } = await world()
      const [gone, stays] = [sampleInvitation(tenant, administrator), sampleInvitation(tenant, owner)]
      for (const one of [gone, stays])
        await stores.invitations.create(one, anyRoles, recordIn(tenant), sampleMail(tenant))

      await removeMember(administrator, by(owner), stores.members)

      assert.equal(await stores.invitations.find(gone.id), undefined)
      assert.equal((await stores.invitations.find(stays.id))?.invitedBy, owner)
    })

    test('roles, tokens and invitations for a CA end with it, and who has none left is no member', async () => {
      const { opened, ca, tenant, authority, stores, owner, officer, rolesOf } = await world()
      await setRoles(opened, tenant, owner, [{ role: 'owner' }, { role: 'auditor', authority }])
      const token = sampleToken(tenant, owner, { authority })
      const invitation = sampleInvitation(tenant, owner, { authority })
      await stores.tokens.create(token, anyRoles, recordIn(tenant))
      await stores.invitations.create(invitation, anyRoles, recordIn(tenant), sampleMail(tenant))

      await ca.stores.authorities.delete(authority, NOW, recordIn(tenant))

      assert.equal(await rolesOf(officer), undefined)
      assert.deepEqual(await rolesOf(owner), [{ role: 'owner' }])
      assert.equal(await opened.stores.system.accounts.principalByToken(token.secretHash, NOW), undefined)
      assert.equal(await stores.invitations.find(invitation.id), undefined)
    })

    test('a membership that ends with its CA takes along what the member had from before', async () => {
      const { opened, ca, tenant, authority, stores, owner, administrator, change } = await world()
      const accounts = opened.stores.system.accounts
      const [token, owners] = [sampleToken(tenant, administrator), sampleToken(tenant, owner)]
      for (const one of [token, owners]) await stores.tokens.create(one, anyRoles, recordIn(tenant))
      const invitation = sampleInvitation(tenant, administrator)
      await stores.invitations.create(invitation, anyRoles, recordIn(tenant), sampleMail(tenant))
      await change(administrator, owner, [{ role: 'officer', authority }])
      assert.deepEqual((await accounts.principalByToken(token.secretHash, NOW))?.roles, [
        { role: 'officer', authority },
      ])

      await ca.stores.authorities.delete(authority, NOW, recordIn(tenant))
      await setRoles(opened, tenant, administrator, [{ role: 'administrator' }])

      assert.equal(await accounts.principalByToken(token.secretHash, NOW), undefined)
      assert.equal(await stores.invitations.find(invitation.id), undefined)
      assert.deepEqual((await accounts.principalByToken(owners.secretHash, NOW))?.roles, [{ role: 'officer' }])
    })

    test('a role that is given while its CA is deleted does not outlive it', async () => {
      for (const _round of Array(4).keys()) {
        const { opened, ca, tenant, authority, owner, officer, change } = await world()
        await setRoles(opened, tenant, officer, [{ role: 'auditor' }])

        await Promise.allSettled([
          ca.stores.authorities.delete(authority, NOW, recordIn(tenant)),
          change(officer, owner, [{ role: 'auditor' }, { role: 'officer', authority }]),
        ])

        const left = await opened.database.read((db) =>
          db
            .selectFrom('membership')
            .select('role')
            .where('tenant', '=', tenant)
            .where('authority', '=', authority)
            .execute(),
        )
        assert.deepEqual(left, [])
      }
    })
  })

  describe('the token store', () => {
    test('lists without secrets, newest first, of one account or of all', async () => {
      const { opened, tenant, authority, stores, owner, officer } = await world()
      const { secretHash: _one, ...first } = sampleToken(tenant, owner)
      const { secretHash: _two, ...second } = sampleToken(tenant, officer, { authority })
      for (const token of [first, second]) {
        const record = recordIn(tenant, { action: 'token.create', object: { type: 'token', id: token.id } })
        await stores.tokens.create({ ...token, secretHash: sampleToken(tenant, owner).secretHash }, anyRoles, record)
      }

      assert.deepEqual((await stores.tokens.list({}, { limit: 10 })).items, [second, first])
      assert.deepEqual((await stores.tokens.list({ account: owner }, { limit: 10 })).items, [first])
      assert.deepEqual(await recorded(opened, tenant, first.id), ['token.create'])
    })

    test('is judged by the roles of the moment, and is for a CA that is there', async () => {
      const { opened, tenant, authority, stores, officer } = await world()
      const asked: unknown[] = []
      const create = (over: { readonly authority?: string }) =>
        stores.tokens.create(sampleToken(tenant, officer, over), (maker) => asked.push(maker), recordIn(tenant))

      await create({})
      await refused(create({ authority: 'nowhere' }), 'not-found')
      await createCa(opened.stores, tenant)

      assert.deepEqual(asked, Array(2).fill([{ role: 'officer', authority }]))
    })

    test('an account ends its own tokens, and others none of theirs', async () => {
      const { tenant, stores, owner, administrator } = await world()
      const token = sampleToken(tenant, owner)
      await stores.tokens.create(token, anyRoles, recordIn(tenant))

      assert.equal(await stores.tokens.revoke(token.id, { account: administrator }, recordIn(tenant)), false)
      assert.equal(await stores.tokens.revoke(token.id, { account: owner }, recordIn(tenant)), true)
      assert.equal(await stores.tokens.revoke(token.id, {}, recordIn(tenant)), false)
    })

    test('a token that is made while the membership ends does not outlive it', async () => {
      for (const _round of Array(4).keys()) {
        const { opened, tenant, stores, owner, administrator, by } = await world()
        const token = sampleToken(tenant, administrator)
        const judge = (maker: readonly ScopedRole[]) => {
          if (maker.length === 0) throw new Refusal('forbidden', 'no member')
        }

        await Promise.allSettled([
          stores.tokens.create(token, judge, recordIn(tenant)),
          removeMember(administrator, by(owner), stores.members),
        ])
        await setRoles(opened, tenant, administrator, [{ role: 'owner' }])

        assert.equal(await opened.stores.system.accounts.principalByToken(token.secretHash, NOW), undefined)
      }
    })
  })

  describe('tenants', () => {
    test('an account makes one tenant of its own, of several attempts at once too', async () => {
      const opened = await engine.shared()
      const owner = await newAccount(opened)
      const { tenants } = opened.stores.system
      const make = (own: boolean) => {
        const id = `${owner}-${Math.random()}`
        return tenants.create({ id, name: 'Mine', createdAt: NOW, owner, own }, recordIn(id))
      }

      assert.equal(await accepted([make(true), make(true), make(true)], 'conflict'), 1)
      await make(false)

      const { tenants: mine } = (await opened.stores.system.accounts.standing(owner)) ?? {}
      assert.deepEqual([...(mine?.values() ?? [])], [[{ role: 'owner' }], [{ role: 'owner' }]])
      const names = await tenants.names([...(mine?.keys() ?? []), 'nowhere'])
      assert.deepEqual([...names.values()], ['Mine', 'Mine'])
    })

    test('a tenant is for an account that there is', async () => {
      const { tenants } = (await engine.shared()).stores.system
      const tenant = { id: 'for-nobody', name: 'x', createdAt: NOW, owner: 'nobody', own: false }

      await refused(tenants.create(tenant, recordIn('for-nobody')), 'not-found')
    })

    test('a tenant is shown, renamed, and listed with the number of its members', async () => {
      const { opened, tenant, stores } = await world()

      const renamed = await stores.self.rename('Harbour', recordIn(tenant))
      const { items } = await opened.stores.system.tenants.list({ limit: 200 })

      assert.deepEqual(renamed, await stores.self.show())
      assert.deepEqual(
        items.find(({ id }) => id === tenant),
        { ...renamed, members: 3 },
      )
    })
  })

  describe('operators', () => {
    test('name others and remove them, and the last one stays', async () => {
      const opened = await engine.fresh()
      const { accounts } = opened.stores.system
      const [first, second] = [await newAccount(opened), await newAccount(opened)]
      await opened.database.write((trx) =>
        trx.updateTable('account').set({ operator: 1 }).where('id', '=', first).execute(),
      )
      const record = recordIn('installation')

      assert.equal(await accounts.setOperator('nobody', true, first, record), false)
      await refused(accounts.setOperator(first, false, first, record), 'conflict', /last operator/)
      await refused(accounts.setOperator(second, true, second, record), 'forbidden')
      assert.equal(await accounts.setOperator(second, true, first, record), true)
      assert.equal(await accounts.setOperator(second, true, first, record), false)
      assert.deepEqual(
        (await accounts.operators({ limit: 10 })).items.map(({ id }) => id),
        [second, first],
      )
      const both = [
        accounts.setOperator(first, false, second, record),
        accounts.setOperator(second, false, first, record),
      ]
      const results = await Promise.allSettled(both)
      assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
      assert.equal((await accounts.operators({ limit: 10 })).items.length, 1)
    })
  })

  test(`what expired is forgotten ${DAY} ms later`, async () => {
    const { opened, tenant, stores, owner } = await world()
    const [old, young] = [
      sampleInvitation(tenant, owner, { expiresAt: NOW - 2 * DAY }),
      sampleInvitation(tenant, owner, { expiresAt: NOW + DAY }),
    ]
    for (const one of [old, young]) await stores.invitations.create(one, anyRoles, recordIn(tenant), sampleMail(tenant))

    assert.equal((await opened.stores.system.invitations.forget(NOW - DAY, 10)) >= 1, true)

    assert.equal(await stores.invitations.find(old.id), undefined)
    assert.equal((await stores.invitations.find(young.id))?.id, young.id)
  })
}
