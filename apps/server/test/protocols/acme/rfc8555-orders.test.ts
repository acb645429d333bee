import assert from 'node:assert/strict'
import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { after, test } from 'node:test'
import { PublicKey } from '@chancery/x509'
import { readJwk, thumbprintOf, thumbprintOfKey } from '../../../src/protocols/acme/jwk.ts'
import { type RequesterKey, requesterKey } from '../../support/authorities.ts'
import { acmeWorld, refusedAs, SHARED } from './acme-world.ts'
import { orderCsr, requesterOf } from './order-csr.ts'
import { type TestClient, testKey } from './test-client.ts'

// RFC 8555 §7.4 and §7.5, RFC 8738: orders, authorizations, challenges, certificates.

const acme = await acmeWorld({ after, fullName: 'rfc8555-orders' })
const policy = await acme.newPolicy()
const client = await policy.client()
const DAY = 86_400_000

const orderOf = (who: TestClient, payload: object) => who.post(who.directory.newOrder, payload)
const dns = (...names: string[]) => names.map((value) => ({ type: 'dns', value }))
const finalize = async (who: TestClient, ...names: string[]) => {
  const order = (await who.order(...names)).body
  return who.post(order.finalize, { csr: orderCsr({ names }) })
}

test('§7.4: an order shows its identifiers, authorizations, end and where it is finalized, and is found at its address', async () => {
  const reply = await client.order('www.approved.example', 'WWW.Approved.Example', 'other.example')

  assert.equal(reply.status, 201)
  const { status, identifiers, authorizations, finalize: at, expires } = reply.body
  assert.deepEqual(identifiers, dns('www.approved.example', 'other.example'))
  assert.equal(status, 'pending')
  assert.equal(authorizations.length, 2)
  assert.ok(at.startsWith(String(reply.headers['location'])))
  assert.equal(Date.parse(expires), acme.now() + 7 * DAY)
  const shown = await client.show(String(reply.headers['location']))
  assert.deepEqual([shown.status, shown.body], [200, reply.body])
})

test('§7.4: an order without identifiers, with too many, or with what is none is malformed', async () => {
  for (const payload of [
    {},
    { identifiers: [] },
    { identifiers: 'x' },
    { identifiers: ['x'] },
    { identifiers: [null] },
  ])
    refusedAs(await orderOf(client, payload), 'malformed', 400)
  refusedAs(await orderOf(client, { identifiers: [{ type: 'dns' }] }), 'malformed', 400)
  refusedAs(
    await orderOf(client, { identifiers: dns(...Array.from({ length: 101 }, (_, at) => `h${at}.approved.example`)) }),
    'malformed',
    400,
    /100/,
  )
})

test('§7.4: names that cannot be certified are refused as they are ordered', async () => {
  const rejected = [
    '',
    'a b',
    '-a.example',
    'a_b.example',
    '*.*.example',
    'a.*.example',
    'ex\u00e4mple.com',
    'example.com.',
    '192.168.1',
    'printer',
    'nas.internal',
    'x.home.arpa',
    `${'a'.repeat(64)}.example`,
  ]
  for (const name of rejected) refusedAs(await client.order(name), 'rejectedIdentifier', 400)
  refusedAs(await client.order('192.0.2.1'), 'malformed', 400, /"ip"/)
  const home = await (await acme.newPolicy({ homeLabNames: true })).client()
  assert.equal((await home.order('printer', 'nas.internal', 'x.home.arpa')).status, 201)
})

test('§7.4: dates are kept, or refused before anything is proven', async () => {
  const identifiers = dns('www.approved.example')
  const at = (ms: number) => new Date(acme.now() + ms).toISOString()

  const order = await orderOf(client, { identifiers, notBefore: at(0), notAfter: at(5 * DAY) })
  const done = await client.post(order.body.finalize, { csr: orderCsr({ names: ['www.approved.example'] }) })
  const { text } = await client.show(done.body.certificate)

  assert.equal(order.body.notAfter, at(5 * DAY))
  assert.equal(new X509Certificate(text).validToDate.getTime(), Math.floor((acme.now() + 5 * DAY) / 1000) * 1000)
  for (const dates of [
    { notAfter: at(-DAY) },
    { notBefore: at(2 * DAY), notAfter: at(DAY) },
    { notBefore: at(0) },
    { notAfter: at(9_999 * DAY) },
    { notAfter: 'tomorrow' },
    { notAfter: 5 },
  ])
    refusedAs(await orderOf(client, { identifiers, ...dates }), 'malformed', 400)
})

