import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createBinding } from '../../../src/acme-policies/bindings.ts'
import { acmeWorld, refusedAs, SHARED } from './acme-world.ts'
import { binding, jws, TestClient, testKey } from './test-client.ts'

// RFC 8555 §7.1 to §7.3: the directory, nonces and accounts.

const acme = await acmeWorld({ after, fullName: 'rfc8555-accounts' })
const policy = await acme.newPolicy()

test('§7.1: every answer links to the directory', async () => {
  const client = await policy.client()

  for (const reply of [await client.show(client.kid), await client.show(client.directory.newOrder)])
    assert.match(String(reply.headers['link']), new RegExp(`<${policy.directory}>;rel="index"`))
})

test('§7.1.1: the directory names every resource, and says what is needed before an account is made', async () => {
  const closed = (await acme.send('GET', policy.directory)).body
  const open = (
    await acme.send('GET', (await acme.newPolicy({ openTo: ['10.0.0.0/8'], caaIdentities: ['ca.example'] })).directory)
  ).body
  const shared = (await acme.send('GET', SHARED)).body

  for (const name of ['newNonce', 'newAccount', 'newOrder', 'revokeCert', 'keyChange', 'renewalInfo'])
    for (const directory of [closed, shared]) assert.ok(directory[name].startsWith('https://'), name)
  assert.deepEqual(closed.meta, { externalAccountRequired: true, profiles: { default: 'Web servers' } })
  assert.equal(open.meta.externalAccountRequired, false)
  assert.deepEqual(open.meta.caaIdentities, ['ca.example'])
  assert.deepEqual(shared.meta, { externalAccountRequired: true })
  assert.equal((await acme.send('GET', policy.directory.replace(policy.policy.publicId, 'A'.repeat(16)))).status, 404)
})

test('§7.2: newNonce answers HEAD with 200 and GET with 204, is not kept by caches, and has a nonce', async () => {
  const { newNonce } = (await acme.send('GET', policy.directory)).body
  for (const [method, status] of [
    ['HEAD', 200],
    ['GET', 204],
  ] as const) {
    const reply = await acme.send(method, newNonce)
    assert.equal(reply.status, status)
    assert.equal(reply.headers['cache-control'], 'no-store')
    assert.ok(reply.headers['replay-nonce'])
    assert.equal(reply.text, '')
  }
})

test('§7.3: a new account is created with its contacts, and fields that are not known count for nothing', async () => {
  const { client, payload } = await policy.newcomer()

  const reply = await client.register({
    ...payload,
    contact: ['mailto:admin@example.com'],
    orders: 'https://evil.example/',
    status: 'revoked',
    somethingElse: {},
  })

  assert.equal(reply.status, 201)
  assert.deepEqual(reply.body.contact, ['mailto:admin@example.com'])
  assert.equal(reply.body.status, 'valid')
  assert.equal(reply.body.orders, `${client.kid}/orders`)
  assert.deepEqual((await client.show(client.kid)).body, reply.body)
})

test('§7.3.4: an account shows the binding that it came by as it was sent, whatever became of it; without one it shows none', async () => {
  const { client, payload } = await policy.newcomer()
  const open = await acme.newPolicy({ openTo: ['0.0.0.0/0'] })
  const unbound = await TestClient.at(acme.send, open.directory)
  const sent = Reflect.get(payload, 'externalAccountBinding')

  const made = await client.register({ ...payload, externalAccountBinding: { ...sent, beside: 'what is signed' } })
  const { items } = await policy.domain.stores.acmeBindings.list(policy.policy.id, { limit: 100 })
  for (const { id } of items)
    await policy.domain.stores.acmeBindings.delete(id, { act: acme.act(), action: 'x', object: { type: 'x', id } })
  const shown = await client.show(client.kid)
  const changed = await client.post(client.kid, { contact: ['mailto:x@example.com'] })
  const found = await (await TestClient.at(acme.send, policy.directory, client.key)).register({})

  for (const { body } of [made, shown, changed, found]) assert.deepEqual(body.externalAccountBinding, sent)
  assert.equal((await unbound.register({ externalAccountBinding: undefined })).status, 201)
  assert.equal(Object.hasOwn((await unbound.show(unbound.kid)).body, 'externalAccountBinding'), false)
})

