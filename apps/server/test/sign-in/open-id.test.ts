import assert from 'node:assert/strict'
import { test } from 'node:test'
import { freePort } from '../../../../test/support/free-port.ts'
import { openIdProvider } from './open-id-provider.ts'
import { type Browser, type SignInWorld, type SignInWorldOptions, signInWorld } from './sign-in-world.ts'

const SESSION = 'chancery.session_token'
const SESSIONS = '/api/v1/sessions'
const ANN = { email: 'ann@example.com', email_verified: true, name: 'Ann' }
const BEGIN = { provider: 'corp', callbackURL: '/console?from=corp', errorCallbackURL: '/sign-in' }

async function corporation(
  t: { after(work: () => Promise<unknown>): void },
  { env, ...options }: SignInWorldOptions = {},
) {
  const port = await freePort()
  const provider = await openIdProvider(t, `http://localhost:${port}/api/auth/callback/corp`)
  provider.people.set('subject-1', ANN)
  const world = await signInWorld(t, { ...options, port, env: { CHANCERY_SIGN_IN_OIDC: provider.setting, ...env } })
  const begin = async (browser: Browser, path = '/api/auth/sign-in/social') => {
    const begun = await browser.post(path, BEGIN)
    assert.equal(begun.status, 200, JSON.stringify(begun.body))
    return String(begun.body.url)
  }
  /** From our page through the provider's back to us. */
  const goThrough = async (browser: Browser, subject = 'subject-1', path?: string) =>
    browser.get(await provider.signIn(await begin(browser, path), subject))
  return { world, provider, begin, goThrough }
}

async function openRegistration({ database }: SignInWorld, value: 'yes' | 'no' = 'yes'): Promise<void> {
  await database.write(async (trx) => {
    await trx.deleteFrom('installation').where('name', '=', 'open-registration').execute()
    await trx.insertInto('installation').values({ name: 'open-registration', value }).execute()
  })
}

async function link(world: SignInWorld, browser: Browser, goThrough: Corporation['goThrough']): Promise<string> {
  const id = await world.account('ann@example.com')
  await browser.signIn('ann@example.com')
  const linked = await goThrough(browser, 'subject-1', '/api/auth/link-social')
  assert.equal(linked.headers.get('location'), BEGIN.callbackURL)
  return id
}

type Corporation = Awaited<ReturnType<typeof corporation>>

test('while registration is open, who is known to a provider gets an account with a tenant of its own, and comes back to it', async (t) => {
  const { world, goThrough } = await corporation(t)
  await openRegistration(world)
  const { body: methods } = await world.browser().get('/api/v1/sign-in-methods')
  assert.deepEqual(methods.providers, [{ id: 'corp', name: 'Example Corp' }])

  const ann = world.browser()
  const returned = await goThrough(ann)

  assert.equal(returned.status, 302, JSON.stringify(returned.body))
  assert.equal(returned.headers.get('location'), BEGIN.callbackURL)
  const { body } = await ann.get(SESSIONS)
  assert.equal(body.items[0].way, 'provider:corp')
  const account = await world.stores.system.identities.findAccountByEmail(ANN.email)
  assert.equal(account?.passwordHash, undefined)
  const standing = await world.stores.system.accounts.standing(account?.id ?? '')
  assert.equal(standing?.operator, false)
  assert.equal(standing?.tenants.size, 1)
  await openRegistration(world, 'no')
  const again = world.browser()
  await goThrough(again)
  assert.equal((await again.get(SESSIONS)).body.items.length, 2)
  assert.equal(await world.stores.system.accounts.countAccounts(), 1)
})

test('while registration is closed an identity that nobody knows makes no account', async (t) => {
  const { world, goThrough } = await corporation(t)
  const ann = world.browser()

  const returned = await goThrough(ann)

  assert.match(returned.headers.get('location') ?? '', /^\/sign-in\?error=registration_closed/)
  assert.equal(ann.jar.has(SESSION), false)
  assert.equal(await world.stores.system.accounts.countAccounts(), 0)
})

