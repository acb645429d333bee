import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { PASSWORD, secretOf, servedWorld, signIn } from '../api/served-world.ts'
import { recorded } from '../store/engine.ts'
import { linkIn } from '../support/mail-server.ts'
import { mailedWorld } from '../support/mailed-world.ts'
import { questionsAsked } from '../support/questions-asked.ts'

/** Open registration where mail leaves: it tells nobody who has an account. */
const api = await mailedWorld({ fullName: 'registration by mail', after })
const { owner, server, deliver } = api
const OTHER_PASSWORD = 'a new horse, another battery'

before(() => owner.call('PATCH', '/installation/settings', { openRegistration: true }))

/** Registers from a network of its own, so that none waits for another. */
let networks = 0
const register = async (body: object, remoteAddress = `198.51.100.${++networks}`) => {
  const response = await api.app.inject({
    method: 'POST',
    url: '/api/v1/registrations',
    remoteAddress,
    headers: { host: new URL(api.config.url).host, 'content-type': 'application/json' },
    payload: JSON.stringify(body),
  })
  return { status: response.statusCode, text: response.body, headers: response.headers }
}
const accountOf = (email: string) => api.stores.system.identities.findAccountByEmail(email)
const tokenTo = async (email: string, count = 1) => secretOf(linkIn(await server.mailTo(email, count)))
const setPassword = (token: string, password: string) =>
  api.somebody().call('POST', '/password-resets/use', { token, password })
const tryPassword = async (email: string, password: string) =>
  (await api.somebody().call('POST', '/api/auth/sign-in/email', { email, password })).status

test('the page of registration learns that no password is asked for', async () => {
  const { body } = await api.somebody().get('/sign-in-methods')

  assert.deepEqual([body.registration, body.byMail], ['open', true])
})

test('an address with an account and one without get one answer, byte for byte, no session, and cost the same work', async () => {
  await api.invitedByMail('known')
  const answers: Awaited<ReturnType<typeof register>>[] = []
  const costs: number[] = []
  for (const email of ['known@example.com', 'new@example.com', 'new@example.com']) {
    costs.push(await questionsAsked(api.database, async () => answers.push(await register({ email }))))
  }

  for (const { status, text, headers } of answers) {
    assert.deepEqual([status, text, headers['set-cookie']], [202, '{"state":"mailed"}', undefined])
    assert.deepEqual(Object.keys(headers).sort(), Object.keys(answers[0]?.headers ?? {}).sort())
  }
  assert.equal(new Set(costs).size, 1, `${costs}`)
  assert.ok((costs[0] ?? 0) > 0, 'it is counted')
})