test('§7.3: contacts of other schemes are unsupportedContact, and what is no single address is invalidContact', async () => {
  const { client, payload } = await policy.newcomer()
  const tries = [
    ['unsupportedContact', 'tel:+12025551212'],
    ['unsupportedContact', 'https://example.com'],
    ['invalidContact', 'mailto:a@example.com,b@example.com'],
    ['invalidContact', 'mailto:a@example.com?subject=x'],
    ['invalidContact', 'mailto:nobody'],
    ['invalidContact', 'mailto:a@b\r\nBcc: c@d'],
    ['invalidContact', `mailto:${'a'.repeat(400)}@example.com`],
  ] as const
  for (const [type, contact] of tries) refusedAs(await client.register({ ...payload, contact: [contact] }), type, 400)
  refusedAs(await client.register({ ...payload, contact: 'mailto:a@example.com' }), 'malformed', 400)
  refusedAs(await client.register({ ...payload, contact: [1] }), 'malformed', 400)
  refusedAs(
    await client.register({ ...payload, contact: Array(11).fill('mailto:a@example.com') }),
    'invalidContact',
    400,
  )
  assert.equal((await client.register(payload)).status, 201)
})

test('§7.3.1: a key that has an account gets it with 200, changes nothing of it, and spends no use', async () => {
  const { kid, hmacKey, id } = await policy.bind({ allowedUses: 1 })
  const client = await TestClient.at(acme.send, policy.directory)
  const { newAccount } = client.directory
  const externalAccountBinding = binding({ kid, hmacKey, url: newAccount, jwk: client.key.jwk })
  const first = await client.register({ externalAccountBinding })
  const again = await TestClient.at(acme.send, policy.directory, client.key)

  const second = await again.register({ externalAccountBinding, contact: ['mailto:x@example.com'] })
  const looked = await (await TestClient.at(acme.send, policy.directory, client.key)).register({
    onlyReturnExisting: true,
  })

  assert.equal(first.status, 201)
  for (const reply of [second, looked]) {
    assert.equal(reply.status, 200)
    assert.equal(reply.headers['location'], first.headers['location'])
    assert.deepEqual(reply.body.contact, [])
  }
  assert.equal((await policy.domain.acmeBindings.store.find(id))?.uses, 1)
})

test('§7.3.1: onlyReturnExisting makes no account', async () => {
  const { client, payload } = await policy.newcomer()

  refusedAs(await client.register({ ...payload, onlyReturnExisting: true }), 'accountDoesNotExist', 400)
  refusedAs(await client.register({ ...payload, onlyReturnExisting: 'yes' }), 'malformed', 400)
  assert.equal((await client.register(payload)).status, 201)
})

test('§7.3.1: of many registrations of one key at once one account comes, and one use is spent', async () => {
  const { kid, hmacKey, id } = await policy.bind({ allowedUses: 5 })
  const key = testKey()
  const clients = await Promise.all(Array.from({ length: 5 }, () => TestClient.at(acme.send, policy.directory, key)))

  const replies = await Promise.all(
    clients.map((client) =>
      client.register({
        externalAccountBinding: binding({ kid, hmacKey, url: client.directory.newAccount, jwk: key.jwk }),
      }),
    ),
  )

  assert.equal(new Set(replies.map(({ headers }) => headers['location'])).size, 1)
  assert.equal(replies.filter(({ status }) => status === 201).length, 1)
  assert.equal((await policy.domain.acmeBindings.store.find(id))?.uses, 1)
})

test('§7.3.2: contacts are changed by the account alone, and other fields are ignored', async () => {
  const client = await policy.client()
  const stranger = await policy.client()

  const changed = await client.post(client.kid, { contact: ['mailto:new@example.com'], key: {}, orders: 'x' })
  const foreign = await stranger.post(client.kid, { contact: [] })

  assert.deepEqual(changed.body.contact, ['mailto:new@example.com'])
  refusedAs(foreign, 'unauthorized', 403)
  assert.deepEqual((await client.show(client.kid)).body.contact, ['mailto:new@example.com'])
  refusedAs(await client.post(client.kid, { status: 'revoked' }), 'malformed', 400)
})

