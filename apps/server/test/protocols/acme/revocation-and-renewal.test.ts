import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { after, test } from 'node:test'
import { decodeCertificate } from '@chancery/x509'
import { acmeWorld, refusedAs, SHARED } from './acme-world.ts'
import { certIdOf, issuedOrder } from './issued-order.ts'
import { orderCsr, requesterOf } from './order-csr.ts'
import { b64, TestClient } from './test-client.ts'

// RFC 8555 §7.6, RFC 9773, draft-ietf-acme-profiles.

const acme = await acmeWorld({ after, fullName: 'revocation-and-renewal' })
const policy = await acme.newPolicy()
const client = await policy.client()
const DAY = 86_400_000

const issue = (who = client, ...names: readonly string[]) => issuedOrder(who, ...names)
const statusOf = async (id: string) => (await policy.domain.stores.certificates.find(id))?.revocation?.reason

test('§7.6: a certificate is revoked by the account that it was issued to, with a reason, and once', async () => {
  const { id, certificate } = await issue(client, 'www.approved.example')

  const reply = await client.post(client.directory.revokeCert, { certificate, reason: 4 })
  const again = await client.post(client.directory.revokeCert, { certificate, reason: 4 })

  assert.equal(reply.status, 200)
  // As the RFC shows it: acme.sh takes any octet for an error.
  assert.deepEqual([reply.text, reply.headers['content-type'], reply.headers['content-length']], ['', undefined, '0'])
  assert.equal(await statusOf(id), 4)
  refusedAs(again, 'alreadyRevoked', 400)
})

test('§7.6: it is revoked by its own key, by somebody without an account', async () => {
  const { id, certificate, key } = await issue(client, 'www.approved.example')
  const holder = await TestClient.at(acme.send, policy.directory, key)

  const reply = await holder.post(holder.directory.revokeCert, { certificate, reason: 1 })

  assert.equal(reply.status, 200, reply.text)
  assert.equal(await statusOf(id), 1)
})

test('§7.6: the trace of its order tells of a revocation by its key, asked at whatever directory, and of what is refused of it', async () => {
  for (const directory of [policy.directory, SHARED]) {
    const { id, certificate, key } = await issue(client, 'www.approved.example')
    const holder = await TestClient.at(acme.send, directory, key)

    await holder.post(holder.directory.revokeCert, { certificate, reason: 4 })
    const again = await holder.post(holder.directory.revokeCert, { certificate, reason: 4 })

    const account = client.kid.split('/').at(-1) ?? ''
    const told = (await acme.steps({ subject: id, account })).filter(({ step }) => step === 'revokeCert')
    assert.deepEqual(
      told.map(({ said, refused }) => [said, refused]),
      [
        ['revoked (superseded), by the key of the certificate', undefined],
        [again.body.detail, true],
      ],
      directory,
    )
  }
})

test('§7.6: whoever shows the leak of a key that is revoked for less is heard, and the key is certified no more', async () => {
  const { id, certificate, key } = await issue(client, 'www.approved.example')
  const holder = await TestClient.at(acme.send, policy.directory, key)
  await client.post(client.directory.revokeCert, { certificate, reason: 4 })
  const since = (await policy.domain.stores.certificates.find(id))?.revocation?.revokedAt
  acme.advance(60_000)

  const sharpened = await holder.post(holder.directory.revokeCert, { certificate, reason: 1 })
  const again = await holder.post(holder.directory.revokeCert, { certificate, reason: 1 })
  const softened = await client.post(client.directory.revokeCert, { certificate, reason: 4 })

  const order = await client.order('www.approved.example')
  const csr = orderCsr({ names: ['www.approved.example'], key: requesterOf(key) })
  const once = await client.post(order.body.finalize, { csr })
  assert.equal(sharpened.status, 200, sharpened.text)
  const { revocation } = (await policy.domain.stores.certificates.find(id)) ?? {}
  assert.deepEqual([revocation?.reason, revocation?.revokedAt], [1, since])
  for (const reply of [again, softened])
    refusedAs(reply, 'alreadyRevoked', 400, /for keyCompromise: there is nothing left/)
  refusedAs(once, 'badCSR', 400, /keyCompromise|compromised/)
})

test('§7.6: it is revoked by an account that has proven all its names, and by none that has proven some', async () => {
  acme.validation.proven.add('a.proven.example').add('b.proven.example')
  const prove = async (who: TestClient, ...names: string[]) => {
    const order = (await who.order(...names)).body
    for (const url of order.authorizations) await who.post((await who.show(url)).body.challenges[0].url, {})
    await acme.settled()
  }
  const names = ['a.proven.example', 'b.proven.example']
  await prove(client, ...names)
  const { id, certificate } = await issue(client, ...names)
  const [half, whole] = [await policy.client(), await policy.client()]
  await prove(half, 'a.proven.example')
  await prove(whole, ...names)

  refusedAs(await half.post(half.directory.revokeCert, { certificate }), 'unauthorized', 403)
  const ofTheKey = await whole.post(whole.directory.revokeCert, { certificate, reason: 1 })
  refusedAs(ofTheKey, 'badRevocationReason', 400, /says nothing of the key/)
  const reply = await whole.post(whole.directory.revokeCert, { certificate })

  assert.equal(reply.status, 200, reply.text)
  assert.equal(await statusOf(id), 0)
})

