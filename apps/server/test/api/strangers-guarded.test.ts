import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { strangerPace } from '../../src/protocols/api/stranger-pace.ts'
import { linkIn } from '../support/mail-server.ts'
import { mailedWorld } from '../support/mailed-world.ts'
import { questionsAsked } from '../support/questions-asked.ts'
import { opensslCsr } from '../support/requests.ts'
import { type Json, makeRoot, webServer } from './api-world.ts'
import { PASSWORD, secretOf, signIn } from './served-world.ts'

/** What keeps strangers from asking too much, guessing links, and learning what is there: over the API of a whole server. */
const api = await mailedWorld({ fullName: 'strangers guarded', after })
const { owner, stranger, server } = api
const root = await makeRoot(owner)
const closed = await webServer(owner, root.id)
const open = await owner.make('/templates', {
  ...{ authority: root.id, name: 'People', profile: closed.profile },
  enrollment: { publicRequests: true },
})
const FORM = { subjectAltNames: [{ type: 'dns', value: 'ann.example.com' }] }
const SECRET = 'A'.repeat(43)

/** A call from one network. */
const callFrom = async (remoteAddress: string, path: string, body: object) => {
  const response = await api.app.inject({
    method: 'POST',
    url: `/api/v1/public/${path}`,
    remoteAddress,
    headers: { host: new URL(api.config.url).host, 'content-type': 'application/json' },
    payload: JSON.stringify(body),
  })
  return { status: response.statusCode, body: response.json<Json>(), headers: response.headers }
}
const tokenOf = (link: string) => link.slice(link.lastIndexOf('/') + 1)
const look = (token: string) => stranger.call('POST', '/public/claims/look', { token })
const redeem = async (token: string) =>
  stranger.call('POST', '/public/claims/redeem', { token, csr: (await opensslCsr()).csr })
const preApproved = async (more: object = {}): Promise<Json> => {
  const made = await owner.make('/requests/pre-approved', { template: open.id, ...FORM, ...more })
  return { ...made, token: tokenOf(made.link ?? '') }
}

test('strangers of one network ask only so often, whatever address they give; others are not kept waiting', async () => {
  const statuses: number[] = []
  for (let n = 0; n < 13; n++) {
    const asked = { email: `n${n}@example.com`, ...FORM }
    const { status, headers } = await callFrom('198.51.100.7', `templates/${open.publicId}/requests`, asked)
    statuses.push(status)
    if (status === 429) assert.ok(Number(headers['retry-after']) > 0)
  }
  const elsewhere = await callFrom('203.0.113.9', `templates/${open.publicId}/requests`, {
    ...{ email: 'else@example.com', ...FORM },
  })

  assert.deepEqual(statuses.slice(0, 10), Array(10).fill(202))
  assert.equal(statuses.at(-1), 429)
  assert.equal(elsewhere.status, 202)
})

test('an IPv6 stranger is one, whichever address of its network it comes from, and its neighbours are others', async () => {
  const ask = async (from: string, n: number) =>
    (await callFrom(from, `templates/${open.publicId}/requests`, { email: `six${n}@example.com`, ...FORM })).status

  const statuses: number[] = []
  for (let n = 1; n <= 13; n++) statuses.push(await ask(`2001:db8:7:1:${n}::1`, n))

  assert.deepEqual(statuses.slice(0, 10), Array(10).fill(202))
  assert.equal(statuses.at(-1), 429)
  assert.equal(await ask('2001:db8:7:2::1', 14), 202)
})

test('of one template only so many are asked for within an hour, from wherever; of others more', async () => {
  let at = Date.now()
  const pace = strangerPace(api.stores.system.attempts, 'a secret', () => at)
  const ask = (template: string, n: number) => pace.take(['request-from', `network ${n}`], ['request-of', template])
  for (let n = 0; n < 200; n++) await ask('one', n)

  await assert.rejects(ask('one', 200), { code: 'rate-limited' })
  await ask('another', 201)
  at += 2 * 3_600_000
  await ask('one', 202)
})