test('§7.3.4: without a binding, where one is needed, an account is externalAccountRequired and is told what to do', async () => {
  for (const directory of [policy.directory, SHARED]) {
    const client = await TestClient.at(acme.send, directory)
    refusedAs(await client.register({}), 'externalAccountRequired', 403, /--eab-kid/)
  }
})

test('§7.3.4: a binding by HS256, HS384 and HS512 is taken', async () => {
  for (const alg of ['HS256', 'HS384', 'HS512']) {
    const client = await TestClient.at(acme.send, SHARED)
    const bound = binding({ ...(await policy.bind()), url: client.directory.newAccount, jwk: client.key.jwk, alg })
    assert.equal((await client.register({ externalAccountBinding: bound })).status, 201)
  }
})

test('§7.3.4: a binding of another key, for another address, with a nonce, by another algorithm or without kid is refused', async () => {
  const client = await TestClient.at(acme.send, policy.directory)
  const { jwk } = client.key
  const right = { ...(await policy.bind()), url: client.directory.newAccount, jwk }
  const tries = [
    ['malformed', 400, binding({ ...right, jwk: testKey().jwk })],
    ['malformed', 400, binding({ ...right, url: client.directory.newOrder })],
    ['malformed', 400, binding(right, { nonce: 'AAAA' })],
    ['malformed', 400, binding(right, { kid: undefined })],
    ['malformed', 400, binding(right, { jwk })],
    ['badSignatureAlgorithm', 400, binding(right, { alg: 'none' })],
    ['badSignatureAlgorithm', 400, binding(right, { alg: 'ES256' })],
    ['unauthorized', 403, binding({ ...right, hmacKey: 'AAAA' })],
    ['unauthorized', 403, binding({ ...right, kid: 'nobody' })],
    ['unauthorized', 403, { ...binding(right), signature: 'AAAA' }],
    ['malformed', 400, { ...binding(right), signature: '' }],
    ['malformed', 400, 'x'],
    ['malformed', 400, null],
  ] as const
  for (const [type, status, externalAccountBinding] of tries)
    refusedAs(await client.register({ externalAccountBinding }), type, status)
  assert.equal((await client.register({ externalAccountBinding: binding(right) })).status, 201)
})

test('§7.3.4: a binding that is over, used up, deleted or another policy’s lets nobody register, and its accounts go on', async () => {
  const other = await acme.newPolicy()
  const bound = async (of: typeof policy, wanted: Parameters<typeof policy.bind>[0]) => {
    const made = await of.bind(wanted)
    return async (directory: string) => {
      const client = await TestClient.at(acme.send, directory)
      const url = client.directory.newAccount
      const reply = await client.register({ externalAccountBinding: binding({ ...made, url, jwk: client.key.jwk }) })
      return { client, reply, id: made.id }
    }
  }
  const once = await bound(policy, { allowedUses: 1 })
  const { client, id } = await once(policy.directory)

  refusedAs((await once(policy.directory)).reply, 'unauthorized', 403, /uses are spent/)
  const foreign = await bound(other, {})
  refusedAs((await foreign(policy.directory)).reply, 'unauthorized', 403, /another policy/)
  const found = await policy.domain.acmeBindings.store.find(id)
  assert.ok(found)
  await policy.domain.acmeBindings.store.delete(id, { act: acme.act(), action: 'x', object: { type: 'x', id } })
  refusedAs((await once(policy.directory)).reply, 'unauthorized', 403, /not known/)
  const brief = await bound(policy, { expiresAt: acme.now() + 1_000 })
  acme.advance(1_000)
  refusedAs((await brief(policy.directory)).reply, 'unauthorized', 403, /ended on/)
  assert.equal((await client.order('www.approved.example')).status, 201)
})

test('§7.3.4: an open policy takes accounts without a binding from its networks, at its own directory alone', async () => {
  const open = await acme.newPolicy({ openTo: ['203.0.113.0/24', '2001:db8::/32'] })
  const register = async (from: string, directory = open.directory) =>
    (await TestClient.at(acme.send, directory)).register({}, { from })

  assert.equal((await register('203.0.113.7')).status, 201)
  assert.equal((await register('::ffff:203.0.113.8')).status, 201)
  assert.equal((await register('2001:db8::1')).status, 201)
  refusedAs(await register('198.51.100.1'), 'externalAccountRequired', 403, /198\.51\.100\.1/)
  refusedAs(await register('203.0.113.7', SHARED), 'externalAccountRequired', 403)
})