test('§7.6: nobody else revokes it, nor learns whether it is there', async () => {
  const { id, der, certificate } = await issue(client, 'www.approved.example')
  const changed = Buffer.from(der)
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
  const tenant = await acme.newTenant()
  const [stranger, elsewhere] = [
    await policy.client(),
    await (await acme.newPolicy({}, { tenant })).client({ directory: SHARED }),
  ]
  // What the policy approves beforehand is proven by nobody.
  await stranger.order('www.approved.example')
  const other = await issue(client, 'www.approved.example')
  const holder = await TestClient.at(acme.send, policy.directory, other.key)
  const shared = await TestClient.at(acme.send, (await acme.newPolicy()).directory, other.key)

  const replies = [
    await stranger.post(stranger.directory.revokeCert, { certificate }),
    await stranger.post(stranger.directory.revokeCert, { certificate: b64(changed) }),
    await elsewhere.post(elsewhere.directory.revokeCert, { certificate }),
    await holder.post(holder.directory.revokeCert, { certificate }),
    // The right key at the directory of another policy.
    await shared.post(shared.directory.revokeCert, { certificate: other.certificate }),
  ]

  for (const reply of replies) refusedAs(reply, 'unauthorized', 403)
  assert.equal(new Set(replies.map(({ text }) => text)).size, 1)
  assert.deepEqual([await statusOf(id), await statusOf(other.id)], [undefined, undefined])
})

test('§7.6: a reason that no subscriber can give is badRevocationReason, and what is no certificate is malformed', async () => {
  const { certificate } = await issue(client, 'www.approved.example')
  const { revokeCert } = client.directory
  for (const reason of [2, 6, 7, 8, 9, 10, 11, -1, 1.5, '1', null])
    refusedAs(await client.post(revokeCert, { certificate, reason }), 'badRevocationReason', 400, /keyCompromise/)
  for (const bad of [undefined, 5, '', 'AAAA', '-----BEGIN CERTIFICATE-----']) {
    refusedAs(await client.post(revokeCert, { certificate: bad }), 'malformed', 400)
  }
})

test('RFC 9773 §4: renewal is suggested in the last third of a life, at once when revoked, to everybody', async () => {
  const { der, certificate } = await issue(client, 'www.approved.example')
  const { renewalInfo } = client.directory
  const { notBefore, notAfter } = decodeCertificate(Uint8Array.from(der))

  const reply = await acme.send('GET', `${renewalInfo}/${certIdOf(der)}`)
  await client.post(client.directory.revokeCert, { certificate })
  const revoked = await acme.send('GET', `${renewalInfo}/${certIdOf(der)}`)
  const shared = await acme.send('GET', `${new URL('/acme/renewal-info', renewalInfo)}/${certIdOf(der)}`)

  assert.equal(reply.status, 200, reply.text)
  assert.equal(reply.headers['retry-after'], '21600')
  const { start, end } = reply.body.suggestedWindow
  assert.equal(Date.parse(start), notBefore + Math.floor(((notAfter - notBefore) * 2) / 3))
  assert.ok(Date.parse(end) > Date.parse(start) && Date.parse(end) < notAfter)
  assert.ok(Date.parse(revoked.body.suggestedWindow.end) < acme.now())
  assert.deepEqual(shared.body, revoked.body)
})

test('RFC 9773 §4: of what is no certificate of ACME here nothing is told', async () => {
  const { der } = await issue(client, 'www.approved.example')
  const { renewalInfo } = client.directory
  const [issuer, serial] = certIdOf(der).split('.')
  const other = (await (await acme.newPolicy()).client()).directory.renewalInfo
  for (const url of [
    `${renewalInfo}/x`,
    `${renewalInfo}/${issuer}.${serial}.x`,
    `${renewalInfo}/${serial}.${issuer}`,
    `${renewalInfo}/AAAA.${serial}`,
    `${renewalInfo}/${issuer}.AAAA`,
    `${renewalInfo}/${issuer}.AA${serial}`,
    `${other}/${issuer}.${serial}`,
  ])
    refusedAs(await acme.send('GET', url), 'malformed', 404)
})