test('§7.4: a CSR that is none, PEM, of another’s key, or unsigned is refused, and the order stays ready', async () => {
  const names = ['www.approved.example']
  const order = (await client.order(...names)).body
  const good = Buffer.from(orderCsr({ names }), 'base64url')
  const forged = Buffer.from(good)
  forged[forged.length - 3] = (forged[forged.length - 3] ?? 0) ^ 1
  const post = (csr: unknown) => client.post(order.finalize, { csr })

  for (const csr of [undefined, 5, '', good.toString('base64'), `${good.toString('base64url')}=`])
    refusedAs(await post(csr), 'malformed', 400)
  for (const csr of [Buffer.from('x'), good.subarray(5), forged])
    refusedAs(await post(csr.toString('base64url')), 'badCSR', 400)
  assert.equal((await client.show(order.finalize.replace('/finalize', ''))).body.status, 'ready')
  assert.equal((await post(good.toString('base64url'))).body.status, 'valid')
})

test('§7.4: a CSR names exactly the identifiers of the order, in the alternative names, the common name, or both', async () => {
  const [a, b] = ['a.approved.example', 'b.approved.example'] as const
  const refuse = async (csr: Parameters<typeof orderCsr>[0], words: RegExp) => {
    const order = (await client.order(a, b)).body
    refusedAs(await client.post(order.finalize, { csr: orderCsr(csr) }), 'badCSR', 400, words)
  }
  await refuse({ names: [a] }, /lacks dns b\./)
  await refuse({ names: [a, b, 'c.approved.example'] }, /names dns c\./)
  await refuse({ names: [a, b], commonName: 'c.approved.example' }, /names dns c\./)
  await refuse({ names: [a, b], commonName: 'Our server' }, /our server/)
  await refuse({ names: [a, b, '192.0.2.1'] }, /names ip 192/)
  await refuse({ names: [a, b], others: [{ type: 'email', value: 'x@approved.example' }] }, /names email/)
  await refuse({ names: [a, b], others: [{ type: 'uri', value: 'https://a.approved.example' }] }, /names uri/)
  await refuse({ names: [], commonName: a }, /lacks dns b\./)
  for (const csr of [
    { names: [b], commonName: a },
    { names: [a, b], commonName: b },
    { names: ['A.Approved.Example', b] },
  ]) {
    const order = (await client.order(a, b)).body
    const done = await client.post(order.finalize, { csr: orderCsr(csr) })
    assert.equal(done.body.status, 'valid', done.text)
    assert.equal(
      new X509Certificate((await client.show(done.body.certificate)).text).subjectAltName,
      `DNS:${a}, DNS:${b}`,
    )
  }
})

test('§11.1: a CSR for the key of an account is refused, of whichever account of the directory, and of one that is over', async () => {
  const [other, over, shared] = [
    await policy.client(),
    await policy.client(),
    await policy.client({ directory: SHARED }),
  ]
  await over.post(over.kid, { status: 'deactivated' })
  const order = (await client.order('www.approved.example')).body
  const finalizeBy = (key: RequesterKey) =>
    client.post(order.finalize, { csr: orderCsr({ names: ['www.approved.example'], key }) })

  for (const { key } of [client, other, over, shared])
    refusedAs(await finalizeBy(requesterOf(key)), 'badCSR', 400, /key of an account/)

  assert.equal((await finalizeBy(requesterOf(testKey()))).body.status, 'valid')
})

test('§11.1: a key is known again in a CSR, whatever kind it is', () => {
  for (const alg of ['ES256', 'ES384', 'ES512', 'RS256', 'EdDSA'] as const) {
    const key = testKey(alg)

    assert.equal(thumbprintOfKey(requesterOf(key).publicKey), thumbprintOf(readJwk(key.jwk)), alg)
  }
  const { publicKey } = generateKeyPairSync('ml-dsa-44')
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  assert.equal(thumbprintOfKey(PublicKey.decode(Uint8Array.from(spki))), undefined)
})

