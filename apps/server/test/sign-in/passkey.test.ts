import assert from 'node:assert/strict'
import { test } from 'node:test'
import { freePort } from '../../../../test/support/free-port.ts'
import { needs } from '../../../../test/support/system-program.ts'
import { loadConfig } from '../../src/platform/config.ts'
import { passkeysAt } from '../../src/sign-in/passkeys-at.ts'
import { actionsIn } from '../support/accounts.ts'
import { type OpenPage, openChromium } from './chromium.ts'
import { PASSWORD, type SignInWorld, signInWorld } from './sign-in-world.ts'

const CHROMIUM = needs('chromium')
const SESSIONS = '/api/v1/sessions'

// biome-ignore lint/suspicious/noExplicitAny: what an answer holds is what the tests look at
type Json = any

/** A browser with an authenticator of its own, which the one who holds it unlocks. */
async function person(world: SignInWorld, open: Awaited<ReturnType<typeof openChromium>>) {
  const opened = await open({ bypassCSP: true })
  const { page, devTools } = opened
  await page.goto(`${world.url}/style.css`)
  await devTools.send('WebAuthn.enable')
  const authenticatorId = await addAuthenticator(devTools, true)
  const call = (path: string, body?: object) => callIn(opened, path, body)
  return {
    ...opened,
    authenticatorId,
    call,
    signIn: (email: string) => call('/api/auth/sign-in/email', { email, password: PASSWORD }),
    addPasskey: (asked: Ceremony = {}) => ceremony(opened, 'create', asked),
    signInByPasskey: (asked: Ceremony = {}) => ceremony(opened, 'get', asked),
  }
}

async function addAuthenticator(devTools: OpenPage['devTools'], verifiesUser: boolean): Promise<string> {
  const options = {
    protocol: 'ctap2',
    transport: 'internal',
    hasResidentKey: true,
    hasUserVerification: verifiesUser,
    isUserVerified: verifiesUser,
    automaticPresenceSimulation: true,
  } as const
  return (await devTools.send('WebAuthn.addVirtualAuthenticator', { options })).authenticatorId
}

interface Answer {
  readonly status: number
  readonly body: Json
}

function callIn({ page }: OpenPage, path: string, body?: object): Promise<Answer> {
  return page.evaluate(
    async ([path, body]) => {
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(
        path,
        body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) },
      )
      return { status: response.status, body: await response.json() }
    },
    [path, body] as const,
  )
}

interface Ceremony {
  /** What the page asks of the authenticator in place of what the server wants. */
  readonly userVerification?: 'discouraged'
  /** Which passkey, base64url: browsers find one by themselves only with its user verified. */
  readonly named?: string
  /** What is changed in what it answers. */
  readonly alter?: 'signature' | 'replay'
}

/** As a page does it: options from the server, the browser's own API, and the answer back. */
function ceremony({ page }: OpenPage, way: 'create' | 'get', asked: Ceremony): Promise<Answer> {
  return page.evaluate(`(${CEREMONY})(${JSON.stringify(way)}, ${JSON.stringify(asked)})`)
}

const CEREMONY = `async (way, { userVerification, named, alter }) => {
  const isNew = way === 'create'
  const base = '/api/auth/passkey'
  const post = (path, body) =>
    fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  const options = await (await fetch(base + '/generate-' + (isNew ? 'register' : 'authenticate') + '-options')).json()
  if (userVerification) {
    options.userVerification = userVerification
    if (options.authenticatorSelection) options.authenticatorSelection.userVerification = userVerification
  }
  if (named) options.allowCredentials = [{ type: 'public-key', id: named }]
  const credential = isNew
    ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) })
  const response = credential.toJSON()
  if (alter === 'signature') {
    const text = response.response.signature
    response.response.signature = text.slice(0, -6) + (text.at(-6) === 'A' ? 'B' : 'A') + text.slice(-5)
  }
  const send = () =>
    post(base + '/verify-' + (isNew ? 'registration' : 'authentication'), { response, ...(isNew && { name: 'My laptop' }) })
  if (alter === 'replay') {
    await send()
    await post('/api/auth/sign-out', {})
  }
  const answer = await send()
  return { status: answer.status, body: await answer.json() }
}`

