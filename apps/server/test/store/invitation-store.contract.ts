import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Invitation } from '../../src/accounts/invitation-store.ts'
import {
  type Acceptor,
  acceptInvitation,
  type InvitationRequest,
  invite,
  isInvited,
  lookAtInvitation,
  removeInvitation,
  renewInvitation,
} from '../../src/accounts/invitations.ts'
import { removeMember } from '../../src/accounts/members.ts'
import { isPassword } from '../../src/accounts/password.ts'
import type { Newcomer } from '../../src/accounts/register.ts'
import { inviterParts, newAccount, newMember, setRoles } from '../support/accounts.ts'
import { createCa, DAY, NOW, randomBytes } from '../support/samples.ts'
import { newId } from '../support/stores.ts'
import { accepted, type Engine, newTenant, recorded, refused } from './engine.ts'

const PASSWORD = 'correct horse battery'

export function invitationStoreContract(engine: Engine): void {
  /** A tenant with a CA, an owner and an administrator; and somebody outside. */
  const world = async () => {
    const opened = await engine.shared()
    const { tenant, stores, authority } = await createCa(opened.stores, await newTenant(opened))
    const owner = await newMember(opened, tenant, 'owner')
    const administrator = await newMember(opened, tenant, 'administrator')
    const outsider = await newAccount(opened)
    const { accounts, invitations } = opened.stores.system
    const by = (account: string) => ({
      act: { tenant, actor: { kind: 'account', account }, at: NOW } as const,
      by: account,
    })
    const deps = { invitations: stores.invitations, ...inviterParts }
    const door = { invitations, accounts, newId, random: randomBytes }
    const asking = (over: Partial<InvitationRequest> = {}, who = administrator) =>
      invite({ email: `${outsider}@example.com`, role: 'officer', ...over }, by(who), deps)
    const accept = (secret: string, acceptor: Acceptor = signedIn(outsider), at = NOW) =>
      acceptInvitation(secret, acceptor, { at }, door)
    const rolesOf = async (account: string) => (await stores.members.find(account))?.roles
    return {
      ...{ opened, tenant, stores, authority: authority.id, owner, administrator, outsider, by, deps, door },
      ...{ asking, accept, rolesOf },
    }
  }

  describe('invitations', () => {
    test('an invitation makes a member of who has the address, once, and is recorded', async () => {
      const { opened, tenant, authority, outsider, asking, accept, rolesOf } = await world()
      const { secret, invitation } = await asking({ authority, email: ` ${outsider.toUpperCase()}@Example.com ` })

      const done = await accept(secret)

      assert.deepEqual([done.account, done.invitation], [outsider, invitation])
      assert.deepEqual(await rolesOf(outsider), [{ role: 'officer', authority }])
      assert.deepEqual(await recorded(opened, tenant, invitation.id), ['invitation.create', 'invitation.accept'])
      await refused(accept(secret), 'not-found')
    })

    test('of several who accept at once one is let in', async () => {
      const { opened, asking, accept } = await world()
      const { secret } = await asking({ bound: false })
      const others = await Promise.all(Array.from({ length: 4 }, () => newAccount(opened)))

      const attempts = others.map((account) => accept(secret, signedIn(account)))

      assert.equal(await accepted(attempts, 'not-found'), 1)
    })

    test('is for its address, its provider and seven days', async () => {
      const { opened, outsider, asking, accept, rolesOf } = await world()
      const stranger = await newAccount(opened)
      const { secret } = await asking({ provider: 'google' })

      await refused(accept(secret, signedIn(stranger)), 'forbidden', /another address/)
      await refused(accept(secret, signedIn(outsider)), 'forbidden', /google/)
      await refused(accept(secret, signedIn(outsider, 'provider:githubgoogle')), 'forbidden', /google/)
      await refused(accept(secret, newcomer()), 'forbidden')
      await refused(accept(secret, signedIn(outsider, 'provider:google'), NOW + 7 * DAY), 'not-found')
      assert.equal(await rolesOf(outsider), undefined)
      await accept(secret, signedIn(outsider, 'provider:google'), NOW + 7 * DAY - 1)
      assert.deepEqual(await rolesOf(outsider), [{ role: 'officer' }])
    })

    test('an unbound one lets in whoever holds the link', async () => {
      const { opened, asking, accept, rolesOf } = await world()
      const stranger = await newAccount(opened)

      await accept((await asking({ bound: false })).secret, signedIn(stranger))

      assert.deepEqual(await rolesOf(stranger), [{ role: 'officer' }])
    })

    test('who has no account makes one with a password, for the invited address', async () => {
      const { opened, asking, accept, rolesOf } = await world()
      const email = `${newId()}@example.com`
      const { secret } = await asking({ email })

      await refused(accept(secret, newcomer('short')), 'not-permitted')
      const { account } = await accept(secret, newcomer())

      const row = await opened.database.read((db) =>
        db.selectFrom('account').selectAll().where('id', '=', account).executeTakeFirstOrThrow(),
      )
      assert.deepEqual([row.email, row.name, row.operator], [email, 'New Comer', 0])
      assert.ok(await isPassword(PASSWORD, row.password_hash))
      assert.deepEqual(await rolesOf(account), [{ role: 'officer' }])
    })

    test('who has an account signs in, and makes no second one', async () => {
      const { asking, accept } = await world()
      const email = `${newId()}@example.com`
      const [known, first, second] = [await asking(), await asking({ email }), await asking({ email, role: 'auditor' })]

      await refused(accept(known.secret, newcomer()), 'conflict', /sign in/)
      await refused(accept(first.secret, newcomer()), 'not-found')
      await accept(second.secret, newcomer())
    })

    test('two newcomers with one address at once make one account', async () => {
      const { authority, asking, accept } = await world()
      const email = `${newId()}@example.com`
      const links = [await asking({ email }), await asking({ email, authority })]

      const attempts = links.map(({ secret }) => accept(secret, newcomer()))

      assert.equal(await accepted(attempts, 'conflict'), 1)
    })

    test('nobody invites to more than they have, and a role for a CA invites to nothing', async () => {
      const { opened, tenant, authority, owner, asking } = await world()
      const ofCa = await newMember(opened, tenant, 'owner', authority)
      const officer = await newMember(opened, tenant, 'officer')

      await refused(asking({ role: 'owner' }), 'forbidden')
      await refused(asking({ role: 'owner', authority }), 'forbidden')
      await refused(asking({ role: 'auditor', authority }, ofCa), 'forbidden')
      await refused(asking({ role: 'auditor' }, officer), 'forbidden')
      await asking({ role: 'administrator' })
      await asking({ role: 'owner' }, owner)
    })

    test('an invitation is worth what its inviter may give at the time it is accepted', async () => {
      const { opened, tenant, administrator, outsider, asking, accept, rolesOf } = await world()
      const { secret } = await asking()

      await setRoles(opened, tenant, administrator, [{ role: 'officer' }])
      await refused(accept(secret), 'gone')
      assert.equal(await rolesOf(outsider), undefined)

      await setRoles(opened, tenant, administrator, [{ role: 'owner' }])
      await accept(secret)
      assert.deepEqual(await rolesOf(outsider), [{ role: 'officer' }])
    })

    test('a CA of another tenant, and one that is none, cannot be what an invitation is for', async () => {
      const { opened, asking } = await world()
      const other = await createCa(opened.stores, await newTenant(opened))

      await refused(asking({ authority: other.authority.id }), 'not-found')
      await refused(asking({ authority: newId() }), 'not-found')
    })

    test('who is a member already keeps what they have where it is more, and gets what is new', async () => {
      const { opened, tenant, authority, outsider, asking, accept, rolesOf } = await world()
      await setRoles(opened, tenant, outsider, [{ role: 'officer' }])
      const lesser = await asking({ role: 'auditor' })
      await accept(lesser.secret)
      const more = await asking({ role: 'administrator' })
      await accept(more.secret)
      const elsewhere = await asking({ role: 'auditor', authority })
      await accept(elsewhere.secret)

      assert.deepEqual(await rolesOf(outsider), [{ role: 'administrator' }, { role: 'auditor', authority }])
    })

    test('a new link ends the old one, and whoever makes it stands behind it', async () => {
      const { owner, asking, accept, by, deps } = await world()
      const { secret, invitation } = await asking()

      const renewed = await renewInvitation(
        invitation.id,
        { ...by(owner), act: { ...by(owner).act, at: NOW + DAY } },
        deps,
      )

      assert.deepEqual([renewed.invitation.invitedBy, renewed.invitation.expiresAt], [owner, NOW + 8 * DAY])
      await refused(accept(secret), 'not-found')
      await accept(renewed.secret, undefined, NOW + 8 * DAY - 1)
      await refused(renewInvitation(invitation.id, by(owner), deps), 'not-found')
    })

    test('inviting the same address for the same scope again ends the first link', async () => {
      const { stores, asking, accept } = await world()
      const [first, second] = [await asking(), await asking()]

      await refused(accept(first.secret), 'not-found')
      assert.deepEqual((await stores.invitations.list({ limit: 10 })).items, [second.invitation])
    })

    test('an administrator does not end what an owner gives by inviting the same person to less', async () => {
      const { owner, stores, asking, accept, rolesOf, outsider } = await world()
      const { secret, invitation } = await asking({ role: 'owner' }, owner)

      await refused(asking({ role: 'auditor' }), 'forbidden', /owner/)

      assert.deepEqual((await stores.invitations.list({ limit: 10 })).items, [invitation])
      await accept(secret)
      assert.deepEqual(await rolesOf(outsider), [{ role: 'owner' }])
    })

    test('who was removed does not come back by an invitation that was still open', async () => {
      const { authority, owner, outsider, stores, asking, accept, rolesOf, by } = await world()
      const [used, open] = [await asking(), await asking({ authority })]
      const another = await asking({ email: `${newId()}@example.com` })
      await accept(used.secret)

      await removeMember(outsider, by(owner), stores.members)

      await refused(accept(open.secret), 'not-found')
      assert.equal(await rolesOf(outsider), undefined)
      assert.deepEqual((await stores.invitations.list({ limit: 10 })).items, [another.invitation])
    })

    test('an account may be made by who is vouched for, while an invitation waits for that address', async () => {
      const { opened, tenant, administrator, asking, door, by, deps } = await world()
      const email = `${newId()}@example.com`
      const google = { email, emailVerified: true, provider: 'google' }
      const invited = (newcomer: Newcomer, at = NOW) => isInvited(newcomer, at, door)

      assert.equal(await invited(google), false)
      const { invitation } = await asking({ email, provider: 'google' })
      assert.equal(await invited(google), true)
      assert.equal(await invited({ ...google, provider: 'github' }), false)
      assert.equal(await invited({ ...google, emailVerified: false }), false)
      assert.equal(await invited({ email, emailVerified: true }), false)
      assert.equal(await invited({ ...google, email: `x${email}` }), false)
      assert.equal(await invited(google, invitation.expiresAt), false)

      await setRoles(opened, tenant, administrator, [{ role: 'officer' }])
      assert.equal(await invited(google), false)
      await setRoles(opened, tenant, administrator, [{ role: 'administrator' }])
      await removeInvitation(invitation.id, by(administrator), deps)
      assert.equal(await invited(google), false)
      await asking({ email })
      assert.equal(await invited({ ...google, provider: 'github' }), true)
    })

    test('an administrator neither renews nor takes back what an owner gives', async () => {
      const { owner, administrator, stores, asking, by, deps } = await world()
      const { invitation } = await asking({ role: 'owner' }, owner)

      await refused(renewInvitation(invitation.id, by(administrator), deps), 'forbidden')
      await refused(removeInvitation(invitation.id, by(administrator), deps), 'forbidden')
      assert.deepEqual(await stores.invitations.find(invitation.id), invitation)
      await removeInvitation(invitation.id, by(owner), deps)
      await refused(removeInvitation(invitation.id, by(owner), deps), 'not-found')
    })

    test('whoever holds the link sees what it is for, and nobody else sees anything', async () => {
      const { opened, tenant, authority, outsider, asking, door } = await world()
      const { secret, invitation } = await asking({ authority })

      const shown = await lookAtInvitation(secret, NOW, door)

      const ca = await opened.stores.for(tenant).authorities.find(authority)
      assert.deepEqual(
        [shown.tenantName, shown.inviterName, shown.authorityName, shown.addressKnown, shown.email],
        [`Tenant ${tenant}`, 'Ann', ca?.name, true, `${outsider}@example.com`],
      )
      for (const wrong of ['', 'x', secret.slice(0, -1), `${secret}x`, secret.replace('invitation', 'invitatioN')]) {
        await refused(lookAtInvitation(wrong, NOW, door), 'not-found')
      }
      await refused(lookAtInvitation(secret, invitation.expiresAt, door), 'not-found')
    })

    test('the link is 256 random bits, and its SHA-256 is what is kept', async () => {
      const { opened, asking } = await world()
      const { secret, invitation } = await asking()

      const row = await opened.database.read((db) =>
        db.selectFrom('invitation').selectAll().where('id', '=', invitation.id).executeTakeFirstOrThrow(),
      )

      assert.match(secret, /^chancery_invitation_[A-Za-z0-9_-]{43}$/)
      const hash = await crypto.subtle.digest('SHA-256', Buffer.from(secret))
      assert.deepEqual(Buffer.from(row.secret_hash), Buffer.from(hash))
      assert.ok(!JSON.stringify(row).includes(secret.slice(20)))
    })

    test('a page of invitations goes on where the one before ended', async () => {
      const { stores, asking } = await world()
      const made: Invitation[] = []
      for (const _ of Array(3).keys()) made.unshift((await asking({ email: `${newId()}@example.com` })).invitation)

      const first = await stores.invitations.list({ limit: 2 })
      const second = await stores.invitations.list({ limit: 2, after: first.next ?? '' })

      assert.deepEqual([...first.items, ...second.items], made)
    })
  })
}

function signedIn(account: string, way: 'password' | `provider:${string}` = 'password'): Acceptor {
  return { signedIn: { account, session: 's', way } }
}

function newcomer(password = PASSWORD): Acceptor {
  return { newcomer: { name: ' New Comer ', password } }
}