test('§7.4: an order that is not ready is orderNotReady with 403, whatever the reason', async () => {
  const csr = orderCsr({ names: ['www.approved.example'] })
  const done = (await client.order('www.approved.example')).body
  await client.post(done.finalize, { csr })
  const pending = (await client.order('unproven.example')).body
  const expired = (await client.order('www.approved.example')).body

  refusedAs(await client.post(done.finalize, { csr }), 'orderNotReady', 403, /finalized already/)
  refusedAs(
    await client.post(pending.finalize, { csr: orderCsr({ names: ['unproven.example'] }) }),
    'orderNotReady',
    403,
    /pending/,
  )
  acme.advance(7 * DAY)
  refusedAs(await client.post(expired.finalize, { csr }), 'orderNotReady', 403, /expired/)
  assert.equal((await client.show(expired.finalize.replace('/finalize', ''))).body.status, 'invalid')
})

test('of many that finalize one order at once one makes its certificate', async () => {
  const name = 'race.approved.example'
  const order = (await client.order(name)).body
  const nonces = await Promise.all(Array.from({ length: 8 }, () => client.nonce()))

  const replies = await Promise.all(
    nonces.map((nonce) => client.post(order.finalize, { csr: orderCsr({ names: [name] }) }, { nonce })),
  )

  const done = replies.filter(({ status }) => status === 200)
  assert.equal(done.length, 1)
  for (const reply of replies.filter(({ status }) => status !== 200)) refusedAs(reply, 'orderNotReady', 403)
  const { items } = await policy.domain.stores.certificates.list({ name }, acme.now(), { limit: 10 })
  assert.equal(items.length, 1)
  assert.equal(items[0]?.id, order.finalize.split('/').at(-2))
})

test('§7.4.2: a certificate is downloaded as a chain, and another account’s is not there', async () => {
  const done = (await finalize(client, 'www.approved.example')).body
  const stranger = await policy.client()

  const reply = await client.show(done.certificate)

  assert.equal(reply.headers['content-type'], 'application/pem-certificate-chain')
  assert.equal(reply.text.match(/BEGIN CERTIFICATE/g)?.length, 2)
  assert.doesNotMatch(reply.text, /PRIVATE/)
  refusedAs(await stranger.show(done.certificate), 'malformed', 404)
  refusedAs(await client.show(`${done.certificate}/1`), 'malformed', 404)
  refusedAs(await client.show(`${done.certificate}x`), 'malformed', 404)
})

test('§7.5: an authorization shows its identifier, status, end and challenges with tokens that nobody guesses', async () => {
  const order = (await client.order('fresh.example', '*.fresh.example')).body
  const [plain, wild] = [await client.show(order.authorizations[0]), await client.show(order.authorizations[1])]

  assert.deepEqual(plain.body.identifier, { type: 'dns', value: 'fresh.example' })
  assert.equal(plain.body.wildcard, undefined)
  assert.equal(wild.body.wildcard, true)
  assert.deepEqual(wild.body.identifier, { type: 'dns', value: 'fresh.example' })
  const types = (reply: typeof plain) => reply.body.challenges.map(({ type }: { type: string }) => type)
  assert.deepEqual([types(plain), types(wild)], [['http-01', 'dns-01', 'tls-alpn-01'], ['dns-01']])
  const tokens = [...plain.body.challenges, ...wild.body.challenges].map(({ token }) => token)
  assert.equal(new Set(tokens).size, 4)
  for (const token of tokens) assert.match(token, /^[A-Za-z0-9_-]{43}$/)
})

test('§7.5.1: what fails is invalid with its reason, the order too, and the reason names the identifier', async () => {
  const order = await client.order('bad.example', 'www.approved.example')
  const { challenges } = (await client.show(order.body.authorizations[0])).body

  const begun = await client.post(challenges[0].url, {})
  await acme.settled()
  const authorization = await client.show(order.body.authorizations[0])
  const after = await client.show(String(order.headers['location']))

  assert.equal(begun.body.status, 'processing')
  assert.ok(begun.headers['retry-after'])
  assert.equal(authorization.body.status, 'invalid')
  assert.equal(authorization.body.challenges.length, 1)
  assert.equal(authorization.body.challenges[0].error.type, 'urn:ietf:params:acme:error:incorrectResponse')
  assert.equal(after.body.status, 'invalid')
  assert.equal(after.body.error.identifier, undefined, '§6.7.1: not at the top level')
  assert.deepEqual(after.body.error.subproblems[0].identifier, { type: 'dns', value: 'bad.example' })
  assert.match(after.body.error.detail, /bad\.example/)
  const again = await client.post(challenges[0].url, {})
  assert.equal(again.body.status, 'invalid')
})

