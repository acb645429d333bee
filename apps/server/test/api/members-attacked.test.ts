import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { opensslCsr } from '../support/requests.ts'
import { type Json, makeRoot, webServer } from './api-world.ts'
import { PASSWORD, secretOf, servedWorld } from './served-world.ts'

const api = await servedWorld({ after, fullName: 'members attacked' })
const { owner } = api
const [own, other] = [await makeRoot(owner, 'Own Root'), await makeRoot(owner, 'Other Root')]
const [ownTemplate, otherTemplate] = [await webServer(owner, own.id), await webServer(owner, other.id)]
const admin = await api.invited('admin', { role: 'administrator' })
const officer = await api.invited('officer', { role: 'officer', authority: own.id })
const program = api.program((await officer.make('/tokens', { name: 'x', role: 'officer', authority: own.id })).secret)
const { csr } = await opensslCsr()
for (const { id } of [ownTemplate, otherTemplate]) await owner.make('/requests', { template: id, csr })
const ownersProgram = api.program((await owner.make('/tokens', { name: 'x', role: 'owner' })).secret)
const secretCertificate = await ownersProgram.make('/certificates', { template: otherTemplate.id, csr })
await ownersProgram.make('/certificates', { template: ownTemplate.id, csr })

/** Queries that ask a list for the other CA in every way that a parser might read differently from whoever checks. */
const QUERIES = [
  `authority=${other.id}`,
  `authority=${own.id}&authority=${other.id}`,
  `authority=${other.id}&authority=${own.id}`,
  `authority[]=${other.id}`,
  `authority[0]=${own.id}&authority[1]=${other.id}`,
  `authority=${own.id},${other.id}`,
  `authority=${own.id}%00`,
  `authority=${own.id}%20`,
  `authority=${own.id.toUpperCase()}`,
  `%61uthority=${other.id}`,
  `AUTHORITY=${other.id}`,
  `authorities=${other.id}`,
  `authorities[]=${other.id}`,
  'authority=',
  'authority',
  `authority=${own.id}&template=${otherTemplate.id}`,
  `template=${otherTemplate.id}`,
  `__proto__=${other.id}`,
  `__proto__[authority]=${other.id}`,
  `__proto__[authorities][]=${other.id}`,
  `constructor[prototype][authorities][]=${other.id}`,
  `fingerprint=${secretCertificate.fingerprint}`,
  `serialNumber=${secretCertificate.serialNumber}`,
  'name=www&status=valid',
]

for (const list of ['authorities', 'templates', 'requests', 'certificates']) {
  test(`no query brings what is of another CA into the list of ${list}`, async () => {
    const mine = (await officer.get(`/${list}`)).body.items.length
    const all = (await owner.get(`/${list}`)).body.items.length
    assert.ok(mine > 0 && all > mine, 'there is something to be found, and something not to be')
    for (const query of QUERIES) {
      for (const caller of [officer, program]) {
        const { status, body, text } = await caller.get(`/${list}?${query}`)

        assert.ok([200, 400, 404].includes(status), `${query}: ${status} ${text}`)
        const items: readonly Json[] = body.items ?? []
        assert.ok(
          items.every(({ id, authority = id }) => authority === own.id),
          `${query}: ${text}`,
        )
        assert.ok(!text.includes('Other Root') && !text.includes(secretCertificate.id), `${query}: ${text}`)
      }
    }
  })
}

test('ids in another case, in escapes or with something behind them find nobody, and nothing of other tenants', async () => {
  const outsider = await api.somebody()
  await owner.call('PATCH', '/installation/settings', { openRegistration: true })
  const { account } = await outsider.make('/registrations', {
    ...{ email: 'outsider@example.com', password: PASSWORD, tenantName: 'Elsewhere' },
  })
  await owner.call('PATCH', '/installation/settings', { openRegistration: false })
  const roles = { roles: [{ role: 'auditor' }] }

  for (const id of [officer.account.toUpperCase(), `${officer.account}%00`, `${officer.account}%2F..`, '__proto__']) {
    for (const [method, body] of [['GET'], ['PATCH', roles], ['DELETE']] as const) {
      const { status } = await owner.call(method, `/members/${id}`, body)
      assert.ok(status === 400 || status === 404, `${method} ${id}: ${status}`)
    }
  }
  for (const [method, body] of [['GET'], ['PATCH', roles], ['DELETE']] as const) {
    assert.equal((await outsider.call(method, `/members/${officer.account}`, body)).status, 404)
    assert.equal((await owner.call(method, `/members/${account}`, body)).status, 404)
  }
  const [token] = (await officer.get('/tokens')).body.items
  assert.equal((await outsider.call('DELETE', `/tokens/${token.id}`)).status, 404)
  assert.equal((await program.get('/session')).status, 200)
})