test('who is signed in adds a passkey, and signs in by it alone', CHROMIUM, async (t) => {
  const world = await signInWorld(t)
  const id = await world.account('ann@example.com')
  const ann = await person(world, await openChromium(t))
  assert.deepEqual((await ann.call('/api/v1/sign-in-methods')).body.passkeys, { available: true, why: '' })
  await ann.signIn('ann@example.com')

  const added = await ann.addPasskey()

  assert.equal(added.status, 200, JSON.stringify(added.body))
  const { body: passkeys } = await ann.call('/api/auth/passkey/list-user-passkeys')
  assert.deepEqual(
    passkeys.map(({ name }: { name: string }) => name),
    ['My laptop'],
  )
  await ann.call('/api/auth/sign-out', {})
  assert.equal((await ann.call(SESSIONS)).status, 401)
  const signedIn = await ann.signInByPasskey()
  assert.equal(signedIn.status, 200, JSON.stringify(signedIn.body))
  assert.equal((await ann.call(SESSIONS)).body.items[0].way, 'passkey')
  assert.ok(!JSON.stringify(signedIn.body).includes('token'))
  assert.deepEqual(await actionsIn(world, passkeys[0].id), ['passkey.add'])
  assert.deepEqual(await actionsIn(world, id), [])
})

test('a passkey that was renamed keeps its use, and one that was removed has none', CHROMIUM, async (t) => {
  const world = await signInWorld(t)
  await world.account('ann@example.com')
  const ann = await person(world, await openChromium(t))
  await ann.signIn('ann@example.com')
  await ann.addPasskey()
  const [passkey] = (await ann.call('/api/auth/passkey/list-user-passkeys')).body

  await ann.call('/api/auth/passkey/update-passkey', { id: passkey.id, name: 'Old laptop' })
  assert.equal((await ann.call('/api/auth/passkey/list-user-passkeys')).body[0].name, 'Old laptop')
  assert.equal((await ann.signInByPasskey()).status, 200)
  const removed = await ann.call('/api/auth/passkey/delete-passkey', { id: passkey.id })

  assert.equal(removed.status, 200, JSON.stringify(removed.body))
  assert.deepEqual((await ann.call('/api/auth/passkey/list-user-passkeys')).body, [])
  await ann.call('/api/auth/sign-out', {})
  assert.equal((await ann.signInByPasskey()).status, 401)
  assert.equal((await ann.call(SESSIONS)).status, 401)
  assert.deepEqual(await actionsIn(world, passkey.id), ['passkey.add', 'passkey.remove'])
})

test("nobody renames or removes another's passkey", CHROMIUM, async (t) => {
  const world = await signInWorld(t)
  await world.account('ann@example.com')
  await world.account('bob@example.com')
  const open = await openChromium(t)
  const ann = await person(world, open)
  await ann.signIn('ann@example.com')
  await ann.addPasskey()
  const [passkey] = (await ann.call('/api/auth/passkey/list-user-passkeys')).body
  const bob = world.browser()
  await bob.signIn('bob@example.com')

  const renamed = await bob.post('/api/auth/passkey/update-passkey', { id: passkey.id, name: 'mine' })
  const removed = await bob.post('/api/auth/passkey/delete-passkey', { id: passkey.id })

  for (const { status } of [renamed, removed]) assert.ok([401, 403, 404].includes(status), String(status))
  assert.equal((await ann.call('/api/auth/passkey/list-user-passkeys')).body[0].name, 'My laptop')
  assert.deepEqual((await bob.get('/api/auth/passkey/list-user-passkeys')).body, [])
})