test('§7.5.2: an authorization that is given back makes its order invalid, approved beforehand or proven', async () => {
  acme.validation.proven.add('given.example')
  const order = await client.order('given.example', 'www.approved.example')
  const [proven, approved] = order.body.authorizations
  await client.post((await client.show(proven)).body.challenges[0].url, {})
  await acme.settled()
  const other = await client.order('given.example', 'www.approved.example')
  const stranger = await policy.client()

  refusedAs(await stranger.post(proven, { status: 'deactivated' }), 'malformed', 404)
  refusedAs(await stranger.post(approved, { status: 'deactivated' }), 'malformed', 404)
  refusedAs(await client.post(proven, { status: 'valid' }), 'malformed', 400)
  assert.equal((await client.post(approved, { status: 'deactivated' })).body.status, 'deactivated')

  assert.equal(other.body.status, 'ready', 'a proven authorization is used again')
  assert.equal((await client.show(String(order.headers['location']))).body.status, 'invalid')
  assert.equal((await client.show(String(other.headers['location']))).body.status, 'ready')
  assert.equal((await client.post(proven, { status: 'deactivated' })).body.status, 'deactivated')
  assert.equal((await client.show(String(other.headers['location']))).body.status, 'invalid')
  refusedAs(await client.post(proven, { status: 'deactivated' }), 'malformed', 400)
  assert.equal((await client.order('given.example')).body.status, 'pending')
})

test('a proven authorization holds 30 days, for its account and identifier alone', async () => {
  acme.validation.proven.add('held.example')
  const order = await client.order('held.example')
  await client.post((await client.show(order.body.authorizations[0])).body.challenges[0].url, {})
  await acme.settled()
  const stranger = await policy.client()

  assert.equal((await stranger.order('held.example')).body.status, 'pending')
  assert.equal((await client.order('*.held.example')).body.status, 'pending')
  assert.equal((await client.order('sub.held.example')).body.status, 'pending')
  acme.advance(28 * DAY)
  assert.equal((await client.order('held.example')).body.status, 'ready')
  acme.advance(2 * DAY)
  assert.equal((await client.order('held.example')).body.status, 'pending')
})

test('RFC 8738 §3: an address is ordered as IPv4 or IPv6 write it, once, and an IPv4 address inside an IPv6 one not at all', async () => {
  const order = (...values: readonly string[]) =>
    client.post(client.directory.newOrder, { identifiers: values.map((value) => ({ type: 'ip', value })) })

  const same = await order('2001:DB8:0:0::1', '2001:db8::1', '2001:0db8::0001')
  assert.deepEqual(same.body.identifiers, [{ type: 'ip', value: '2001:db8::1' }])
  for (const value of ['::ffff:192.0.2.7', '::FFFF:c000:207', '0:0:0:0:0:ffff:192.0.2.7'])
    refusedAs(await order(value), 'rejectedIdentifier', 400, /IPv4 address inside an IPv6 one/)
  for (const value of ['[2001:db8::1]', 'fe80::1%eth0', '192.0.2.01', '0xc0000207', '3221225991', '192.0.2.0/24'])
    refusedAs(await order(value), 'malformed', 400, /is not an IP address/)
})

test('RFC 8738: addresses are ordered as such, proven without DNS, and certified as such', async () => {
  const order = await orderOf(client, {
    identifiers: [
      { type: 'ip', value: '192.0.2.7' },
      { type: 'ip', value: '2001:DB8::0:1' },
    ],
  })
  const authorization = (await client.show(order.body.authorizations[1])).body
  const approved = await orderOf(client, { identifiers: [{ type: 'ip', value: '192.0.2.7' }] })
  const done = await client.post(approved.body.finalize, { csr: orderCsr({ names: ['192.0.2.7'] }) })

  assert.deepEqual(order.body.identifiers[1], { type: 'ip', value: '2001:db8::1' })
  assert.deepEqual(
    authorization.challenges.map(({ type }: { type: string }) => type),
    ['http-01', 'tls-alpn-01'],
  )
  const certificate = new X509Certificate((await client.show(done.body.certificate)).text)
  assert.equal(certificate.subjectAltName, 'IP Address:192.0.2.7')
})