test('a new address gets an account that the link alone opens, once', async () => {
  const email = 'ann@example.com'
  await register({ email: ' Ann@Example.com', name: 'Ann', tenantName: "Ann's own" })
  await deliver()
  const mail = await server.mailTo(email)
  assert.doesNotMatch(mail.text, /Ann's/, 'nothing that a stranger typed stands in it but the address')
  const token = await tokenTo(email)
  assert.equal(await tryPassword(email, PASSWORD), 401)

  const statuses = [await setPassword(token, PASSWORD), await setPassword(token, OTHER_PASSWORD)].map(
    (one) => one.status,
  )

  assert.deepEqual(statuses, [204, 404])
  const ann = api.somebody()
  await signIn(ann, email)
  assert.match((await ann.get('/account')).text, /Ann's own/)
  const { id = '' } = (await accountOf(email)) ?? {}
  const { tenant } = await api.database.read((db) =>
    db.selectFrom('membership').select('tenant').where('account', '=', id).executeTakeFirstOrThrow(),
  )
  const acts = ['account.register', 'account.register-mail', 'session.refuse', 'password.reset']
  assert.deepEqual(await recorded(api, tenant, id), acts)
})

test('who has an account is told so, with a link; nothing of the account changes by it', async () => {
  const bob = await api.invitedByMail('bob')
  const before = await accountOf('bob@example.com')
  await register({ email: 'bob@example.com', name: 'Mallory', tenantName: 'Mallory' })
  await deliver()

  const mail = await server.mailTo('bob@example.com', 2)
  assert.match(mail.text, /has one already/)
  assert.deepEqual(await accountOf('bob@example.com'), before)
  assert.equal((await bob.get('/account')).status, 200, 'sessions go on')
  assert.equal((await setPassword(secretOf(linkIn(mail)), OTHER_PASSWORD)).status, 204)
  assert.equal(await tryPassword('bob@example.com', OTHER_PASSWORD), 200)
})

test('whose link was never used registers again, and gets another, which ends the first', async () => {
  const email = 'late@example.com'
  await register({ email })
  await deliver()
  await register({ email, name: 'Another name' })
  await deliver()

  const statuses: number[] = []
  for (const token of [await tokenTo(email), await tokenTo(email, 2)]) {
    statuses.push((await setPassword(token, PASSWORD)).status)
  }

  assert.deepEqual(statuses, [404, 204])
  assert.equal(await tryPassword(email, PASSWORD), 200)
})

test('two registrations of one address at once make one account', async () => {
  const email = 'twice@example.com'
  await Promise.all([register({ email, name: 'One' }), register({ email, name: 'Two' })])
  await Promise.all([deliver(), deliver()])

  assert.ok(await accountOf(email))
  assert.deepEqual(api.failures, [])
  const { body } = await owner.get('/installation/mails?limit=200')
  const states = body.items.filter((mail: { address: string }) => mail.address === email)
  assert.ok(states.length > 0 && states.every(({ kind }: { kind: string }) => kind === 'registration'))
})

test('an account that signs in by a provider alone gets no link, which would be a way around the provider', async () => {
  const id = api.newId()
  const record = { account: id, actor: { kind: 'account', account: id } as const, at: Date.now() }
  await api.stores.system.identities.register(
    { account: { id, email: 'sso@example.com', name: 'Sso' }, tenant: { id: api.newId(), name: 'Sso' } },
    { ...record, action: 'account.register', object: { type: 'account', id } },
  )
  await register({ email: 'sso@example.com' })
  await deliver()

  const { text } = await server.mailTo('sso@example.com')
  assert.match(text, /without a password/)
  assert.doesNotMatch(text, /new-password/)
})

test('letters to one address are asked for at a pace, together with forgotten passwords, whether it has an account or not', async () => {
  await api.invitedByMail('paced')
  for (const email of ['paced@example.com', 'unpaced@example.com']) {
    const statuses: number[] = []
    for (let count = 0; count < 4; count++) statuses.push((await register({ email })).status)
    const { status } = await api.somebody().call('POST', '/password-resets', { email })
    assert.deepEqual([...statuses, status], [202, 202, 202, 429, 429], email)
  }
})

test('one network registers only so often', async () => {
  const statuses: number[] = []
  for (let n = 0; n < 12; n++) statuses.push((await register({ email: `n${n}@example.com` }, '203.0.113.7')).status)

  assert.deepEqual(statuses.slice(0, 10), Array(10).fill(202))
  assert.equal(statuses.at(-1), 429)
})

test('a password and an address that no mail can have are refused by name, whether there is an account or not', async () => {
  for (const email of ['owner@example.com', 'nobody@example.com']) {
    const { status, text } = await register({ email, password: PASSWORD })
    assert.deepEqual([status, JSON.parse(text).errors[0].field], [422, '/password'])
  }
  const { status, text } = await register({ email: 'a,b@example.com' })
  assert.deepEqual([status, JSON.parse(text).errors[0].field], [422, '/email'])
})

test('while registration is closed every address is turned away alike', async () => {
  await owner.call('PATCH', '/installation/settings', { openRegistration: false })
  const answers = [await register({ email: 'owner@example.com' }), await register({ email: 'shut@example.com' })]
  await owner.call('PATCH', '/installation/settings', { openRegistration: true })

  assert.deepEqual([...new Set(answers.map(({ status, text }) => `${status} ${text}`))].length, 1)
  assert.equal(answers[0]?.status, 403)
})

test('where no mail leaves a password is given, and who registers is signed in at once', async (t) => {
  const silent = await servedWorld(t)
  await silent.owner.call('PATCH', '/installation/settings', { openRegistration: true })
  const person = silent.somebody()
  const email = 'eve@example.com'

  const without = await person.call('POST', '/registrations', { email })
  const made = await person.call('POST', '/registrations', { email, password: PASSWORD })
  const again = await silent.somebody().call('POST', '/registrations', { email, password: PASSWORD })

  assert.deepEqual([without.status, without.body.errors[0].field], [422, '/password'])
  assert.deepEqual([made.status, again.status], [201, 409])
  assert.equal((await person.get('/account')).status, 200)
  assert.equal((await person.get('/sign-in-methods')).body.byMail, false)
})
