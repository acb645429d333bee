import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { opensslCsr } from '../support/requests.ts'
import { makeRoot, webServer } from './api-world.ts'
import { PASSWORD, secretOf, servedWorld, signIn } from './served-world.ts'

// One story, told in order: what happens in a test is there in those after it.
const api = await servedWorld({ after, fullName: 'the story of members' })
const { owner, stranger } = api
const [own, other] = [await makeRoot(owner, 'Own Root'), await makeRoot(owner, 'Other Root')]
const [template, otherTemplate] = [await webServer(owner, own.id), await webServer(owner, other.id)]
const { csr } = await opensslCsr()
const newcomer = { name: 'Olga Officer', password: PASSWORD }
const [olga, rick] = [api.somebody(), api.somebody()]
const OLGA = 'olga@example.com'
const RICK = 'rick@elsewhere.example'
const here = { 'chancery-tenant': api.tenant }

test('an owner invites an officer for one CA; the link is shown once, and says nothing to who has not got it', async () => {
  const body = { email: OLGA, role: 'officer', authority: own.id }
  const { link, invitation } = await owner.make('/invitations', body, { 'idempotency-key': 'olga' })
  const again = await owner.make('/invitations', body, { 'idempotency-key': 'olga' })
  const listed = await owner.get('/invitations')

  assert.match(link, /^https:\/\/pki\.example\.com\/invitation#chancery_invitation_[\w-]{43}$/)
  assert.deepEqual([again.link, again.invitation], [undefined, invitation])
  assert.match(again.note, new RegExp(`${invitation.id}/resend`))
  assert.deepEqual(listed.body.items, [invitation])
  assert.ok(!listed.text.includes(secretOf(link)))

  const shown = await stranger.make('/invitations/look', { token: secretOf(link) })
  assert.deepEqual(shown, {
    ...{ tenant: 'Example', invitedBy: 'owner', email: OLGA, role: 'officer', authority: 'Own Root' },
    ...{ bound: true, expiresAt: invitation.expiresAt, accountExists: false },
  })
  const wrong = await stranger.call('POST', '/invitations/look', { token: `${secretOf(link).slice(0, -1)}_` })
  assert.deepEqual([wrong.status, wrong.body.code], [404, 'not-found'])
  const nobody = await stranger.call('POST', '/invitations/accept', { token: secretOf(link) })
  assert.deepEqual([nobody.status, nobody.body.code], [401, 'unauthenticated'])

  const accepted = await olga.make('/invitations/accept', { token: secretOf(link), account: newcomer })
  assert.deepEqual([accepted.tenant, accepted.role, accepted.authority], [api.tenant, 'officer', own.id])
  const twice = await stranger.call('POST', '/invitations/accept', { token: secretOf(link), account: newcomer })
  assert.equal(twice.status, 404)
  assert.equal((await olga.get('/session')).status, 401, 'an account is made by it, and no session')
})

test('who accepted by a new password signs in, and is an officer of that CA and of nothing else', async () => {
  await signIn(olga, OLGA)

  const { body: account } = await olga.get('/account')
  const roles = [{ role: 'officer', authority: own.id }]
  assert.deepEqual([account.email, account.name, account.operator], [OLGA, newcomer.name, false])
  assert.deepEqual(account.tenants, [{ id: api.tenant, name: 'Example', roles }])
  const { body: authorities, text } = await olga.get('/authorities')
  assert.deepEqual(
    authorities.items.map(({ id }: { id: string }) => id),
    [own.id],
  )
  assert.doesNotMatch(text, /Other Root/)

  const request = await olga.make('/requests', { template: template.id, csr })
  await olga.make(`/requests/${request.id}/sign`, {})
  const refused = [
    ['GET', `/authorities/${other.id}`, 404],
    ['POST', '/requests', 404, { template: otherTemplate.id, csr }],
    ['PATCH', `/authorities/${own.id}`, 403, { cps: 'x' }],
    ['GET', '/members', 403],
    ['GET', '/invitations', 403],
    ['GET', '/audit-records', 403],
    ['POST', '/invitations', 403, { email: 'a@example.com', role: 'auditor', authority: own.id }],
    ['PATCH', `/members/${account.id}`, 403, { roles: [{ role: 'owner' }] }],
    ['PATCH', '/tenant', 403, { name: 'Mine' }],
    ['GET', '/installation/tenants', 403],
  ] as const
  for (const [method, path, status, body] of refused) {
    assert.equal((await olga.call(method, path, body)).status, status, `${method} ${path}`)
  }
})

test('who has an account accepts signed in; another account, and a second account for the address, are refused', async () => {
  await owner.call('PATCH', '/installation/settings', { openRegistration: true })
  await rick.make('/registrations', { email: RICK, password: PASSWORD, tenantName: 'Elsewhere' })
  await owner.call('PATCH', '/installation/settings', { openRegistration: false })
  const { link } = await owner.make('/invitations', { email: ` ${RICK.toUpperCase()}`, role: 'auditor' })
  const token = secretOf(link)

  const wrong = await olga.call('POST', '/invitations/accept', { token })
  const second = await stranger.call('POST', '/invitations/accept', { token, account: newcomer })
  const both = await rick.call('POST', '/invitations/accept', { token, account: newcomer })
  assert.deepEqual([wrong.status, second.status, both.status], [403, 409, 400])
  assert.match(wrong.body.detail, /another address/)
  assert.match(second.body.detail, /sign in/)

  const accepted = await rick.make('/invitations/accept', { token })
  assert.deepEqual([accepted.tenant, accepted.role], [api.tenant, 'auditor'])
})

test('who has two tenants says which is meant', async () => {
  const unsaid = await rick.get('/session')
  assert.deepEqual([unsaid.status, unsaid.body.errors[0].field], [400, 'Chancery-Tenant'])

  const { tenants } = (await rick.get('/account')).body
  assert.deepEqual(tenants.map(({ name }: { name: string }) => name).sort(), ['Elsewhere', 'Example'])
  assert.deepEqual((await rick.get('/session', here)).body.roles, [{ role: 'auditor' }])
  assert.equal((await rick.call('PATCH', '/tenant', { name: 'Mine' }, here)).status, 403)
  const elsewhere = tenants.find(({ name }: { name: string }) => name === 'Elsewhere').id
  assert.deepEqual((await rick.get('/authorities', { 'chancery-tenant': elsewhere })).body.items, [])
  assert.equal((await olga.get('/session', { 'chancery-tenant': elsewhere })).status, 403)

  // One key in two tenants makes two things, and each is what its tenant's call made.
  const made: string[] = []
  for (const tenant of [api.tenant, elsewhere, api.tenant, elsewhere]) {
    const headers = { 'chancery-tenant': tenant, 'idempotency-key': 'one-key' }
    made.push((await rick.make('/tokens', { name: 'both', role: 'auditor' }, headers)).token.id)
  }
  assert.notEqual(made[0], made[1])
  assert.deepEqual(made.slice(2), made.slice(0, 2))
})

let olgasToken = ''
const tokenOfOlga = () => api.program(olgasToken)

test('an officer makes a token: its secret is shown once, it may what its maker may, and it makes no others', async () => {
  const body = { name: 'deploy', role: 'officer', authority: own.id }
  const created = await olga.make('/tokens', body, { 'idempotency-key': 'deploy' })
  const again = await olga.make('/tokens', body, { 'idempotency-key': 'deploy' })
  olgasToken = created.secret
  assert.deepEqual([again.secret, again.token], [undefined, created.token])
  assert.match(again.note, new RegExp(`To rotate, .*DELETE /api/v1/tokens/${created.token.id}`))

  for (const more of [
    { role: 'officer' },
    { role: 'administrator', authority: own.id },
    { ...body, authority: other.id },
  ]) {
    assert.equal((await olga.call('POST', '/tokens', { name: 'more', ...more })).status, 403, JSON.stringify(more))
  }
  await tokenOfOlga().make('/certificates', { template: template.id, csr })
  const refused = [
    ['POST', '/certificates', 404, { template: otherTemplate.id, csr }],
    ['POST', '/tokens', 403, body],
    ['GET', '/tokens', 403],
    ['DELETE', `/tokens/${created.token.id}`, 403],
    ['POST', '/invitations', 403, { email: 'a@example.com', role: 'auditor' }],
    ['POST', '/tenant/leave', 403],
    ['GET', '/account', 403],
    ['GET', '/sessions', 403],
  ] as const
  for (const [method, path, status, sent] of refused) {
    assert.equal((await tokenOfOlga().call(method, path, sent)).status, status, `${method} ${path}`)
  }

  const own1 = await olga.get('/tokens')
  const all = await owner.get('/tokens')
  assert.deepEqual(
    own1.body.items.map(({ id }: { id: string }) => id),
    [created.token.id],
  )
  assert.ok(Date.parse(own1.body.items[0].lastUsedAt) >= Date.parse(created.token.createdAt))
  assert.equal(all.body.items.length, 2)
  assert.ok(!`${own1.text}${all.text}`.includes(olgasToken))
})

test('a demotion counts for session and token at the next call', async () => {
  const { id } = (await olga.get('/account')).body
  const ask = { template: template.id, csr }

  const changed = await owner.call('PATCH', `/members/${id}`, { roles: [{ role: 'auditor', authority: own.id }] })

  assert.equal(changed.status, 200, changed.text)
  assert.equal((await tokenOfOlga().call('POST', '/certificates', ask)).status, 403)
  assert.equal((await olga.call('POST', '/requests', ask)).status, 403)
  assert.equal((await tokenOfOlga().get(`/authorities/${own.id}`)).status, 200)
  assert.deepEqual((await tokenOfOlga().get('/session')).body.roles, [{ role: 'auditor', authority: own.id }])
})

test('a removal takes the tenant from session and token at once, and a later invitation does not bring the token back', async () => {
  const { id } = (await olga.get('/account')).body

  assert.equal((await owner.call('DELETE', `/members/${id}`)).status, 204)

  assert.equal((await tokenOfOlga().get('/session')).status, 401)
  assert.equal((await olga.get('/authorities')).status, 403)
  assert.equal((await olga.get('/session', here)).status, 403)
  assert.deepEqual((await olga.get('/account')).body.tenants, [])
  assert.equal((await owner.call('DELETE', `/members/${id}`)).status, 404)

  const { link } = await owner.make('/invitations', { email: OLGA, role: 'officer', authority: own.id })
  await olga.make('/invitations/accept', { token: secretOf(link) })
  assert.equal((await olga.get(`/authorities/${own.id}`)).status, 200)
  assert.equal((await tokenOfOlga().get('/session')).status, 401)
})

test('the last owner stays', async () => {
  const own1 = `/members/${owner.account}`
  const attempts = [
    await owner.call('POST', '/tenant/leave'),
    await owner.call('PATCH', own1, { roles: [{ role: 'administrator' }] }),
    await owner.call('PATCH', own1, { roles: [{ role: 'owner', authority: own.id }] }),
    await owner.call('DELETE', own1),
  ]

  for (const { status, body } of attempts) {
    assert.deepEqual([status, body.code], [409, 'conflict'])
    assert.match(body.detail, /make another member an owner first/)
  }
  assert.deepEqual((await owner.get('/session')).body.roles, [{ role: 'owner' }])
})

test('a new link ends the old one; what expired or was taken back is refused kindly, and can be sent anew', async () => {
  const made = await owner.make('/invitations', { email: 'late@example.com', role: 'auditor' })
  const { id } = made.invitation
  const resent = await owner.make(`/invitations/${id}/resend`, undefined)
  const look = (link: string) => stranger.call('POST', '/invitations/look', { token: secretOf(link) })
  assert.deepEqual([(await look(made.link)).status, (await look(resent.link)).status], [404, 200])

  await api.database.write((trx) =>
    trx.updateTable('invitation').set({ expires_at: Date.now() }).where('id', '=', id).execute(),
  )
  const expired = await look(resent.link)
  const accepted = await stranger.call('POST', '/invitations/accept', {
    token: secretOf(resent.link),
    account: newcomer,
  })
  for (const { status, body } of [expired, accepted]) {
    assert.equal(status, 404)
    assert.match(body.detail, /has expired, or was used or taken back. Ask for a new one/)
  }
  const anew = await owner.make(`/invitations/${id}/resend`, undefined)
  assert.equal((await look(anew.link)).status, 200)
  assert.equal((await owner.call('DELETE', `/invitations/${id}`)).status, 204)
  assert.equal((await look(anew.link)).status, 404)
})

test('all of it stands in the audit, and no secret does', async () => {
  const { body, text } = await owner.get('/audit-records?limit=200')
  const actions = new Set(body.items.map(({ action }: { action: string }) => action))
  for (const action of ['invitation.create', 'invitation.accept', 'invitation.renew', 'invitation.remove']) {
    assert.ok(actions.has(action), action)
  }
  for (const action of ['token.create', 'member.change', 'member.remove']) assert.ok(actions.has(action), action)
  assert.doesNotMatch(text, /chancery_|correct horse/)
  await api.checkInvariants()
})
