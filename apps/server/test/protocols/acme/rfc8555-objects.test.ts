import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { acmeWorld, refusedAs } from './acme-world.ts'
import { orderCsr } from './order-csr.ts'
import { binding, jws, TestClient, testKey } from './test-client.ts'

// RFC 8555, sentence by sentence, where a whole area has no file of its own: encodings, POST-as-GET of what is open, what objects hold.

const acme = await acmeWorld({ after, fullName: 'rfc8555-objects' })
const policy = await acme.newPolicy()
const client = await policy.client()
const { newOrder, newNonce, revokeCert } = client.directory
const order = { identifiers: [{ type: 'dns', value: 'www.approved.example' }] }

test('§5: a body that is no UTF-8, or whose header or payload is none, is malformed', async () => {
  const broken = Buffer.from([0x7b, 0xff, 0x7d]).toString('base64url')
  for (const part of ['protected', 'payload'])
    refusedAs(
      await client.post(newOrder, order, { tamper: (signed) => ({ ...signed, [part]: broken }) }),
      'malformed',
      400,
    )
})

test('§6.1: base64url with padding, or with letters of another alphabet, is refused wherever it stands', async () => {
  for (const part of ['protected', 'payload', 'signature']) {
    for (const wrong of [(text: string) => `${text}=`, (text: string) => `${text.slice(0, -1)}+`]) {
      const tamper = (signed: Record<string, string>) => ({ ...signed, [part]: wrong(signed[part] ?? '') })
      refusedAs(await client.post(newOrder, order, { tamper }), 'malformed', 400, /base64url/)
    }
  }
  const placed = (await client.order('www.approved.example')).body
  const csr = orderCsr({ names: ['www.approved.example'] })
  refusedAs(await client.post(placed.finalize, { csr: `${csr}=` }), 'malformed', 400, /base64url/)
  refusedAs(await client.post(revokeCert, { certificate: 'AAAA==' }), 'malformed', 400)
})

test('§6.2: without a Content-Type, or with an empty one, a request is refused with 415', async () => {
  const header = { alg: 'ES256', kid: client.kid, url: newOrder }
  for (const headers of [{}, { 'content-type': '' }, { 'content-type': ' ' }, { 'content-type': 'jose' }]) {
    const body = JSON.stringify(jws({ ...header, nonce: await client.nonce() }, order, client.key))
    refusedAs(await acme.send('POST', newOrder, { body, headers }), 'malformed', 415, /jose\+json/)
  }
})

test('§6.2: a JWS whose payload is detached, or that lacks alg, url or who signs, is malformed', async () => {
  const detached = (signed: Record<string, string>) => ({
    protected: signed['protected'],
    signature: signed['signature'],
  })
  refusedAs(await client.post(newOrder, order, { tamper: detached }), 'malformed', 400, /payload/)
  for (const header of [{ alg: undefined }, { url: undefined }, { kid: undefined }, { url: 5 }, { alg: ['ES256'] }])
    refusedAs(await client.post(newOrder, order, { header }), 'malformed', 400)
})

test('§6.3: directory and newNonce answer a POST-as-GET too, whose sender is checked', async () => {
  const shown = await client.show(policy.directory)
  const fresh = await client.show(newNonce)

  assert.deepEqual([shown.status, shown.body], [200, client.directory])
  assert.deepEqual([fresh.status, fresh.text], [204, ''])
  assert.match(String(fresh.headers['cache-control']), /no-store/)
  for (const reply of [shown, fresh]) assert.ok(reply.headers['replay-nonce'])
  for (const url of [policy.directory, newNonce]) {
    refusedAs(await client.post(url, {}), 'malformed', 400)
    refusedAs(await client.post(url, null, { key: testKey() }), 'malformed', 400)
    refusedAs(await client.post(url, null, { nonce: 'AAAA' }), 'badNonce', 400)
  }
})

test('§6.3: a POST-as-GET of another account’s object is not found', async () => {
  const placed = await client.order('other.example')
  const stranger = await policy.client()

  for (const url of [String(placed.headers['location']), placed.body.authorizations[0]])
    refusedAs(await stranger.show(url), 'malformed', 404)
})

test('§6.5: the answer to badNonce has a nonce that the same request is taken with', async () => {
  const refused = await client.post(newOrder, order, { nonce: 'AAAA' })
  const nonce = String(refused.headers['replay-nonce'])

  assert.equal((await client.post(newOrder, order, { nonce })).status, 201)
})

test('§6.7.1: no problem names an identifier but in its subproblems', async () => {
  const refused = await client.order('bad_name.example')

  assert.equal(refused.body.identifier, undefined)
  assert.deepEqual(refused.body.subproblems[0].identifier, { type: 'dns', value: 'bad_name.example' })
})