test('§7.3.4: behind a proxy that writes the port of its client it is the address that counts', async (t) => {
  const behind = await acmeWorld(t, { env: { CHANCERY_TRUSTED_PROXIES: '10.0.0.1' } })
  const open = await behind.newPolicy({ openTo: ['203.0.113.0/24'] })
  const register = async (client: string) => {
    const throughProxy: typeof behind.send = (method, url, options) =>
      behind.send(method, url, {
        ...options,
        from: '10.0.0.1',
        headers: { ...options?.headers, 'x-forwarded-for': client },
      })
    return (await TestClient.at(throughProxy, open.directory)).register()
  }

  assert.equal((await register('203.0.113.7:40312')).status, 201)
  refusedAs(await register('198.51.100.1:40312'), 'externalAccountRequired', 403, /198\.51\.100\.1 is/)
})

test('§7.3.5: the key is changed when the old and the new one sign, and the old one opens nothing any more', async () => {
  const client = await policy.client()
  const key = testKey('ES384')
  const { keyChange } = client.directory
  const inner = { account: client.kid, oldKey: client.key.jwk }

  const reply = await client.post(keyChange, jws({ alg: key.alg, jwk: key.jwk, url: keyChange }, inner, key))

  assert.equal(reply.status, 200, reply.text)
  refusedAs(await client.show(client.kid), 'badSignatureAlgorithm', 400)
  const renewed = await TestClient.at(acme.send, policy.directory, key)
  assert.equal((await renewed.register({ onlyReturnExisting: true })).headers['location'], client.kid)
  const old = await TestClient.at(acme.send, policy.directory, client.key)
  refusedAs(await old.register({ onlyReturnExisting: true }), 'accountDoesNotExist', 400)
})

test('§7.3.5: a change that lacks anything of that is malformed, and changes nothing', async () => {
  const client = await policy.client()
  const stranger = await policy.client()
  const key = testKey()
  const { keyChange, newOrder } = client.directory
  const header = { alg: key.alg, jwk: key.jwk, url: keyChange }
  const inner = { account: client.kid, oldKey: client.key.jwk }
  const wrong = [
    jws({ ...header, url: newOrder }, inner, key),
    jws({ ...header, nonce: 'AAAA' }, inner, key),
    jws({ alg: key.alg, kid: client.kid, url: keyChange }, inner, key),
    jws(header, { ...inner, account: stranger.kid }, key),
    jws(header, { ...inner, oldKey: stranger.key.jwk }, key),
    jws(header, { ...inner, oldKey: undefined }, key),
    jws(header, inner, testKey()),
    { ...jws(header, inner, key), signature: '' },
  ]
  for (const payload of wrong) refusedAs(await client.post(keyChange, payload), 'malformed', 400)
  assert.equal((await client.show(client.kid)).status, 200)
})

test('§7.3.5: a key that another account has is a conflict, with the address of that account', async () => {
  const client = await policy.client()
  const other = await policy.client()
  const { keyChange } = client.directory
  const header = { alg: other.key.alg, jwk: other.key.jwk, url: keyChange }

  const reply = await client.post(keyChange, jws(header, { account: client.kid, oldKey: client.key.jwk }, other.key))

  refusedAs(reply, 'malformed', 409)
  assert.equal(reply.headers['location'], other.kid)
})

test('§7.3.5: of two accounts that change to one key at the same moment, one has it and the other is told which', async () => {
  const both = [await policy.client(), await policy.client()] as const
  const next = testKey()
  const change = (client: TestClient) => {
    const header = { alg: next.alg, jwk: next.jwk, url: client.directory.keyChange }
    const inner = jws(header, { account: client.kid, oldKey: client.key.jwk }, next)
    return client.post(client.directory.keyChange, inner)
  }

  const replies = await Promise.all(both.map(change))

  const [first, second] = replies[0]?.status === 200 ? replies : replies.toReversed()
  assert.ok(first && second)
  assert.equal(first.status, 200, first.text)
  refusedAs(second, 'malformed', 409, /Another account/)
  assert.equal(second.headers['location'], first.headers['location'])
})

