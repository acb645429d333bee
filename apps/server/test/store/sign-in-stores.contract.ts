import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Passkey } from '../../src/accounts/passkey-store.ts'
import type { SecondFactor } from '../../src/accounts/second-factor-store.ts'
import { actionsIn, newAccount, recordOf, sampleSession } from '../support/accounts.ts'
import { NOW, randomBytes } from '../support/samples.ts'
import { newId } from '../support/stores.ts'
import { accepted, type Engine, refused } from './engine.ts'

const AT = { now: NOW, idleMs: 1 }
const PACE = { free: 3, firstPauseMs: 1000, longestPauseMs: 5000, forgottenAfterMs: 60_000 }

export function signInStoresContract(engine: Engine): void {
  const world = async () => {
    const opened = await engine.shared()
    return { ...opened.stores.system, opened, account: await newAccount(opened) }
  }

  describe('the identity store', () => {
    test('an outside identity belongs to one account, by issuer and subject', async () => {
      const { identities, opened, account } = await world()
      const other = await newAccount(opened)
      const subject = newId()
      const identity = { id: newId(), account, issuer: 'https://a.example', subject, createdAt: NOW }
      await identities.link(identity, recordOf(account, 'identity.link'))

      assert.deepEqual(await identities.findIdentity('https://a.example', subject), identity)
      assert.equal(await identities.findIdentity('https://b.example', subject), undefined)
      const taken = { ...identity, id: newId(), account: other }
      await refused(identities.link(taken, recordOf(other)), 'conflict')
      assert.equal(await identities.unlink(other, identity.id, recordOf(other)), false)
      assert.equal(await identities.unlink(account, identity.id, recordOf(account, 'identity.unlink')), true)
      assert.deepEqual(await identities.identitiesOf(account), [])
      assert.deepEqual(await actionsIn(opened, account), ['identity.link', 'identity.unlink'])
      assert.deepEqual(await actionsIn(opened, other), [])
    })

    test('of several registrations of one address at once one wins, and leaves nothing of the others', async () => {
      const { identities, opened } = await world()
      const email = `${newId()}@example.com`
      const before = await opened.database.read((db) => db.selectFrom('tenant').select('id').execute())
      const register = () => {
        const id = newId()
        const identity = { id: newId(), account: id, issuer: 'https://a.example', subject: id, createdAt: NOW }
        const person = { account: { id, email, name: 'Ann' }, tenant: { id: newId(), name: 'Ann' }, identity }
        return identities.register(person, recordOf(id, 'account.register'))
      }

      assert.equal(await accepted([register(), register(), register()], 'conflict'), 1)

      const account = await identities.findAccountByEmail(email)
      assert.ok(account)
      assert.equal(account.passwordHash, undefined)
      assert.equal(account.secondFactor, false)
      assert.equal((await identities.identitiesOf(account.id)).length, 1)
      const after = await opened.database.read((db) => db.selectFrom('tenant').select('id').execute())
      assert.equal(after.length, before.length + 1)
    })

    test('a new password ends every session, in one transaction', async () => {
      const { identities, sessions, account } = await world()
      await sessions.create(sampleSession(account))

      assert.equal(await identities.setPassword(account, 'hash', recordOf(account, 'password.change')), true)

      assert.equal((await identities.findAccount(account))?.passwordHash, 'hash')
      assert.deepEqual(await sessions.list(account, AT), [])
      assert.equal(await identities.setPassword('nobody', 'hash', recordOf('nobody')), false)
    })

    test('accounts are listed by address, a page at a time', async () => {
      const opened = await engine.fresh()
      for (const email of ['c@example.com', 'a@example.com', 'b@example.com']) await newAccount(opened, { email })
      const { identities } = opened.stores.system

      const first = await identities.listAccounts('', 2)
      const rest = await identities.listAccounts('b@example.com', 2)

      assert.deepEqual(
        [...first, ...rest].map(({ email }) => email),
        ['a@example.com', 'b@example.com', 'c@example.com'],
      )
    })
  })

  describe('the passkey store', () => {
    const sample = (account: string, over: Partial<Passkey> = {}): Passkey => ({
      id: newId(),
      account,
      name: 'Key',
      credentialId: newId(),
      publicKey: randomBytes(77),
      counter: 5,
      deviceType: 'singleDevice',
      backedUp: true,
      transports: 'usb,nfc',
      aaguid: '',
      createdAt: NOW,
      ...over,
    })

    test('a passkey is found by its credential, renamed, and removed by its account alone', async () => {
      const { passkeys, opened, account } = await world()
      const passkey = sample(account)
      await passkeys.add(passkey, recordOf(account, 'passkey.add'))
      const other = await newAccount(opened)

      assert.deepEqual(await passkeys.findByCredential(passkey.credentialId), passkey)
      await refused(passkeys.add({ ...sample(other), credentialId: passkey.credentialId }, recordOf(other)), 'conflict')
      assert.equal((await passkeys.rename(passkey.id, 'Blue'))?.name, 'Blue')
      assert.equal(await passkeys.remove(other, passkey.id, recordOf(other)), false)
      assert.equal(await passkeys.remove(account, passkey.id, recordOf(account, 'passkey.remove')), true)
      assert.equal(await passkeys.find(passkey.id), undefined)
      assert.deepEqual(await actionsIn(opened, account), ['passkey.add', 'passkey.remove'])
    })

    test('the counter of a passkey does not go back, nor stand', async () => {
      const { passkeys, account } = await world()
      const [counting, silent] = [sample(account), sample(account, { counter: 0 })]
      for (const passkey of [counting, silent]) await passkeys.add(passkey, recordOf(account))

      assert.equal(await passkeys.count(counting.id, 6), true)
      for (const counter of [6, 5, 0]) assert.equal(await passkeys.count(counting.id, counter), false)
      for (const counter of [0, 0, 1]) assert.equal(await passkeys.count(silent.id, counter), true)
      assert.equal(await passkeys.count(silent.id, 0), false)
    })
  })

  describe('the second factor', () => {
    const sample = (account: string): SecondFactor => ({
      id: account,
      account,
      confirmed: false,
      lastStep: 0,
      createdAt: NOW,
      sealedSecret: randomBytes(40),
      sealedRecoveryCodes: randomBytes(80),
    })

    test('it counts once it is confirmed, and then is not replaced', async () => {
      const { secondFactors, identities, opened, account } = await world()
      await secondFactors.begin(sample(account))
      const second = sample(account)
      await secondFactors.begin(second)
      assert.deepEqual(await secondFactors.find(account), second)
      assert.equal((await identities.findAccount(account))?.secondFactor, false)

      const confirm = () => secondFactors.confirm(account, recordOf(account, 'second-factor.add'))
      assert.deepEqual([await confirm(), await confirm()], [true, false])

      assert.equal((await identities.findAccount(account))?.secondFactor, true)
      await refused(secondFactors.begin(sample(account)), 'conflict')
      const remove = () => secondFactors.remove(account, recordOf(account, 'second-factor.remove'))
      assert.deepEqual([await remove(), await remove()], [true, false])
      assert.deepEqual(await actionsIn(opened, account), ['second-factor.add', 'second-factor.remove'])
    })

    test('a step is taken once, of several at once by one', async () => {
      const { secondFactors, account } = await world()
      await secondFactors.begin(sample(account))

      const taken = await Promise.all([7, 7, 7].map((step) => secondFactors.takeStep(account, step)))

      assert.equal(taken.filter((one) => one).length, 1)
      assert.deepEqual(
        [await secondFactors.takeStep(account, 6), await secondFactors.takeStep(account, 8)],
        [false, true],
      )
    })

    test('recovery codes are replaced by who saw the last ones', async () => {
      const { secondFactors, account } = await world()
      const factor = sample(account)
      await secondFactors.begin(factor)
      const replace = () =>
        secondFactors.replaceRecoveryCodes(account, factor.sealedRecoveryCodes, randomBytes(70), recordOf(account))

      const replaced = await Promise.all([replace(), replace(), replace()])

      assert.equal(replaced.filter((one) => one).length, 1)
    })
  })

  describe('challenges', () => {
    const sample = (identifier: string, createdAt = NOW) => ({
      id: newId(),
      identifier,
      sealedValue: randomBytes(50),
      createdAt,
      expiresAt: createdAt + 1000,
    })

    test('of several who take one at once one gets it', async () => {
      const { challenges } = await world()
      const identifier = newId()
      const [old, fresh] = [sample(identifier, NOW - 1), sample(identifier)]
      for (const one of [old, fresh]) await challenges.put(one)
      assert.deepEqual(await challenges.find(identifier), fresh)

      const taken = await Promise.all([1, 2, 3].map(() => challenges.take(fresh.id)))

      assert.deepEqual(
        taken.filter((one) => one !== undefined),
        [fresh],
      )
      assert.equal(await challenges.dropOthers(identifier, fresh.id, NOW), 1)
      assert.equal(await challenges.find(identifier), undefined)
    })

    test('what is over is removed', async () => {
      const opened = await engine.fresh()
      const { challenges } = opened.stores.system
      for (const identifier of ['a', 'b']) await challenges.put(sample(identifier))
      await challenges.drop('a')

      assert.equal(await challenges.forget(NOW + 1000), 0)
      assert.equal(await challenges.forget(NOW + 1001), 1)
    })
  })

  describe('attempts', () => {
    test('after the free ones each pause is twice the one before, up to a bound', async () => {
      const { attempts } = await world()
      const counted = [{ key: newId(), pace: PACE }]
      const pauses: number[] = []
      let now = NOW

      for (let n = 0; n < 7; n++) {
        assert.deepEqual(await attempts.take(counted, now), {})
        if (n < PACE.free - 1) continue
        const { blockedUntil = now } = await attempts.take(counted, now)
        pauses.push(blockedUntil - now)
        now = blockedUntil
      }

      assert.deepEqual(pauses, [1000, 2000, 4000, 5000, 5000])
    })

    test('an attempt that may not be made is counted nowhere', async () => {
      const { attempts } = await world()
      const [tight, wide] = [
        { key: newId(), pace: { ...PACE, free: 1 } },
        { key: newId(), pace: { ...PACE, free: 100 } },
      ]
      await attempts.take([tight, wide], NOW)

      const { blockedUntil } = await attempts.take([tight, wide], NOW)

      assert.equal(blockedUntil, NOW + 1000)
      assert.deepEqual([await attempts.count(tight.key), await attempts.count(wide.key)], [1, 1])
    })

    test('many at once are counted one by one', async () => {
      const { attempts } = await world()
      const counted = [{ key: newId(), pace: PACE }]

      const taken = await Promise.all(Array.from({ length: 12 }, () => attempts.take(counted, NOW)))

      assert.equal(taken.filter(({ blockedUntil }) => blockedUntil === undefined).length, PACE.free)
    })

    test('what was right is forgiven: all of it, or the one attempt', async () => {
      const { attempts } = await world()
      const [mine, shared] = [newId(), newId()].map((key) => ({ key, pace: PACE }))
      assert.ok(mine && shared)
      for (let n = 0; n < 2; n++) await attempts.take([mine, shared], NOW)

      await attempts.forgive(mine.key, true, NOW)
      await attempts.forgive(shared.key, false, NOW)

      assert.deepEqual([await attempts.count(mine.key), await attempts.count(shared.key)], [0, 1])
    })

    test('after a long time nothing is counted, and there are never more rows than allowed', async () => {
      const opened = await engine.fresh()
      const { attempts } = opened.stores.system
      const counted = { key: 'a', pace: PACE }
      for (let n = 0; n < 3; n++) await attempts.take([counted], NOW)
      await attempts.take([counted], NOW + PACE.forgottenAfterMs + 2000)
      assert.equal(await attempts.count('a'), 1)

      for (const key of ['b', 'c', 'd']) await attempts.take([{ key, pace: PACE }], NOW)
      assert.equal(await attempts.forget(NOW - 1, 2), 3)
      assert.equal(await attempts.forget(NOW + 200_000, 2), 1)
    })
  })

  describe('registration', () => {
    test('it is closed until the setting says otherwise', async () => {
      const opened = await engine.fresh()
      const { registration } = opened.stores.system
      const set = (value: string) =>
        opened.database.write((trx) =>
          trx
            .insertInto('installation')
            .values({ name: 'open-registration', value })
            .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
            .execute(),
        )

      assert.equal(await registration.isOpen(), false)
      await set('yes')
      assert.equal(await registration.isOpen(), true)
      await set('no')
      assert.equal(await registration.isOpen(), false)
    })
  })
}