test('no name of a tenant opens one that the account has not, and all are refused alike', async () => {
  const answers: string[] = []
  for (const tenant of ['system', '__proto__', 'constructor', '', ' ', own.id, api.tenant.toUpperCase()]) {
    const { status, text } = await officer.get('/session', { 'chancery-tenant': tenant })
    assert.equal(status, 403, `${tenant}: ${text}`)
    answers.push(JSON.parse(text).detail)
  }
  assert.equal(new Set(answers).size, 1)
  assert.equal((await officer.get('/session', { 'chancery-tenant': `${api.tenant}, system` })).status, 400)
  assert.equal((await ownersProgram.get('/session', { 'chancery-tenant': 'system' })).status, 403)
  const { text } = await owner.get('/installation/tenants')
  assert.doesNotMatch(text, /"system"/)
  assert.equal((await owner.call('PATCH', '/installation/tenants/system', { name: 'x' })).status, 400)
})

test('a body that would change what all objects are is refused, and changes nothing', async () => {
  const role = '{"role":"auditor","__proto__":{"role":"owner"}}'
  const bodies = [
    `{"roles":[${role}]}`,
    '{"roles":[{"role":"officer"}],"__proto__":{"roles":[{"role":"owner"}]}}',
    '{"__proto__":{"roles":[{"role":"owner"}]}}',
    '{"roles":[{"role":"officer"}],"constructor":{"prototype":{"role":"owner"}}}',
    '{"roles":[{"role":"constructor"}]}',
    '{"roles":[{"role":["owner"]}]}',
  ]
  for (const body of bodies) {
    const { status, text } = await admin.call('PATCH', `/members/${officer.account}`, body)
    assert.equal(status, 400, `${body}: ${text}`)
  }
  const { body: member } = await owner.get(`/members/${officer.account}`)
  assert.deepEqual(member.roles, [{ role: 'officer', authority: own.id }])
  assert.equal(Reflect.get({}, 'roles') ?? Reflect.get({}, 'role'), undefined)
})

test('an administrator gets no further: not by roles, not by invitations to themselves, not in place of an owner’s', async () => {
  const { invitation } = await owner.make('/invitations', { email: 'heir@example.com', role: 'owner' })
  const refused = [
    ['PATCH', `/members/${admin.account}`, { roles: [{ role: 'owner' }] }],
    [
      'PATCH',
      `/members/${admin.account}`,
      { roles: [{ role: 'administrator' }, { role: 'owner', authority: own.id }] },
    ],
    ['PATCH', `/members/${owner.account}`, { roles: [{ role: 'auditor' }] }],
    ['DELETE', `/members/${owner.account}`],
    ['POST', '/invitations', { email: admin.email, role: 'owner' }],
    ['POST', '/invitations', { email: 'heir@example.com', role: 'auditor' }],
    ['POST', `/invitations/${invitation.id}/resend`],
    ['DELETE', `/invitations/${invitation.id}`],
    ['POST', '/tokens', { name: 'x', role: 'owner' }],
  ] as const
  for (const [method, path, body] of refused) {
    const { status, text } = await admin.call(method, path, body)
    assert.equal(status, 403, `${method} ${path}: ${text}`)
  }
  assert.deepEqual((await owner.get('/invitations')).body.items, [invitation])
})

test('who is removed while accepting another invitation is outside afterwards, whichever came first', async () => {
  for (const round of Array(4).keys()) {
    const person = await api.invited(`raced${round}`, { role: 'officer', authority: own.id })
    const { link } = await owner.make('/invitations', { email: person.email, role: 'auditor' })

    const [removed, accepted] = await Promise.all([
      owner.call('DELETE', `/members/${person.account}`),
      person.call('POST', '/invitations/accept', { token: secretOf(link) }),
    ])

    assert.equal(removed.status, 204)
    assert.ok([200, 404].includes(accepted.status), accepted.text)
    assert.deepEqual((await person.get('/account')).body.tenants, [])
  }
})

test('of an inviter who is removed while their invitation is accepted either counts, and nothing stays open', async () => {
  for (const round of Array(4).keys()) {
    const inviter = await api.invited(`inviter${round}`, { role: 'administrator' })
    const { link } = await inviter.make('/invitations', { email: `guest${round}@example.com`, role: 'administrator' })
    const token = secretOf(link)

    const guest = { token, account: { name: 'Guest', password: PASSWORD } }
    const [removed, accepted] = await Promise.all([
      owner.call('DELETE', `/members/${inviter.account}`),
      api.stranger.call('POST', '/invitations/accept', guest),
    ])

    assert.equal(removed.status, 204)
    assert.ok([200, 404, 410].includes(accepted.status), accepted.text)
    assert.equal((await api.stranger.call('POST', '/invitations/look', { token })).status, 404)
    const members: readonly Json[] = (await owner.get('/members?limit=200')).body.items
    const guests = members.filter(({ email }) => email === `guest${round}@example.com`)
    assert.equal(guests.length, accepted.status === 200 ? 1 : 0)
  }
})

