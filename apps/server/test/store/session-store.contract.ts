import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { actionsIn, newAccount, recordOf, sampleSession } from '../support/accounts.ts'
import { DAY, NOW } from '../support/samples.ts'
import { type Engine, newTenant } from './engine.ts'

const HOUR = 3_600_000
const at = (now: number) => ({ now, idleMs: 12 * HOUR })

export function sessionStoreContract(engine: Engine): void {
  const world = async () => {
    const opened = await engine.shared()
    const account = await newAccount(opened)
    return { opened, sessions: opened.stores.system.sessions, account }
  }

  describe('the session store', () => {
    test('a session is found by the hash of its token until its end, and while it is used', async () => {
      const { sessions, account } = await world()
      const session = sampleSession(account, { expiresAt: NOW + DAY })
      const { tokenHash, ...shown } = session
      await sessions.create(session, recordOf(account))

      assert.deepEqual(await sessions.find(tokenHash, at(NOW + HOUR)), { ...shown, lastSeenAt: NOW })
      assert.equal(await sessions.find(tokenHash, at(NOW + 12 * HOUR)), undefined, 'unused for too long')
      await sessions.touch(session.id, NOW + 11 * HOUR)
      await sessions.touch(session.id, NOW + 2 * HOUR)
      assert.equal((await sessions.find(tokenHash, at(NOW + 22 * HOUR)))?.lastSeenAt, NOW + 11 * HOUR)
      await sessions.touch(session.id, NOW + 23 * HOUR)
      assert.equal(await sessions.find(tokenHash, at(NOW + 24 * HOUR)), undefined, 'past its end')
      assert.equal(await sessions.find(new Uint8Array(32), at(NOW)), undefined)
    })

    test('an account sees its own living sessions, newest first', async () => {
      const { opened, sessions, account } = await world()
      const [first, second, old] = [
        sampleSession(account),
        sampleSession(account),
        sampleSession(account, { createdAt: NOW - DAY }),
      ]
      for (const session of [old, first, second]) await sessions.create(session, recordOf(account))
      const other = await newAccount(opened)
      await sessions.create(sampleSession(other), recordOf(other))

      const listed = await sessions.list(account, at(NOW + 1))

      assert.deepEqual(
        listed.map(({ id }) => id),
        [second.id, first.id],
      )
      assert.ok(!('tokenHash' in (listed[0] ?? {})))
    })

    test('a session is ended by its own account alone', async () => {
      const { opened, sessions, account } = await world()
      const session = sampleSession(account)
      await sessions.create(session, recordOf(account))
      const stranger = await newAccount(opened)

      assert.equal(await sessions.end(stranger, session.id, recordOf(stranger, 'session.end')), false)
      assert.ok(await sessions.find(session.tokenHash, at(NOW)))
      assert.equal(await sessions.end(account, session.id, recordOf(account, 'session.end')), true)
      assert.equal(await sessions.find(session.tokenHash, at(NOW)), undefined)
      assert.equal(await sessions.end(account, session.id, recordOf(account, 'session.end')), false)
      assert.deepEqual(await actionsIn(opened, account), ['session.start', 'session.end'])
      assert.deepEqual(await actionsIn(opened, stranger), [])
    })

    test('all sessions of an account end but the one that is kept, and none of anybody else', async () => {
      const { opened, sessions, account } = await world()
      const mine = [sampleSession(account), sampleSession(account), sampleSession(account)] as const
      for (const session of mine) await sessions.create(session, recordOf(account))
      const other = await newAccount(opened)
      await sessions.create(sampleSession(other), recordOf(other))

      assert.equal(await sessions.endAll(account, mine[1].id, recordOf(account, 'session.end-all')), 2)
      assert.equal(await sessions.endAll(account, mine[1].id, recordOf(account, 'session.end-all')), 0)

      assert.deepEqual(
        (await sessions.list(account, at(NOW))).map(({ id }) => id),
        [mine[1].id],
      )
      assert.equal((await sessions.list(other, at(NOW))).length, 1)
      assert.equal((await actionsIn(opened, account)).filter((action) => action === 'session.end-all').length, 1)
      assert.equal(await sessions.endAll(account, undefined, recordOf(account, 'session.end-all')), 1)
    })

    test('what an account does is recorded in each of its tenants', async () => {
      const opened = await engine.shared()
      const tenants = [await newTenant(opened), await newTenant(opened)]
      const account = await newAccount(opened, { tenants })

      await opened.stores.system.sessions.create(sampleSession(account), recordOf(account))

      for (const tenant of tenants) assert.deepEqual(await actionsIn(opened, account, tenant), ['session.start'])
      assert.deepEqual(await actionsIn(opened, account), [])
    })

    test('sessions that are over are removed, some at a time', async () => {
      const opened = await engine.fresh()
      const { sessions } = opened.stores.system
      const account = await newAccount(opened)
      const over = [
        sampleSession(account, { createdAt: NOW - DAY }),
        sampleSession(account, { createdAt: NOW - DAY }),
        sampleSession(account, { expiresAt: NOW }),
      ]
      const alive = sampleSession(account)
      for (const session of [...over, alive]) await sessions.create(session, recordOf(account))

      assert.deepEqual([await sessions.forget(at(NOW), 2), await sessions.forget(at(NOW), 2)], [2, 1])
      assert.equal(await sessions.forget(at(NOW), 2), 0)
      assert.ok(await sessions.find(alive.tokenHash, at(NOW)))
    })
  })
}