test('a passkey counts only when it made sure who used it', CHROMIUM, async (t) => {
  const world = await signInWorld(t)
  await world.account('ann@example.com')
  const ann = await person(world, await openChromium(t))
  const { devTools } = ann
  await ann.signIn('ann@example.com')
  assert.equal((await ann.addPasskey()).status, 200)
  const { credentials } = await devTools.send('WebAuthn.getCredentials', { authenticatorId: ann.authenticatorId })
  await devTools.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: ann.authenticatorId })
  // One that whoever holds it may use, with the same key in it.
  const authenticatorId = await addAuthenticator(devTools, false)
  const unverified = await ann.addPasskey({ userVerification: 'discouraged' })
  assert.ok(unverified.status >= 400 && unverified.status < 500, JSON.stringify(unverified))
  assert.equal((await ann.call('/api/auth/passkey/list-user-passkeys')).body.length, 1)
  await ann.call('/api/auth/sign-out', {})
  await devTools.send('WebAuthn.clearCredentials', { authenticatorId })
  for (const credential of credentials) await devTools.send('WebAuthn.addCredential', { authenticatorId, credential })

  const named = Buffer.from(credentials[0]?.credentialId ?? '', 'base64').toString('base64url')
  const touched = await ann.signInByPasskey({ userVerification: 'discouraged', named })

  assert.equal(touched.status, 401, JSON.stringify(touched.body))
  assert.equal((await ann.call(SESSIONS)).status, 401)
})

test('what a passkey signed counts once, and only as it signed it', CHROMIUM, async (t) => {
  const world = await signInWorld(t)
  await world.account('ann@example.com')
  const ann = await person(world, await openChromium(t))
  await ann.signIn('ann@example.com')
  await ann.addPasskey()
  await ann.call('/api/auth/sign-out', {})

  const altered = await ann.signInByPasskey({ alter: 'signature' })
  const again = await ann.signInByPasskey({ alter: 'replay' })

  assert.ok(altered.status >= 400 && altered.status < 500, String(altered.status))
  assert.ok(again.status >= 400 && again.status < 500, String(again.status))
  assert.equal((await ann.call(SESSIONS)).status, 401)
})

test('a passkey is added only soon after signing in', CHROMIUM, async (t) => {
  const world = await signInWorld(t)
  await world.account('ann@example.com')
  const ann = world.browser()
  assert.equal((await ann.get('/api/auth/passkey/generate-register-options')).status, 401)
  await ann.signIn('ann@example.com')
  assert.equal((await ann.get('/api/auth/passkey/generate-register-options')).status, 200)

  const created_at = Date.now() - 2 * 3_600_000
  await world.database.write((trx) => trx.updateTable('session').set({ created_at }).execute())

  assert.equal((await ann.get('/api/auth/passkey/generate-register-options')).status, 403)
})

test('where the server is known by an address, passkeys are not offered, and the answer says why', async (t) => {
  const port = await freePort()
  const world = await signInWorld(t, { port, env: { CHANCERY_URL: `http://127.0.0.1:${port}` } })
  const ann = world.browser()

  const { body } = await ann.get('/api/v1/sign-in-methods')
  const begun = await ann.get('/api/auth/passkey/generate-authenticate-options')

  assert.equal(body.passkeys.available, false)
  assert.match(body.passkeys.why, /known by an address \(127\.0\.0\.1\): set CHANCERY_URL to a host name/)
  assert.equal(begun.status, 403)
  assert.equal(begun.body.detail, body.passkeys.why)
})

test('passkeys work by name over https and on this machine, and by nothing else that can be configured', () => {
  const works = [
    'https://pki.example.com',
    'https://pki.example.com:8443',
    'http://localhost:8080',
    'https://localhost',
  ]
  const not = ['https://192.0.2.7', 'https://[2001:db8::1]:8443', 'http://127.0.0.1:8080', 'http://[::1]:8080']

  for (const url of works) assert.equal(passkeysAt(loadConfig({ CHANCERY_URL: url }).url).available, true, url)
  for (const url of not) assert.equal(passkeysAt(loadConfig({ CHANCERY_URL: url }).url).available, false, url)
  assert.throws(() => loadConfig({ CHANCERY_URL: 'http://pki.example.com' }), /has to be https/)
})