test('RFC 9773 §4.1: a serial number without the zero that makes it positive is known too, as clients write it that take it from OpenSSL', async () => {
  let certId = ''
  for (let tries = 0; tries < 64 && certId === ''; tries++) {
    const { der } = await issue(client, 'www.approved.example')
    const [issuer, serial = ''] = certIdOf(der).split('.')
    const octets = Buffer.from(serial, 'base64url')
    if (octets[0] === 0) certId = `${issuer}.${b64(octets.subarray(1))}`
  }
  const { newOrder, renewalInfo } = client.directory
  const identifiers = [{ type: 'dns', value: 'www.approved.example' }]

  const told = await acme.send('GET', `${renewalInfo}/${certId}`)
  const order = await client.post(newOrder, { identifiers, replaces: certId })

  assert.notEqual(certId, '', 'of 64 serial numbers half begin with a bit that is set')
  assert.equal(told.status, 200, told.text)
  assert.equal(order.body.replaces, certId, order.text)
})

test('RFC 9773 §5: an order says what it replaces, once, of its own account and names', async () => {
  const { der } = await issue(client, 'www.approved.example')
  const replaces = certIdOf(der)
  const identifiers = [{ type: 'dns', value: 'www.approved.example' }]
  const { newOrder } = client.directory
  const stranger = await policy.client()

  refusedAs(await stranger.post(newOrder, { identifiers, replaces }), 'malformed', 400, /this account/)
  refusedAs(
    await client.post(newOrder, { identifiers: [{ type: 'dns', value: 'x.approved.example' }], replaces }),
    'malformed',
    400,
    /none of the names/,
  )
  refusedAs(await client.post(newOrder, { identifiers, replaces: 'x' }), 'malformed', 400)
  const order = await client.post(newOrder, { identifiers, replaces })
  const second = await client.post(newOrder, { identifiers, replaces })
  const shown = await client.show(String(order.headers['location']))
  acme.advance(8 * DAY)
  const later = await client.post(newOrder, { identifiers, replaces })

  assert.equal(order.status, 201, order.text)
  assert.equal(order.body.replaces, replaces)
  assert.equal(shown.body.replaces, replaces)
  refusedAs(second, 'alreadyReplaced', 409)
  assert.equal(later.status, 201, 'an order that expired replaces nothing')
})

test('profiles: an order gets the one it names, or the first; others are invalidProfile', async () => {
  const built = await acme.newPolicy()
  const { profiles } = built.policy.settings
  const record = { act: acme.act(), action: 'x', object: { type: 'x', id: 'x' } }
  const template = await built.domain.stores.templates.find(built.template)
  assert.ok(template)
  const brief = { ...template, id: acme.newId() as typeof template.id, publicId: acme.newPublicId(), name: 'Brief' }
  const profile = { ...template.profile, validity: { ...template.profile.validity, default: { days: 3 } } }
  await built.domain.stores.templates.create({ ...brief, profile }, acme.now(), record)
  const two = [...profiles, { name: 'brief', template: brief.id, description: 'Three days' }]
  await built.domain.acmePolicies.store.update(
    built.policy.id,
    1,
    { settings: { ...built.policy.settings, profiles: two } },
    record,
  )
  const someone = await built.client()
  const identifiers = [{ type: 'dns', value: 'www.approved.example' }]

  const first = await someone.post(someone.directory.newOrder, { identifiers })
  const named = await someone.post(someone.directory.newOrder, { identifiers, profile: 'brief' })
  const none = await someone.post(someone.directory.newOrder, { identifiers, profile: 'other' })
  const done = await someone.post(named.body.finalize, { csr: orderCsr({ names: ['www.approved.example'] }) })
  const certificate = new X509Certificate((await someone.show(done.body.certificate)).text)
  await built.domain.stores.templates.update(brief.id, 1, { enabled: false }, record)
  const gone = await someone.post(someone.directory.newOrder, { identifiers, profile: 'brief' })

  assert.deepEqual(someone.directory.meta.profiles, { default: 'Web servers', brief: 'Three days' })
  assert.deepEqual([first.body.profile, named.body.profile], ['default', 'brief'])
  refusedAs(none, 'invalidProfile', 400, /"default", "brief"/)
  assert.ok(certificate.validToDate.getTime() - certificate.validFromDate.getTime() <= 3 * DAY)
  refusedAs(gone, 'invalidProfile', 400)
})

test('each refusal stands in the trace as the client was told it, and no nonce or key does', async () => {
  const someone = await policy.client()
  const account = String(someone.kid.split('/').at(-1))
  const refused = await someone.order('a.internal')
  const order = await someone.order('traced.example')
  await someone.post((await someone.show(order.body.authorizations[0])).body.challenges[0].url, {})

  const steps = await acme.steps({ account })
  const ofOrder = await acme.steps({ subject: String(order.headers['location']).split('/').at(-1) ?? '' })

  assert.ok(steps.some(({ said, problem }) => said === refused.body.detail && problem === 'rejectedIdentifier'))
  const failed = ofOrder.find(({ step }) => step === 'http-01 traced.example')
  assert.match(failed?.said ?? '', /invalid after 1 attempts/)
  assert.match(failed?.asked?.[0] ?? '', /127\.0\.0\.1:53/)
  assert.equal(steps[0]?.from, '198.51.100.1')
  const text = JSON.stringify(await acme.steps())
  assert.doesNotMatch(text, /hmac|"jwk"|"nonce"/i)
})