test('who made a tenant and was removed learns nothing more of it by repeating the call that made it', async () => {
  const maker = await api.invited('maker', { role: 'auditor' })
  const headers = { 'idempotency-key': 'my-tenant' }
  const { id } = await maker.make('/tenants', { name: 'Begun' }, headers)
  assert.equal((await maker.make('/tenants', { name: 'Begun' }, headers)).id, id)
  const there = { 'chancery-tenant': id }
  const { link } = await maker.make('/invitations', { email: admin.email, role: 'owner' }, there)
  await admin.make('/invitations/accept', { token: secretOf(link) })
  assert.equal((await admin.call('DELETE', `/members/${maker.account}`, undefined, there)).status, 204)
  await admin.call('PATCH', '/tenant', { name: 'Hidden Plans' }, there)

  const again = await maker.call('POST', '/tenants', { name: 'Begun' }, headers)

  assert.deepEqual([again.status, again.body.code], [410, 'gone'])
  assert.doesNotMatch(again.text, /Hidden/)
})

test('rights are taken away while the disk is nearly full, and none are given', async () => {
  const here = { 'chancery-tenant': api.tenant }
  const person = await api.invited('late', { role: 'officer' })
  const { token } = await person.make('/tokens', { name: 'leaked', role: 'auditor' })
  const { invitation } = await owner.make('/invitations', { email: 'later@example.com', role: 'auditor' })
  api.disk.problem = { part: 'disk', stops: 'changes', detail: 'The disk is nearly full.' }
  try {
    const given = [
      await owner.call('POST', '/invitations', { email: 'x@example.com', role: 'auditor' }),
      await owner.call('POST', '/tokens', { name: 'x', role: 'auditor' }),
    ]
    const taken = [
      await owner.call('DELETE', `/tokens/${token.id}`, undefined, here),
      await owner.call('PATCH', `/members/${person.account}`, { roles: [{ role: 'auditor' }] }),
      await owner.call('DELETE', `/members/${person.account}`),
      await owner.call('DELETE', `/invitations/${invitation.id}`),
    ]

    assert.deepEqual(
      [...given.map(({ status }) => status), ...taken.map(({ status }) => status)],
      [...[503, 503], ...[204, 200, 204, 204]],
    )
  } finally {
    delete api.disk.problem
  }
})

test('what a call made is not shown again to who has lost the CA, or the role, by which they made it', async () => {
  const person = await api.invited('replayer', { role: 'officer', authority: own.id })
  const ask = () => person.call('POST', '/requests', { template: ownTemplate.id, csr }, { 'idempotency-key': 'mine' })
  const first = await ask()
  assert.deepEqual([first.status, (await ask()).body.id], [201, first.body.id])

  for (const [authority, role, status] of [
    [other.id, 'officer', 404],
    [own.id, 'auditor', 403],
  ] as const) {
    await owner.call('PATCH', `/members/${person.account}`, { roles: [{ role, authority }] })
    const again = await ask()
    assert.equal(again.status, status, again.text)
    assert.ok(!again.text.includes(first.body.id))
  }
})

test('a token for a CA ends with it: its id and those of what was in it open nothing to anybody of another CA', async () => {
  const ended = await makeRoot(owner, 'Ended Root')
  const { secret } = await owner.make('/tokens', { name: 'x', role: 'officer', authority: ended.id })
  const ofEnded = api.program(secret)
  const template = await webServer(owner, ended.id)
  assert.equal((await ofEnded.get(`/authorities/${ended.id}`)).status, 200)
  assert.equal((await owner.call('DELETE', `/authorities/${ended.id}`, { name: 'Ended Root' })).status, 204)

  assert.equal((await ofEnded.get('/session')).status, 401)
  const again = await owner.call('POST', '/tokens', { name: 'x', role: 'officer', authority: ended.id })
  const invited = await owner.call('POST', '/invitations', {
    ...{ email: 'x@example.com', role: 'officer', authority: ended.id },
  })
  assert.deepEqual([again.status, invited.status], [404, 404])
  for (const path of [
    `/authorities/${ended.id}`,
    `/authorities/${ended.id}/export`,
    `/authorities/${other.id}/export`,
    `/authorities/${other.id}/certificates`,
    `/templates/${template.id}`,
    `/certificates/${secretCertificate.id}/download`,
  ]) {
    for (const caller of [officer, program]) assert.equal((await caller.get(path)).status, 404, path)
  }
})
