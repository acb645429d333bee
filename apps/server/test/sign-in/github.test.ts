import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Browser, signInWorld } from './sign-in-world.ts'
import { type GithubUser, standInGithub } from './stand-in-github.ts'

const SESSIONS = '/api/v1/sessions'
const BEGIN = { provider: 'github', callbackURL: '/', errorCallbackURL: '/sign-in' }
const ANN: GithubUser = {
  id: 583_231,
  login: 'ann',
  name: 'Ann',
  emails: [
    { email: 'old@example.com', primary: false, verified: true },
    { email: 'Ann@example.com', primary: true, verified: true },
  ],
}

async function withGithub(t: { after(work: () => Promise<unknown>): void }, registration: 'yes' | 'no' = 'no') {
  const github = await standInGithub(t)
  const world = await signInWorld(t, { env: { CHANCERY_SIGN_IN_GITHUB: github.setting } })
  await world.database.write((trx) =>
    trx.insertInto('installation').values({ name: 'open-registration', value: registration }).execute(),
  )
  const goThrough = async (browser: Browser, user: GithubUser, path = '/api/auth/sign-in/social') => {
    const begun = await browser.post(path, BEGIN)
    assert.equal(begun.status, 200, JSON.stringify(begun.body))
    return (await browser.get(github.authorize(begun.body.url, user))).headers.get('location') ?? ''
  }
  return { world, github, goThrough }
}

test('who is known to GitHub registers with the address that it calls primary and verified', async (t) => {
  const { world, goThrough } = await withGithub(t, 'yes')
  const ann = world.browser()

  assert.equal(await goThrough(ann, ANN), '/')

  assert.equal((await ann.get(SESSIONS)).body.items[0].way, 'provider:github')
  const account = await world.stores.system.identities.findAccountByEmail('ann@example.com')
  assert.equal(account?.name, 'Ann')
})

test('a number at GitHub stays the same account, whatever its login and addresses become', async (t) => {
  const { world, goThrough } = await withGithub(t)
  const id = await world.account('somebody@example.com')
  const here = world.browser()
  await here.signIn('somebody@example.com')
  await goThrough(here, ANN, '/api/auth/link-social')
  const renamed = {
    ...ANN,
    login: 'other',
    name: null,
    emails: [{ email: 'x@y.example', primary: true, verified: true }],
  }
  const successor = { ...ANN, id: 1 }
  const [there, mallory] = [world.browser(), world.browser()]

  assert.equal(await goThrough(there, renamed), '/')
  assert.match(await goThrough(mallory, successor), /error=registration_closed/)

  assert.equal((await there.get(SESSIONS)).status, 200)
  assert.equal((await mallory.get(SESSIONS)).status, 401)
  const [identity] = await world.stores.system.identities.identitiesOf(id)
  assert.equal(identity?.subject, '583231')
})

test('an address at GitHub that is not verified, or not theirs first, makes no account', async (t) => {
  const { world, goThrough } = await withGithub(t, 'yes')
  const addresses = [
    [{ email: 'ann@example.com', primary: true, verified: false }],
    [{ email: 'ann@example.com', primary: false, verified: true }],
    [],
  ]

  for (const emails of addresses) {
    const browser = world.browser()
    assert.match(await goThrough(browser, { ...ANN, emails }), /^\/sign-in\?error=unable_to_get_user_info/)
    assert.equal((await browser.get(SESSIONS)).status, 401)
  }
  assert.equal(await world.stores.system.accounts.countAccounts(), 0)
})

test('a code that GitHub gave to another login opens nothing', async (t) => {
  const { world, github } = await withGithub(t, 'yes')
  const [ann, mallory] = [world.browser(), world.browser()]
  const begin = async (browser: Browser) => (await browser.post('/api/auth/sign-in/social', BEGIN)).body.url
  const stolen = new URL(github.authorize(await begin(ann), ANN)).searchParams.get('code') ?? ''
  const own = new URL(github.authorize(await begin(mallory), { ...ANN, id: 2 }))
  own.searchParams.set('code', stolen)

  const { headers } = await mallory.get(own.href)

  assert.match(headers.get('location') ?? '', /error=unable_to_get_user_info/)
  assert.equal((await mallory.get(SESSIONS)).status, 401)
})