test('who guesses links is slowed down, whichever kind; who has one is not', async () => {
  const { token } = await preApproved()
  const kinds = [
    ['claims/look', `chancery_claim_${SECRET}`],
    ['requests/look', `chancery_status_${SECRET}`],
    ['requests/confirm', 'nonsense'],
    ['claims/look', `chancery_status_${SECRET}`],
  ] as const
  for (const [index, [path, guess]] of kinds.entries()) {
    const network = `198.51.100.${20 + index}`
    const statuses: number[] = []
    for (let n = 0; n < 33; n++) statuses.push((await callFrom(network, path, { token: guess })).status)

    assert.equal(statuses[0], 404, path)
    assert.equal(statuses.at(-1), 429, path)
  }
  for (let n = 0; n < 40; n++) assert.equal((await callFrom('198.51.100.40', 'claims/look', { token })).status, 200)
})

test('links hold 256 random bits, and none of them opens what another kind opens', async () => {
  const { link, token } = await preApproved()
  const { token: other } = await preApproved()
  const invitation = await owner.make('/invitations', { email: 'bits@example.com', role: 'auditor' })

  assert.match(link, /\/claim\/chancery_claim_[A-Za-z0-9_-]{43}$/)
  assert.notEqual(token, other)
  assert.equal(invitation.link, undefined, 'it goes by mail alone')
  for (const path of ['/public/requests/look', '/public/requests/confirm', '/invitations/look']) {
    assert.equal((await stranger.call('POST', path, { token })).status, 404, path)
  }
  for (const near of [token.slice(0, -1), `${token}A`, token.toLowerCase(), ` ${token}`]) {
    assert.equal((await look(near)).status, 404, near)
  }
})

test('a link whose time is over says so kindly, and what to do; nothing comes of it', async () => {
  const { request, token } = await preApproved()
  await callFrom('203.0.113.20', `templates/${open.publicId}/requests`, { email: 'late@example.com', ...FORM })
  await api.deliver()
  const status = tokenOf(linkIn(await server.mailTo('late@example.com')))
  await api.database.write((trx) => trx.updateTable('request_link').set({ expires_at: Date.now() }).execute())

  for (const answer of [
    await look(token),
    await redeem(token),
    await stranger.call('POST', '/public/requests/look', { token: status }),
    await stranger.call('POST', '/public/requests/confirm', { token: status }),
  ]) {
    assert.deepEqual([answer.status, answer.body.code], [410, 'gone'])
    assert.match(answer.body.detail, /has expired\. Ask whoever sent it for a new one\./)
  }
  const { body } = await owner.get(`/requests/${request}`)
  assert.deepEqual([body.status, body.certificate], ['approved', undefined])
  const again = await owner.make(`/requests/${request}/resend`, undefined)
  assert.equal((await redeem(tokenOf(again.link))).body.state, 'issued')
})

test('a link that was used says so kindly to who comes with another key, and issues nothing more', async () => {
  const { token, request } = await preApproved()
  assert.equal((await redeem(token)).body.state, 'issued')

  const again = await redeem(token)

  assert.equal(again.status, 409)
  assert.match(again.body.detail, /was claimed already.* ask whoever sent the link/)
  const { items } = (await owner.get(`/certificates?template=${open.id}`)).body
  assert.equal(items.filter((one: Json) => one.request === request).length, 1)
})

test('an address with an account, one without, and one that asked before get one answer', async () => {
  const known = await api.invitedByMail('known')
  const answers: unknown[] = []
  for (const [index, email] of [known.email, 'nobody@example.com', 'nobody@example.com'].entries()) {
    const { status, body } = await callFrom(`203.0.113.${30 + index}`, `templates/${open.publicId}/requests`, {
      ...{ email, ...FORM },
    })
    answers.push([status, Object.keys(body)])
  }

  assert.deepEqual(new Set(answers.map((one) => JSON.stringify(one))).size, 1)
})

const questions = (work: () => Promise<unknown>) => questionsAsked(api.database, work)

