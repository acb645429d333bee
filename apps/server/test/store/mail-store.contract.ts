import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { INSTALLATION_LOG } from '../../src/audit/account-record.ts'
import type { OutgoingMail } from '../../src/mail/mail-store.ts'
import { actionsIn, newAccount, recordOf, sampleMail, sampleSession } from '../support/accounts.ts'
import { DAY, NOW, randomBytes, recordIn } from '../support/samples.ts'
import { newId } from '../support/stores.ts'
import { type Engine, newTenant, recorded, refused } from './engine.ts'

const HOUR = 3_600_000

export function mailStoreContract(engine: Engine): void {
  const world = async () => {
    const opened = await engine.shared()
    const tenant = await newTenant(opened)
    const { mails, outbox, passwordResets } = opened.stores.system
    const put = async (over: Partial<OutgoingMail> = {}) => {
      const mail = sampleMail(tenant, over)
      await mails.put(mail, recordIn(tenant))
      return mail
    }
    /** Whether the outbox would have it sent. */
    const isDue = async ({ id }: OutgoingMail) =>
      opened.database.read(async (db) => {
        const row = await db.selectFrom('outbox').select('id').where('kind', '=', 'mail').where('key', '=', id)
        return (await row.executeTakeFirst()) !== undefined
      })
    return { opened, tenant, mails, outbox, passwordResets, put, isDue }
  }

  describe('mails', () => {
    test('a mail waits with what it says, and is settled once', async () => {
      const { opened, tenant, mails, put } = await world()
      const mail = await put()
      assert.deepEqual(await mails.waiting(mail.id), mail)
      await mails.failed(mail.id, '451 later')
      assert.deepEqual((await mails.find(mail.id))?.problem, '451 later')
      const record = { ...recordIn(tenant), action: 'mail.refuse', object: { type: 'mail', id: mail.id } }

      const end = { state: 'refused', at: NOW + 1, problem: '550 nobody' } as const
      const settled = [await mails.settle(mail.id, end, record), await mails.settle(mail.id, end, record)]

      assert.deepEqual(settled, [true, false])
      assert.equal(await mails.waiting(mail.id), undefined)
      const { sealedBody: _, ...told } = mail
      const ended = { state: 'refused', attempts: 2, settledAt: NOW + 1, problem: '550 nobody' }
      assert.deepEqual(await mails.find(mail.id), { ...told, ...ended })
      assert.deepEqual(await recorded(opened, tenant, mail.id), ['mail.refuse'])
    })

    test('a mail loses what it says when it was sent, and one that was refused when its time is over', async () => {
      const { opened, tenant, mails, put } = await world()
      const [sent, refusedOne] = [await put(), await put()]
      await mails.settle(sent.id, { state: 'sent', at: NOW })
      await mails.settle(refusedOne.id, { state: 'refused', at: NOW, problem: '550' })
      const bodyOf = async (id: string) => {
        const { database } = opened
        const row = await database.read((db) =>
          db.selectFrom('mail').select('sealed_body').where('id', '=', id).executeTakeFirstOrThrow(),
        )
        return row.sealed_body.length
      }
      assert.deepEqual([await bodyOf(sent.id), (await bodyOf(refusedOne.id)) > 0], [0, true])

      while ((await mails.expire(refusedOne.expiresAt, 200)) > 0);

      assert.equal(await bodyOf(refusedOne.id), 0)
      const again = opened.stores.for(tenant).mails.resend(refusedOne.id, recordIn(tenant))
      await refused(again, 'conflict', /of no use/)
    })

    test('a tenant sees its own mails, newest first, and sends one again that was refused', async () => {
      const { opened, tenant, mails, put, isDue } = await world()
      const own = opened.stores.for(tenant).mails
      const [first, second] = [await put(), await put()]
      await mails.settle(first.id, { state: 'refused', at: NOW, problem: '550' })
      const claimed = await opened.stores.system.outbox.claim('mail', NOW, 1_000, 500)
      for (const item of claimed) await opened.stores.system.outbox.finish(item)
      assert.equal(await isDue(first), false)
      const listed = await own.list({}, { limit: 10 })
      assert.deepEqual(
        listed.items.map(({ id }) => id),
        [second.id, first.id],
      )
      assert.deepEqual(
        (await own.list({ state: 'refused' }, { limit: 10 })).items.map(({ id }) => id),
        [first.id],
      )

      const record = recordIn(tenant, { action: 'mail.resend', object: { type: 'mail', id: first.id } })
      assert.equal((await own.resend(first.id, record))?.state, 'waiting')

      assert.equal(await isDue(first), true)
      assert.deepEqual((await mails.waiting(first.id))?.sealedBody, first.sealedBody)
      assert.deepEqual(await recorded(opened, tenant, first.id), ['mail.resend'])
    })

    test('a mail that was sent, or that a newer one followed, is not sent again', async () => {
      const { opened, tenant, mails, put } = await world()
      const own = opened.stores.for(tenant).mails
      const [sent, old] = [await put(), await put()]
      await mails.settle(sent.id, { state: 'sent', at: NOW })
      await mails.settle(old.id, { state: 'refused', at: NOW })
      await put({ about: old.about })

      await refused(own.resend(sent.id, recordIn(tenant)), 'conflict', /was sent/)
      await refused(own.resend(old.id, recordIn(tenant)), 'conflict', /newer mail/)
      assert.equal((await mails.find(old.id))?.state, 'refused')
    })

    test('a newer mail of the same kind about the same withdraws the one that waits, and no other', async () => {
      const { mails, put, isDue } = await world()
      const first = await put()
      const [sent, other] = [await put(), await put({ about: first.about, kind: 'test' })]
      await mails.settle(sent.id, { state: 'sent', at: NOW })

      const newer = await put({ about: first.about })
      const afterSent = await put({ about: sent.about })

      const states = await Promise.all([first, sent, other, newer, afterSent].map(({ id }) => mails.find(id)))
      assert.deepEqual(
        states.map((mail) => mail?.state),
        ['withdrawn', 'sent', 'waiting', 'waiting', 'waiting'],
      )
      assert.deepEqual([await isDue(first), await isDue(other), await isDue(newer)], [false, true, true])
    })

    test('another tenant’s mail about an id of the same spelling is left alone', async () => {
      const { opened, mails, put } = await world()
      const first = await put()
      const elsewhere = await newTenant(opened)

      await mails.put(sampleMail(elsewhere, { about: first.about }), recordIn(elsewhere))

      assert.equal((await mails.find(first.id))?.state, 'waiting')
    })

    test('what has expired is emptied and leaves the outbox; what was settled long ago is forgotten', async () => {
      const opened = await engine.fresh()
      const tenant = await newTenant(opened)
      const { mails } = opened.stores.system
      const [old, young] = [sampleMail(tenant, { expiresAt: NOW + HOUR }), sampleMail(tenant)]
      for (const mail of [old, young]) await mails.put(mail, recordIn(tenant))

      assert.equal(await mails.expire(NOW + HOUR, 10), 1)

      assert.deepEqual([(await mails.find(old.id))?.state, (await mails.find(young.id))?.state], ['expired', 'waiting'])
      const due = await opened.stores.system.outbox.claim('mail', NOW + DAY, 1_000, 10)
      assert.deepEqual(
        due.map(({ key }) => key),
        [young.id],
      )
      assert.equal(await mails.forget(NOW + HOUR + 1, 10), 1)
      assert.equal(await mails.find(old.id), undefined)
      assert.deepEqual((await mails.list({ state: 'waiting' }, { limit: 10 })).items.length, 1)
    })

    test('the list pages, newest first, by state or without', async () => {
      const opened = await engine.fresh()
      const tenant = await newTenant(opened)
      const { mails } = opened.stores.system
      const all = [sampleMail(tenant), sampleMail(tenant), sampleMail(tenant)]
      for (const mail of all) await mails.put(mail, recordIn(tenant))
      await mails.settle(all[1]?.id ?? '', { state: 'sent', at: NOW })

      const first = await mails.list({}, { limit: 2 })
      const rest = await mails.list({}, { limit: 2, after: first.next ?? '' })
      const sent = await mails.list({ state: 'sent' }, { limit: 2 })

      const ids = [...first.items, ...rest.items].map(({ id }) => id)
      assert.deepEqual(ids, all.map(({ id }) => id).reverse())
      assert.deepEqual([rest.next, sent.items.length, sent.items[0]?.id], [undefined, 1, all[1]?.id])
    })

    test('one address gets a bounded number of mails of a tenant within a day', async () => {
      const { put } = await world()
      const address = `${newId()}@example.com`
      for (let count = 0; count < 50; count++) await put({ address, createdAt: NOW + count })

      await refused(put({ address, createdAt: NOW + HOUR }), 'rate-limited', /one address within a day/)

      await put({ createdAt: NOW + HOUR })
      await put({ address, createdAt: NOW + DAY + 1 })
    })
  })

  describe('links for a new password', () => {
    const worldOfOne = async () => {
      const it = await world()
      const account = await newAccount(it.opened, { passwordHash: 'old' })
      const ask = async (over: { readonly expiresAt?: number } = {}) => {
        const reset = { account, secretHash: randomBytes(32), createdAt: NOW, expiresAt: NOW + HOUR, ...over }
        const mail = sampleMail(INSTALLATION_LOG, { kind: 'password-reset', about: account })
        await it.passwordResets.create(reset, mail, recordOf(account, 'password.reset-ask'))
        return { ...reset, mail }
      }
      const spend = (secretHash: Uint8Array, at = NOW) =>
        it.passwordResets.spend(
          { secretHash, account, at, passwordHash: 'new' },
          sampleMail(INSTALLATION_LOG, { kind: 'password-changed', about: account }),
          recordOf(account, 'password.reset'),
        )
      return { ...it, account, ask, spend }
    }

    test('the newest link of an account is open for its time, and its mail goes out; the one before has ended', async () => {
      const { opened, passwordResets, mails, account, ask } = await worldOfOne()
      const [first, second] = [await ask(), await ask()]

      assert.equal(await passwordResets.find(first.secretHash, NOW), undefined)
      assert.equal(await passwordResets.find(second.secretHash, NOW + HOUR - 1), account)
      assert.equal(await passwordResets.find(second.secretHash, NOW + HOUR), undefined)
      const states = [await mails.find(first.mail.id), await mails.find(second.mail.id)].map((mail) => mail?.state)
      assert.deepEqual(states, ['withdrawn', 'waiting'])
      assert.deepEqual(await actionsIn(opened, account), ['password.reset-ask', 'password.reset-ask'])
    })

    test('of several who use a link at once one sets the password, and every session ends', async () => {
      const { opened, account, ask, spend } = await worldOfOne()
      const { sessions, identities } = opened.stores.system
      const session = sampleSession(account)
      await opened.stores.system.sessions.create(session, recordOf(account))
      const { secretHash } = await ask()

      const spent = await Promise.all([spend(secretHash), spend(secretHash), spend(secretHash)])

      assert.deepEqual(spent.toSorted(), [false, false, true])
      assert.equal((await identities.findAccount(account))?.passwordHash, 'new')
      assert.equal(await sessions.find(session.tokenHash, { now: NOW, idleMs: DAY }), undefined)
      assert.equal(await spend(secretHash), false)
    })

    test('a link that is over changes nothing, and is forgotten', async () => {
      const { opened, passwordResets, account, ask, spend } = await worldOfOne()
      const { secretHash } = await ask()

      assert.equal(await spend(secretHash, NOW + HOUR), false)

      assert.equal((await opened.stores.system.identities.findAccount(account))?.passwordHash, 'old')
      await passwordResets.forget(NOW + HOUR)
      assert.equal(await passwordResets.find(secretHash, NOW), undefined)
    })

    test('who asks for a link too often gets no more mails, and the last link stays', async () => {
      const { account, ask, passwordResets, opened } = await worldOfOne()
      const person = await opened.stores.system.accounts.find(account)
      const mail = () => sampleMail(INSTALLATION_LOG, { kind: 'password-reset', address: person?.email ?? '' })
      const { secretHash } = await ask()
      for (let count = 0; count < 50; count++) await passwordResets.tell(mail(), recordOf(account))

      await refused(passwordResets.tell(mail(), recordOf(account)), 'rate-limited')

      assert.equal(await passwordResets.find(secretHash, NOW), account)
    })
  })
}