test('an invitation lets in whom the provider names, and nobody else', async (t) => {
  const seen: unknown[] = []
  const { world, provider, goThrough } = await corporation(t, {
    isInvited: async (newcomer) => {
      seen.push(newcomer)
      return newcomer.email === ANN.email && newcomer.emailVerified
    },
  })
  provider.people.set('subject-2', { ...ANN, email_verified: false })
  const [ann, mallory] = [world.browser(), world.browser()]

  await goThrough(mallory, 'subject-2')
  await goThrough(ann)

  assert.equal((await mallory.get(SESSIONS)).status, 401)
  assert.equal((await ann.get(SESSIONS)).status, 200)
  assert.deepEqual(seen, [
    { email: ANN.email, emailVerified: false, provider: 'corp' },
    { email: ANN.email, emailVerified: true, provider: 'corp' },
  ])
})

test("an outside identity with an account's address does not take it over, whether registration is open or not", async (t) => {
  const { world, goThrough } = await corporation(t)
  const id = await world.account(ANN.email)

  for (const value of ['no', 'yes'] as const) {
    await openRegistration(world, value)
    const mallory = world.browser()
    const returned = await goThrough(mallory)

    assert.match(returned.headers.get('location') ?? '', /^\/sign-in\?error=account_not_linked/)
    assert.equal((await mallory.get(SESSIONS)).status, 401)
  }
  assert.deepEqual(await world.stores.system.identities.identitiesOf(id), [])
  assert.equal(await world.stores.system.accounts.countAccounts(), 1)
})

test('who is signed in links an identity, which then signs in whatever its address became', async (t) => {
  const { world, provider, goThrough } = await corporation(t)
  const here = world.browser()
  const id = await link(world, here, goThrough)
  provider.people.set('subject-1', { ...ANN, email: 'ann.married@elsewhere.example', name: 'Ann Elsewhere' })

  const there = world.browser()
  await goThrough(there)

  const { body } = await there.get(SESSIONS)
  assert.deepEqual(body.items.map(({ way, current }: { way: string; current: boolean }) => [way, current]).sort(), [
    ['password', false],
    ['provider:corp', true],
  ])
  const account = await world.stores.system.identities.findAccount(id)
  assert.deepEqual([account?.email, account?.name], [ANN.email, 'Ann'], 'what the provider says changes nothing here')
  const logins = (await there.get('/api/auth/list-accounts')).body
  assert.deepEqual(logins.map(({ providerId }: { providerId: string }) => providerId).sort(), ['corp', 'credential'])
  assert.ok(!JSON.stringify(logins).includes('oken"'), 'tokens of the provider are not kept')
})

test('nobody links for another: without a session, and to two accounts', async (t) => {
  const { world, goThrough } = await corporation(t)
  await link(world, world.browser(), goThrough)
  const id = await world.account('bob@example.com')
  const bob = world.browser()
  await bob.signIn('bob@example.com')

  const stranger = await world.browser().post('/api/auth/link-social', BEGIN)
  const second = await goThrough(bob, 'subject-1', '/api/auth/link-social')

  assert.equal(stranger.status, 401)
  assert.match(second.headers.get('location') ?? '', /error=account_already_linked_to_different_user/)
  assert.deepEqual(await world.stores.system.identities.identitiesOf(id), [])
})

test('a session that ended while its browser was at the provider links nothing', async (t) => {
  const { world, provider, begin } = await corporation(t)
  const id = await world.account(ANN.email)
  const ann = world.browser()
  await ann.signIn(ANN.email)
  const back = await provider.signIn(await begin(ann, '/api/auth/link-social'), 'subject-1')

  const jar = new Map(ann.jar)
  await ann.post('/api/auth/sign-out')
  for (const [name, value] of jar) ann.jar.set(name, value)
  const returned = await ann.get(back)

  assert.match(returned.headers.get('location') ?? '', /error=unable_to_link_account/)
  assert.deepEqual(await world.stores.system.identities.identitiesOf(id), [])
})