test('§7.3.5: the key that an account has already is none that it could change to', async () => {
  const client = await policy.client()
  const { keyChange } = client.directory
  const header = { alg: client.key.alg, jwk: client.key.jwk, url: keyChange }

  const reply = await client.post(keyChange, jws(header, { account: client.kid, oldKey: client.key.jwk }, client.key))

  refusedAs(reply, 'malformed', 409, /has the new key already/)
  assert.equal(reply.headers['location'], client.kid)
})

test('§7.3.6: a deactivated account gets 401 and unauthorized for everything, and its key makes no other', async () => {
  const { client, payload } = await policy.newcomer()
  await client.register(payload)
  const order = (await client.order('www.approved.example')).body

  const done = await client.post(client.kid, { status: 'deactivated' })

  assert.equal(done.body.status, 'deactivated')
  for (const reply of [
    await client.show(client.kid),
    await client.order('www.approved.example'),
    await client.post(order.finalize, { csr: 'AAAA' }),
    await (await TestClient.at(acme.send, policy.directory, client.key)).register(payload),
  ])
    refusedAs(reply, 'unauthorized', 401, /deactivated/)
})

test('an administrator ends an account, and an account whose policy is disabled or gone orders nothing', async () => {
  const own = await acme.newPolicy()
  const [ended, other] = [await own.client(), await own.client()]
  const { id, name } = own.policy
  const record = { act: acme.act(), action: 'x', object: { type: 'x', id } }

  await own.domain.stores.acmeRegister.revokeAccount(String(ended.kid.split('/').at(-1)), record)
  refusedAs(await ended.order('www.approved.example'), 'unauthorized', 401, /administrator/)
  await own.domain.acmePolicies.store.update(id, 1, { enabled: false }, record)
  refusedAs(await other.order('www.approved.example'), 'unauthorized', 403, new RegExp(name))
  await own.domain.acmePolicies.store.delete(id, record)
  refusedAs(await other.order('www.approved.example'), 'accountDoesNotExist', 400)
})

test('§6.2: keys that are too short, odd, of another curve, private or no point of theirs are badPublicKey', async () => {
  const client = await TestClient.at(acme.send, policy.directory)
  const { jwk } = client.key
  const register = (header: object) => client.post(client.directory.newAccount, {}, { header })
  const short = { kty: 'RSA', e: 'AQAB', n: Buffer.alloc(128, 0xff).toString('base64url') }
  for (const key of [
    short,
    { ...short, n: Buffer.alloc(1024, 0xff).toString('base64url') },
    { ...short, n: Buffer.alloc(256, 0xff).toString('base64url'), e: 'AQ' },
    { ...short, n: Buffer.alloc(256, 0xff).toString('base64url'), e: 'Ag' },
    { kty: 'EC', crv: 'secp256k1', x: jwk['x'], y: jwk['y'] },
    { kty: 'OKP', crv: 'X25519', x: jwk['x'] },
    { kty: 'oct', k: 'AAAA' },
    { ...jwk, d: jwk['x'] },
    { ...jwk, x: jwk['y'], y: jwk['x'] },
  ])
    refusedAs(await register({ jwk: key }), 'badPublicKey', 400)
  for (const key of [{ ...jwk, x: 'AAAA' }, { ...jwk, x: `${jwk['x']}=` }, { kty: 'EC' }, 'x', null, []])
    refusedAs(await register({ jwk: key }), 'malformed', 400)
})

test('no HMAC key begins as the options of programs do: certbot would take it for one', async () => {
  const drawn = [0xf8, 0xfb, 0x5a]
  const random = (octets: number) => new Uint8Array(octets).fill(drawn.shift() ?? 0)
  const { acmeBindings } = policy.domain
  const wanted = { name: 'Of a chance that is bad twice' }

  const made = await createBinding(wanted, policy.policy, acme.act(), { ...acmeBindings, random })
  const client = await TestClient.at(acme.send, policy.directory)
  const url = client.directory.newAccount
  const externalAccountBinding = binding({
    ...{ kid: made.binding.kid, hmacKey: made.hmacKey, url },
    jwk: client.key.jwk,
  })

  assert.deepEqual([made.hmacKey.slice(0, 2), drawn], ['Wl', []])
  assert.equal((await client.register({ externalAccountBinding })).status, 201)
})