test('§7.1.1: what is not offered does not stand in the directory; its meta names the identities that CAA is asked for', async () => {
  const { meta, ...addresses } = client.directory
  const asking = await (await acme.newPolicy({ caaIdentities: ['ca.example'] })).client()

  assert.deepEqual(asking.directory.meta.caaIdentities, ['ca.example'])
  assert.equal(meta.caaIdentities, undefined)
  assert.equal(addresses.newAuthz, undefined)
  assert.equal(typeof meta, 'object')
  for (const address of Object.values(addresses)) assert.match(String(address), /^https:\/\//)
})

test('§7.1.3: identifiers, authorizations and end of an order stay as they were made', async () => {
  acme.validation.proven.add('stays.example')
  const placed = await client.order('stays.example', '*.approved.example')
  const url = String(placed.headers['location'])
  const challenge = (await client.show(placed.body.authorizations[0])).body.challenges[0]
  await client.post(challenge.url, {})
  await acme.settled()
  const ready = (await client.show(url)).body
  const valid = (
    await client.post(placed.body.finalize, { csr: orderCsr({ names: ['stays.example', '*.approved.example'] }) })
  ).body
  const authorization = (await client.show(placed.body.authorizations[0])).body

  assert.deepEqual([placed.body.status, ready.status, valid.status], ['pending', 'ready', 'valid'])
  for (const { identifiers, authorizations, expires } of [ready, valid]) {
    assert.deepEqual(identifiers, placed.body.identifiers)
    assert.deepEqual(authorizations, placed.body.authorizations)
    assert.equal(expires, placed.body.expires)
  }
  assert.equal(authorization.status, 'valid')
  assert.ok(Date.parse(authorization.expires) > acme.now())
  assert.ok(Date.parse(authorization.challenges[0].validated) <= acme.now())
})

test('§7.1.4: a name with an A-label that is none is refused', async () => {
  for (const name of ['xn--a.example', 'xn--.example', 'xn--zzzzzzz99.example'])
    refusedAs(await client.order(name), 'rejectedIdentifier', 400)
  assert.equal((await client.order('xn--bcher-kva.approved.example')).status, 201)
})

test('§7.3.4: the account that is made shows the binding that it came with, as it came', async () => {
  const { client: newcomer } = await policy.newcomer()
  const externalAccountBinding = binding({
    ...(await policy.bind()),
    url: newcomer.directory.newAccount,
    jwk: newcomer.key.jwk,
  })

  const reply = await newcomer.register({ externalAccountBinding })

  assert.equal(reply.status, 201)
  assert.deepEqual(reply.body.externalAccountBinding, externalAccountBinding)
})

test('§7.3.5: orders and authorizations outlive a change of the account’s key', async () => {
  const mover = await policy.client()
  const placed = await mover.order('moving.example')
  const key = testKey()
  const { keyChange } = mover.directory
  const inner = { account: mover.kid, oldKey: mover.key.jwk }
  const changed = await mover.post(keyChange, jws({ alg: key.alg, jwk: key.jwk, url: keyChange }, inner, key))

  const moved = await TestClient.at(acme.send, policy.directory, key)
  await moved.register({ onlyReturnExisting: true })

  assert.equal(changed.status, 200)
  assert.deepEqual((await moved.show(String(placed.headers['location']))).body, placed.body)
  assert.equal((await moved.show(placed.body.authorizations[0])).body.status, 'pending')
})

test('§7.5.1: a response to a challenge may hold any fields, which count for nothing', async () => {
  acme.validation.proven.add('fields.example')
  const placed = await client.order('fields.example')
  const { challenges } = (await client.show(placed.body.authorizations[0])).body

  const begun = await client.post(challenges[0].url, {
    status: 'valid',
    token: 'x',
    keyAuthorization: 'y',
    type: 'dns-01',
  })
  await acme.settled()

  assert.equal(begun.status, 200)
  assert.deepEqual(
    [begun.body.type, begun.body.token, begun.body.keyAuthorization],
    ['http-01', challenges[0].token, undefined],
  )
  assert.equal((await client.show(placed.body.authorizations[0])).body.challenges[0].token, challenges[0].token)
})

test('§8.2: a challenge that is looked at again stays processing, and says what the last look found and when to ask', async () => {
  acme.validation.slow.add('slow.example')
  const placed = await client.order('slow.example')
  const { challenges } = (await client.show(placed.body.authorizations[0])).body

  await client.post(challenges[0].url, {})
  await acme.settled()
  const waiting = await client.show(challenges[0].url)
  acme.validation.proven.add('slow.example')
  const asked = await client.post(challenges[0].url, {})
  await acme.settled()

  assert.deepEqual([waiting.body.status, asked.body.status], ['processing', 'processing'])
  assert.equal(waiting.body.error.type, 'urn:ietf:params:acme:error:incorrectResponse')
  assert.equal(waiting.body.error.identifier, undefined)
  assert.match(String(waiting.headers['retry-after']), /^\d+$/)
  assert.equal((await client.show(challenges[0].url)).body.status, 'valid')
})

test('§9.1: a chain is nothing but certificates in strict PEM, the end entity first', async () => {
  const placed = (await client.order('www.approved.example')).body
  const { certificate } = (await client.post(placed.finalize, { csr: orderCsr({ names: ['www.approved.example'] }) }))
    .body

  const chain = await client.show(certificate)

  assert.match(
    chain.text,
    /^(-----BEGIN CERTIFICATE-----\n([A-Za-z0-9+/]{64}\n)*[A-Za-z0-9+/]{1,64}={0,2}\n-----END CERTIFICATE-----\n)+$/,
  )
})