test('an identity that was unlinked signs in no more, and the last way in stays', async (t) => {
  const { world, goThrough } = await corporation(t)
  const ann = world.browser()
  const id = await link(world, ann, goThrough)
  const loginOf = async (browser: Browser, provider: string) => {
    const { body } = await browser.get('/api/auth/list-accounts')
    return body.find(({ providerId }: { providerId: string }) => providerId === provider)
  }
  const login = await loginOf(ann, 'corp')

  const gone = await ann.post('/api/auth/unlink-account', { accountId: login.id })

  assert.equal(gone.status, 200, JSON.stringify(gone.body))
  assert.deepEqual(await world.stores.system.identities.identitiesOf(id), [])
  const after = world.browser()
  await goThrough(after)
  assert.equal((await after.get(SESSIONS)).status, 401)
  const last = await ann.post('/api/auth/unlink-account', { accountId: (await loginOf(ann, 'credential')).id })
  assert.equal(last.status, 400, JSON.stringify(last.body))
})

test('what comes back counts once, in the browser that went, with what it went with', async (t) => {
  const { world, provider, begin } = await corporation(t)
  await openRegistration(world)
  const [ann, mallory] = [world.browser(), world.browser()]
  const back = new URL(await provider.signIn(await begin(ann), 'subject-1'))
  await begin(mallory)
  const altered = (change: (query: URLSearchParams) => void) => {
    const url = new URL(back)
    change(url.searchParams)
    return url.href
  }

  const misuses = [
    [mallory, back.href, 'another browser: mallory would sign ann in as mallory, or take her login'],
    [world.browser(), back.href, 'a browser that never went'],
    [ann, altered((query) => query.set('state', 'a'.repeat(32))), 'another state'],
    [ann, altered((query) => query.delete('state')), 'no state'],
    [ann, altered((query) => query.set('iss', 'https://evil.example')), 'another issuer, RFC 9207 §2.4'],
  ] as const
  for (const [browser, url, why] of misuses) {
    const jar = new Map(browser.jar)
    const { headers } = await browser.get(url)
    assert.match(headers.get('location') ?? 'none', /[?&]error=/, why)
    assert.equal(browser.jar.has(SESSION), false, why)
    for (const [name, value] of jar) browser.jar.set(name, value)
  }
  assert.equal((await ann.get(altered((query) => query.append('state', 'b')))).status, 400)
  assert.equal(await world.stores.system.accounts.countAccounts(), 0)
})

test('a login that came back is not replayed', async (t) => {
  const { world, provider, begin } = await corporation(t)
  await openRegistration(world)
  const ann = world.browser()
  const back = await provider.signIn(await begin(ann), 'subject-1')
  const went = new Map(ann.jar)
  await ann.get(back)
  assert.equal((await ann.get(SESSIONS)).status, 200)

  const thief = world.browser()
  for (const [name, value] of went) thief.jar.set(name, value)
  const { headers } = await thief.get(back)

  assert.match(headers.get('location') ?? '', /error=state_mismatch/)
  assert.equal(thief.jar.has(SESSION), false)
})

test('a provider is asked with a state, a nonce and PKCE', async (t) => {
  const { world, begin } = await corporation(t)

  const { searchParams } = new URL(await begin(world.browser()))

  assert.equal(searchParams.get('code_challenge_method'), 'S256')
  for (const name of ['state', 'nonce', 'code_challenge']) assert.ok((searchParams.get(name) ?? '').length >= 32, name)
  assert.equal(searchParams.get('redirect_uri'), `${world.url}/api/auth/callback/corp`)
  assert.equal(searchParams.get('response_type'), 'code')
  assert.equal(searchParams.get('scope')?.split(' ').sort().join(' '), 'email openid profile')
})

test('a person who declines at the provider comes back to the page of sign-in', async (t) => {
  const { world, begin } = await corporation(t)
  const ann = world.browser()
  const state = new URL(await begin(ann)).searchParams.get('state')

  const { headers } = await ann.get(`/api/auth/callback/corp?error=access_denied&state=${state}`)

  assert.match(headers.get('location') ?? '', /^\/sign-in\?error=access_denied/)
  assert.equal(ann.jar.has(SESSION), false)
})