test('what is there and what is not cost the same work, as long as a stranger has no right to it', async () => {
  const { token, request } = await preApproved()
  const ca = await owner.make('/templates', {
    ...{ authority: root.id, name: 'Closed CA', enrollment: { publicRequests: true } },
    profile: {
      ...closed.profile,
      keyUsage: { bits: ['keyCertSign'], rsaBits: [], critical: true },
      basicConstraints: { ca: true, critical: true },
      extendedKeyUsage: { purposes: [], critical: false },
    },
  })
  const show = (publicId: string) => stranger.get(`/public/templates/${publicId}`)
  const ask = (publicId: string) =>
    stranger.call('POST', `/public/templates/${publicId}/requests`, { email: 'who@example.com', ...FORM })
  for (const call of [show, ask]) {
    const costs: number[] = []
    for (const publicId of [closed.publicId, ca.publicId, 'A'.repeat(16)]) {
      costs.push(await questions(async () => assert.equal((await call(publicId)).status, 404)))
    }
    assert.equal(new Set(costs).size, 1, `${costs}`)
    assert.ok((costs[0] ?? 0) > 0, 'it is counted')
  }

  // A link that was replaced, one that was declined, and one that there never was.
  const replaced = token
  const { link } = await owner.make(`/requests/${request}/resend`, undefined)
  await owner.make(`/requests/${request}/decline`, {})
  const costs: number[] = []
  for (const secret of [replaced, tokenOf(link), `chancery_claim_${SECRET}`]) {
    costs.push(await questions(async () => assert.equal((await look(secret)).status, 404)))
  }
  assert.equal(new Set(costs).size, 1, `${costs}`)
})

test('a wrong password costs the same work for an address with an account and one without', async () => {
  const pairs = [1, 2, 3]
  for (const n of pairs) await api.invitedByMail(`timed-${n}`)
  /** Of the processor: how long it takes on a busy machine says nothing. */
  const work = async (email: string) => {
    const before = process.cpuUsage()
    for (let n = 0; n < 4; n++) {
      const guess = { email, password: `${PASSWORD} ${n}` }
      assert.equal((await api.somebody().call('POST', '/api/auth/sign-in/email', guess)).status, 401)
    }
    const { user, system } = process.cpuUsage(before)
    return user + system
  }
  await work('warm@example.com')

  // What the process does besides falls on one of a pair, and seldom on each pair.
  const ratios: number[] = []
  for (const n of pairs) ratios.push((await work(`timed-${n}@example.com`)) / (await work(`untimed-${n}@example.com`)))

  assert.ok(
    ratios.some((ratio) => ratio > 0.5 && ratio < 2),
    `a known one costs ${ratios.join(', ')} times as much`,
  )
})

test('a member of another tenant finds nothing of requests, claims, templates and invitations', async () => {
  const { request } = await preApproved()
  const { invitation } = await owner.make('/invitations', { email: 'mine@example.com', role: 'auditor' })
  await owner.call('PATCH', '/installation/settings', { openRegistration: true })
  const outsider = api.somebody()
  await outsider.call('POST', '/registrations', { email: 'out@example.com', tenantName: 'Elsewhere' })
  await api.deliver()
  const secret = secretOf(linkIn(await server.mailTo('out@example.com')))
  await outsider.call('POST', '/password-resets/use', { token: secret, password: PASSWORD })
  await signIn(outsider, 'out@example.com')
  const ids = { ids: [request] }
  const refused = [
    ['GET', `/requests/${request}`],
    ['POST', `/requests/${request}/approve`, {}],
    ['POST', `/requests/${request}/resend`],
    ['POST', `/requests/${request}/reopen`],
    ['POST', `/requests/${request}/decline`, {}],
    ['POST', '/requests/approve', ids],
    ['POST', '/requests/resend', ids],
    ['POST', '/requests/decline', ids],
    ['POST', '/requests/sign', ids],
    ['POST', '/requests/pre-approved', { template: open.id, ...FORM }],
    ['POST', `/templates/${open.id}/request-invitations`, { email: 'x@example.com' }],
    ['GET', `/templates/${open.id}/service-urls`],
    ['PATCH', `/templates/${open.id}`, { revision: 1, enrollment: { publicRequests: false } }],
    ['POST', `/invitations/${invitation.id}/resend`],
    ['DELETE', `/invitations/${invitation.id}`],
  ] as const
  for (const [method, path, body] of refused) {
    const { status, text, body: said } = await outsider.call(method, path, body)

    const isOfEach = said?.items !== undefined
    if (isOfEach) assert.deepEqual([said.done, said.items[0].outcome], [0, 'refused'], `${path}: ${text}`)
    else assert.equal(status, 404, `${method} ${path}: ${text}`)
    assert.doesNotMatch(text, /People|ann\.example|chancery_/, `${method} ${path}`)
  }
  assert.equal((await owner.get(`/requests/${request}`)).body.status, 'approved')
  await api.checkInvariants()
})
