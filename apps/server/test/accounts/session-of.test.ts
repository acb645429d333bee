import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashSessionToken, sessionCookieName, sessionReader } from '../../src/accounts/session-of.ts'
import type { Session, SessionMoment } from '../../src/accounts/session-store.ts'
import { sampleSession } from '../support/accounts.ts'
import { NOW } from '../support/samples.ts'

const TOKEN = 'a'.repeat(32)
const NAME = '__Host-chancery.session_token'

function world() {
  const session: Session = { ...sampleSession('a1', { id: 's1' }), lastSeenAt: NOW }
  const touched: number[] = []
  const clock = { now: NOW }
  const asked: SessionMoment[] = []
  const read = sessionReader({
    sessions: {
      find: async (hash, moment) => {
        asked.push(moment)
        return Buffer.compare(hash, hashSessionToken(TOKEN)) === 0 ? session : undefined
      },
      touch: async (_id, at) => void touched.push(at),
    },
    now: () => clock.now,
    report: (error) => assert.fail(String(error)),
  })
  const sessionOf = (cookies: string | undefined) => read(cookies, 'https')
  return { read, sessionOf, touched, clock, asked }
}

test('the cookie of a session says whose it is', async () => {
  const { sessionOf } = world()
  const ann = { account: 'a1', session: 's1', way: 'password' }

  assert.deepEqual(await sessionOf(`${NAME}=${TOKEN}.c2lnbmF0dXJl%3D`), ann)
  assert.deepEqual(await sessionOf(`theme=dark; ${NAME}=${TOKEN}.x; other=1`), ann)
})

test('what is no such cookie is nobody, and is not looked up', async () => {
  const { sessionOf, asked } = world()
  const others = [
    undefined,
    '',
    TOKEN,
    `${NAME}=`,
    `${NAME}=${TOKEN}`,
    `x${NAME}=${TOKEN}.x`,
    `chancery.session_token=${TOKEN}.x`,
    `${NAME}=${'a'.repeat(65)}.x`,
    `${NAME}=' or 1=1.x`,
  ]

  for (const cookies of others) assert.equal(await sessionOf(cookies), undefined, cookies ?? 'none')
  assert.equal(asked.length, 0)
  assert.equal(await sessionOf(`${NAME}=${'b'.repeat(32)}.x`), undefined)
})

test('the use of a session is noted every five minutes', async () => {
  const { sessionOf, touched, clock } = world()

  for (const minutes of [0, 4, 5]) {
    clock.now = NOW + minutes * 60_000
    await sessionOf(`${NAME}=${TOKEN}.x`)
  }

  assert.deepEqual(touched, [NOW + 5 * 60_000])
})

test('over https the cookie is bound to this host', () => {
  assert.equal(sessionCookieName('https'), NAME)
  assert.equal(sessionCookieName('http'), 'chancery.session_token')
})

test('what was set over http is nobody over https, and the other way round', async () => {
  const { read, asked } = world()

  assert.equal(await read(`chancery.session_token=${TOKEN}.x`, 'https'), undefined)
  assert.equal(await read(`${NAME}=${TOKEN}.x`, 'http'), undefined)
  assert.equal(asked.length, 0)
  assert.equal((await read(`chancery.session_token=${TOKEN}.x; ${NAME}=other`, 'http'))?.account, 'a1')
})