test('an address that nobody here connects to is ordered when it is approved beforehand, or was proven before', async () => {
  const ordered = (value: string) => client.post(client.directory.newOrder, { identifiers: [{ type: 'ip', value }] })
  const proven = '198.51.100.77'
  acme.validation.proven.add(proven)
  const { body } = await ordered(proven)
  const { challenges } = (await client.show(body.authorizations[0])).body
  await client.post(challenges[0].url, {})
  await acme.settled()
  for (const address of [proven, '192.0.2.9', '198.51.100.78']) acme.validation.never.set(address, 'is not for us')

  const [again, approved, other] = [await ordered(proven), await ordered('192.0.2.9'), await ordered('198.51.100.78')]

  assert.deepEqual([again.body.status, approved.body.status], ['ready', 'ready'])
  refusedAs(other, 'rejectedIdentifier', 400, /198\.51\.100\.78 is not for us/)
  assert.deepEqual(other.body.subproblems[0].identifier, { type: 'ip', value: '198.51.100.78' })
})

test('§7.1.2.1: orders are listed in pages, newest first, to their account alone', async () => {
  const own = await policy.client()
  const made: string[] = []
  for (let at = 0; at < 102; at++) made.unshift(String((await own.order('www.approved.example')).headers['location']))
  const { orders } = (await own.show(own.kid)).body

  const first = await own.show(orders)
  const next = /<([^>]+)>;rel="next"/.exec(String(first.headers['link']))?.[1] ?? ''
  const second = await own.show(next)

  assert.deepEqual([...first.body.orders, ...second.body.orders], made)
  assert.doesNotMatch(String(second.headers['link']), /next/)
  refusedAs(await client.show(orders), 'unauthorized', 403)
  refusedAs(await own.show(`${orders}?cursor=xyz`), 'malformed', 400)
})

test('policy and template are asked again when an order is finalized', async () => {
  const own = await acme.newPolicy()
  const one = await own.client()
  const order = (await one.order('www.approved.example')).body
  const record = { act: acme.act(), action: 'x', object: { type: 'x', id: 'x' } }
  const settings = { ...own.policy.settings, preApproved: [] }
  await own.domain.acmePolicies.store.update(own.policy.id, 1, { settings }, record)

  const reply = await one.post(order.finalize, { csr: orderCsr({ names: ['www.approved.example'] }) })
  refusedAs(reply, 'unauthorized', 403, /not approved beforehand any more/)

  await own.domain.acmePolicies.store.update(
    own.policy.id,
    2,
    { settings: { ...own.policy.settings, keyTypes: ['rsa-2048'] } },
    record,
  )
  const wrongKey = await one.post(order.finalize, {
    csr: orderCsr({ names: ['www.approved.example'], key: requesterKey() }),
  })
  refusedAs(wrongKey, 'badCSR', 400, /rsa-2048/)
})

test('addresses that hold what no id does are not found, and no database is asked for them', async () => {
  const base = policy.directory.replace('/directory', '')
  for (const path of ['order', 'authorization', 'challenge', 'certificate'])
    for (const id of ['%00', 'x', `${'0'.repeat(26)}%00`, '..%2f', '%F0%9F%92%A5', `${'0'.repeat(26)}-99999`])
      refusedAs(await client.show(`${base}/${path}/${id}`), 'malformed', 404)
  const directory = await acme.send('GET', policy.directory.replace(policy.policy.publicId, '%00'))
  assert.equal(directory.status, 404)
})

test('CAA is asked for names approved beforehand, where the policy names an issuer', async () => {
  const own = await (await acme.newPolicy({ caaIdentities: ['ca.example'] })).client()
  acme.validation.forbidden.add('forbidden.approved.example')

  refusedAs(await finalize(own, 'forbidden.approved.example'), 'caa', 403, /CAA records/)
  assert.equal((await finalize(own, 'fine.approved.example')).body.status, 'valid')
})
