import assert from 'node:assert/strict'
import { test } from 'node:test'
import { badProvider, CLIENT, type Token } from './bad-provider.ts'
import { signInWorld } from './sign-in-world.ts'

const SESSION = 'chancery.session_token'
const BEGIN = { provider: 'bad', callbackURL: '/', errorCallbackURL: '/sign-in' }
const HOUR = 3600

/** A provider whose `subject-1` is linked to an account; `signIn` is where a login that comes back with such a token ends. */
async function linked(t: { after(work: () => Promise<unknown>): void }) {
  const provider = await badProvider(t)
  const world = await signInWorld(t, { env: { CHANCERY_SIGN_IN_OIDC: provider.setting } })
  await world.account('ann@example.com')
  const ann = world.browser()
  await ann.signIn('ann@example.com')
  const begun = await ann.post('/api/auth/link-social', BEGIN)
  await ann.get(provider.goThrough(begun.body.url))
  const signIn = async (next: Token) => {
    provider.next = next
    const browser = world.browser()
    const { body } = await browser.post('/api/auth/sign-in/social', BEGIN)
    const returned = await browser.get(provider.goThrough(body.url))
    return { browser, location: returned.headers.get('location') ?? `none: ${returned.status}` }
  }
  return { provider, world, signIn }
}

test('an ID token is believed only with signature, issuer, audience, time and nonce', async (t) => {
  const { provider, signIn } = await linked(t)
  const now = Math.floor(Date.now() / 1000)
  const bad: Readonly<Record<string, Token>> = {
    'signed by another key': { signedBy: 'another key' },
    'not signed': { signedBy: 'nobody', header: { alg: 'none' } },
    'without a signature': { signedBy: 'nobody' },
    'signed by the secret of the client': { signedBy: 'the client secret', header: { alg: 'HS256' } },
    'of a key that is not published': { header: { kid: 'other' } },
    'for another client': { claims: { aud: 'another' } },
    'for nobody': { claims: { aud: undefined } },
    'of another issuer': { claims: { iss: 'https://evil.example' } },
    'of no issuer': { claims: { iss: undefined } },
    expired: { claims: { iat: now - 2 * HOUR, exp: now - HOUR } },
    'for ever': { claims: { exp: undefined } },
    'of another login': { claims: { nonce: 'another' } },
    'of no login': { claims: { nonce: undefined } },
    'of nobody': { claims: { sub: undefined } },
    'which is none': { signedBy: 'no token' },
  }

  for (const [why, token] of Object.entries(bad)) {
    const { browser, location } = await signIn(token)
    assert.match(location, /^\/sign-in\?error=/, why)
    assert.equal(browser.jar.has(SESSION), false, why)
  }
  const good = await signIn({})
  assert.equal(good.location, '/')
  assert.equal(good.browser.jar.has(SESSION), true)
  assert.ok((provider.asked.at(-1)?.get('code_verifier') ?? '').length >= 43, 'RFC 7636 §4.1')
})

test('the answer of the userinfo endpoint counts only for whom the ID token names', async (t) => {
  const { signIn } = await linked(t)
  const withoutEmail = { email: undefined, email_verified: undefined }

  const another = await signIn({ claims: withoutEmail, userinfo: { sub: 'subject-2', email: 'ann@example.com' } })
  const same = await signIn({ claims: withoutEmail })

  assert.match(another.location, /error=/)
  assert.equal(another.browser.jar.has(SESSION), false)
  assert.equal(same.browser.jar.has(SESSION), true)
})

test('a token for several clients is taken, and one without an address makes no account', async (t) => {
  const { world, signIn } = await linked(t)
  await world.database.write((trx) =>
    trx.insertInto('installation').values({ name: 'open-registration', value: 'yes' }).execute(),
  )

  const several = await signIn({ claims: { aud: [CLIENT.id, 'another'], azp: CLIENT.id } })
  const nameless = await signIn({
    claims: { sub: 'subject-3', email: undefined, email_verified: undefined },
    userinfo: { sub: 'subject-3' },
  })

  assert.equal(several.browser.jar.has(SESSION), true)
  assert.match(nameless.location, /error=email_not_found/)
  assert.equal(await world.stores.system.accounts.countAccounts(), 1)
})

test('a login begun at one provider is not finished as the login of another', async (t) => {
  const [provider, other] = [await badProvider(t), await badProvider(t)]
  const setting = `${provider.setting};${other.setting.replace('id=bad', 'id=other')}`
  const world = await signInWorld(t, { env: { CHANCERY_SIGN_IN_OIDC: setting } })
  await world.database.write((trx) =>
    trx.insertInto('installation').values({ name: 'open-registration', value: 'yes' }).execute(),
  )
  const ann = world.browser()
  const { body } = await ann.post('/api/auth/sign-in/social', BEGIN)
  // What a hostile provider does with a person who comes to it: it leads them back with what another one gave it.
  const back = other.goThrough(
    body.url.replace(encodeURIComponent('/callback/bad'), encodeURIComponent('/callback/other')),
  )

  const { headers } = await ann.get(back)

  assert.match(headers.get('location') ?? 'none', /error=state_mismatch/)
  assert.equal(ann.jar.has(SESSION), false)
  assert.deepEqual(other.asked, [], 'the code of one is not shown to another')
})

test('a provider that does not answer keeps nobody from signing in by another way, and is asked again', async (t) => {
  const provider = await badProvider(t)
  provider.isDown = true
  const world = await signInWorld(t, { env: { CHANCERY_SIGN_IN_OIDC: provider.setting } })
  await world.account('ann@example.com')
  const ann = world.browser()
  const begin = async () => (await ann.post('/api/auth/sign-in/social', BEGIN)).status

  assert.equal(await begin(), 404)
  assert.equal((await ann.signIn('ann@example.com')).status, 200)
  assert.match(world.logged(), /a provider of sign-in does not answer/)
  provider.isDown = false
  assert.equal(await begin(), 404, 'not asked for every call')
  world.clock.ahead = 10_000
  assert.equal(await begin(), 200)
})

test('no provider is asked while a server starts: each is when it is wanted, once by all who want it', async (t) => {
  const provider = await badProvider(t)
  const world = await signInWorld(t, { env: { CHANCERY_SIGN_IN_OIDC: provider.setting } })
  assert.equal(provider.discoveries, 0)

  const begun = await Promise.all([1, 2, 3].map(() => world.browser().post('/api/auth/sign-in/social', BEGIN)))

  assert.deepEqual(
    begun.map(({ status }) => status),
    [200, 200, 200],
  )
  // Ours, and that of better-auth with this provider in it.
  assert.equal(provider.discoveries, 2)
})

test('a provider that says it is another issuer is not used', async (t) => {
  const provider = await badProvider(t)
  const setting = provider.setting.replace('127.0.0.1', 'localhost')
  const world = await signInWorld(t, { env: { CHANCERY_SIGN_IN_OIDC: setting } })

  assert.equal((await world.browser().post('/api/auth/sign-in/social', BEGIN)).status, 404)
  assert.match(world.logged(), /says that it is another issuer/)
})
