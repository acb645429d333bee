import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { acmeWorld, refusedAs, SHARED } from './acme-world.ts'
import { certIdOf, issuedOrder } from './issued-order.ts'
import { orderCsr } from './order-csr.ts'
import { b64, TestClient, testKey } from './test-client.ts'

// RFC 8555 §6: what every request and every answer has. One test for each sentence that says MUST to a server; docs/acme-conformance.md lists them.

const acme = await acmeWorld({ after, fullName: 'rfc8555-requests' })
const policy = await acme.newPolicy()
const client = await policy.client()
const { newOrder } = client.directory
const order = { identifiers: [{ type: 'dns', value: 'www.approved.example' }] }

test('§6.2: a body that is no flattened JWS is malformed', async () => {
  const bodies = [
    '',
    'not json',
    '[]',
    'null',
    '{}',
    '{"protected":"e30","payload":""}',
    '{"protected":1,"payload":"","signature":"AA"}',
    '{"payload":"","signatures":[]}',
  ]
  for (const body of bodies) {
    const reply = await acme.send('POST', newOrder, { body, headers: { 'content-type': 'application/jose+json' } })
    refusedAs(reply, 'malformed', 400)
    assert.ok(reply.headers['replay-nonce'], body)
  }
})

test('§6.2: any other media type is refused with 415', async () => {
  for (const contentType of ['application/json', 'text/plain', 'application/jose+jsonx']) {
    refusedAs(await client.post(newOrder, order, { contentType }), 'malformed', 415, /jose\+json/)
  }
  assert.equal(
    (await client.post(newOrder, order, { contentType: 'Application/JOSE+JSON; charset=utf-8' })).status,
    201,
  )
})

test('§6.2: several signatures, an unprotected header, an unencoded payload and critical parameters are malformed', async () => {
  const tampered = [
    (jws: object) => ({ ...jws, header: { kid: client.kid } }),
    (jws: object) => ({ ...jws, signatures: [jws] }),
  ]
  for (const tamper of tampered) refusedAs(await client.post(newOrder, order, { tamper }), 'malformed', 400)
  for (const header of [{ b64: false, crit: ['b64'] }, { b64: true }, { crit: ['exp'] }, { crit: [] }]) {
    refusedAs(await client.post(newOrder, order, { header }), 'malformed', 400, /b64|critical/i)
  }
})

test('§6.2: the algorithm none, those of MACs, and all that are not listed are badSignatureAlgorithm, with those that are', async () => {
  for (const alg of ['none', 'HS256', 'HS512', 'RS384', 'PS256', 'ES256K', 'es256', 'constructor', '__proto__', '']) {
    const reply = await client.post(newOrder, order, { header: { alg } })
    refusedAs(reply, 'badSignatureAlgorithm', 400)
    assert.deepEqual(reply.body.algorithms, ['ES256', 'ES384', 'ES512', 'RS256', 'EdDSA', 'Ed25519'])
  }
})

test('§6.2: an algorithm that is not the one of the account’s key is badSignatureAlgorithm', async () => {
  for (const alg of ['ES384', 'RS256', 'EdDSA']) {
    refusedAs(await client.post(newOrder, order, { header: { alg } }), 'badSignatureAlgorithm', 400, /key/)
  }
})

test('§6.2: what is not signed, or not by the account’s key, is not processed', async () => {
  const unsigned = (jws: object) => ({ ...jws, signature: '' })
  refusedAs(await client.post(newOrder, order, { tamper: unsigned }), 'malformed', 400, /not signed/)
  refusedAs(await client.post(newOrder, order, { key: testKey() }), 'malformed', 400, /signature/)
  const other = { ...order, identifiers: [{ type: 'dns', value: 'evil.approved.example' }] }
  const changed = (jws: object) => ({ ...jws, payload: b64(JSON.stringify(other)) })
  refusedAs(await client.post(newOrder, order, { tamper: changed }), 'malformed', 400, /signature/)
  const zero = (jws: object) => ({ ...jws, signature: b64(Buffer.alloc(64)) })
  refusedAs(await client.post(newOrder, order, { tamper: zero }), 'malformed', 400, /signature/)
  for (const octets of [63, 65, 70, 128]) {
    const odd = (jws: object) => ({ ...jws, signature: b64(Buffer.alloc(octets, 1)) })
    refusedAs(await client.post(newOrder, order, { tamper: odd }), 'malformed', 400)
  }
})

test('§6.2: a request has a jwk or a kid and not both, each where it belongs', async () => {
  const { jwk } = client.key
  refusedAs(await client.post(newOrder, order, { header: { jwk } }), 'malformed', 400, /not both/)
  refusedAs(await client.post(newOrder, order, { header: { kid: undefined } }), 'malformed', 400, /either/)
  refusedAs(await client.post(newOrder, order, { header: { kid: undefined, jwk } }), 'malformed', 400, /kid/)
  refusedAs(await client.post(client.directory.newAccount, {}), 'malformed', 400, /jwk/)
  refusedAs(await client.post(newOrder, order, { header: { kid: 1 } }), 'malformed', 400)
})

test('§6.2: a kid that is no account of this directory is accountDoesNotExist', async () => {
  const shared = await policy.client({ directory: SHARED })
  const kids = [
    `${client.kid}x`,
    client.kid.replace(/.$/, '0'),
    client.kid.replace('https:', 'http:'),
    'x',
    '',
    // An account of the shared directory, as if it were one of the policy's own, and the other way round.
    client.kid.replace(/[^/]+$/, String(shared.kid.split('/').at(-1))),
  ]
  for (const kid of kids) refusedAs(await client.post(newOrder, order, { header: { kid } }), 'accountDoesNotExist', 400)
  refusedAs(
    await shared.post(shared.directory.newOrder, order, { header: { kid: client.kid } }),
    'accountDoesNotExist',
    400,
  )
})

test('§6.3: a GET where a signed request is due gets 405 and malformed', async () => {
  for (const url of [newOrder, client.kid, `${client.kid}/orders`, client.directory.revokeCert]) {
    const reply = await acme.send('GET', url)
    refusedAs(reply, 'malformed', 405, /by POST/)
    assert.equal(reply.headers['allow'], 'OPTIONS, POST')
  }
})

test('§6.3: a payload of no octets is a GET, and asks for nothing to be done', async () => {
  const shown = await client.show(client.kid)
  assert.equal(shown.status, 200)
  assert.equal(shown.body.status, 'valid')
  refusedAs(await client.show(newOrder), 'malformed', 400, /empty/)
  const newcomer = await TestClient.at(acme.send, policy.directory)
  refusedAs(await newcomer.show(newcomer.directory.newAccount), 'malformed', 400, /empty/)
})

test('§6.4: a request for another address than it came to is unauthorized', async () => {
  for (const url of [client.kid, `${newOrder}?x`, newOrder.replace('localhost', '127.0.0.1'), newOrder.toUpperCase()]) {
    refusedAs(await client.post(url, order, { sentTo: newOrder }), 'unauthorized', 403, /signed for/)
  }
  refusedAs(await client.post(newOrder, order, { sentTo: `${newOrder}?x` }), 'unauthorized', 403, /signed for/)
  refusedAs(await client.post(newOrder, order, { header: { url: undefined } }), 'malformed', 400, /url/)
})

test('§6.5: a nonce that is missing, made up, or used before is badNonce, and the answer has one that is good', async () => {
  const used = await client.nonce()
  assert.equal((await client.post(newOrder, order, { nonce: used })).status, 201)
  const flipped = `${used.slice(0, -2)}${used.endsWith('AA') ? 'BB' : 'AA'}`
  for (const nonce of [used, flipped, 'AAAA', '']) {
    const reply = await client.post(newOrder, order, { nonce })
    refusedAs(reply, 'badNonce', 400)
    // acme.sh repeats a request by these words, which are Boulder’s, and by no type.
    if (nonce !== '') assert.match(reply.body.detail, /^JWS has an invalid anti-replay nonce/)
    assert.equal((await client.post(newOrder, order, { nonce: String(reply.headers['replay-nonce']) })).status, 201)
  }
  refusedAs(await client.post(newOrder, order, { header: { nonce: undefined } }), 'badNonce', 400)
})

test('§6.5: of many requests with one nonce one is taken', async () => {
  const nonce = await client.nonce()

  const replies = await Promise.all(Array.from({ length: 8 }, () => client.post(newOrder, order, { nonce })))

  assert.equal(replies.filter(({ status }) => status === 201).length, 1)
  for (const reply of replies.filter(({ status }) => status !== 201)) refusedAs(reply, 'badNonce', 400)
})

test('§6.5: a nonce lives an hour', async (t) => {
  const young = await acmeWorld(t)
  const someone = await (await young.newPolicy()).client()
  const [early, late] = [await someone.nonce(), await someone.nonce()]

  young.advance(3_599_000)
  const inTime = await someone.post(someone.directory.newOrder, order, { nonce: early })
  young.advance(2_000)
  const tooLate = await someone.post(someone.directory.newOrder, order, { nonce: late })

  assert.equal(inTime.status, 201)
  refusedAs(tooLate, 'badNonce', 400)
})

test('§6.5.1: nonces are base64url, never the same twice, and in every answer to a POST', async () => {
  const nonces = new Set<string>()
  for (let at = 0; at < 50; at++)
    nonces.add(String((await acme.send('HEAD', client.directory.newNonce)).headers['replay-nonce']))
  const replies = [await client.post(newOrder, order), await client.post(newOrder, {}), await client.show(client.kid)]
  for (const { headers } of replies) nonces.add(String(headers['replay-nonce']))

  assert.equal(nonces.size, 53)
  for (const nonce of nonces) assert.match(nonce, /^[A-Za-z0-9_-]{20,}$/)
})

test('§6.5: every answer has a nonce to go on by, but for the directory and renewal information, which caches give to many', async () => {
  const { directory, kid } = client
  const { der } = await issuedOrder(client, 'www.approved.example')
  const urls = [directory.newNonce, `${directory.renewalInfo}/x`, kid, policy.directory.replace(/.{16}\/dir/, 'x/dir')]

  const nonces: string[] = []
  for (const url of urls) nonces.push(String((await acme.send('GET', url)).headers['replay-nonce']))
  const kept = await acme.send('GET', `${directory.renewalInfo}/${certIdOf(der)}`)
  const directories = [await acme.send('GET', policy.directory), await acme.send('GET', SHARED)]

  for (const nonce of nonces) assert.equal((await client.post(kid, null, { nonce })).status, 200, nonce)
  assert.match(String(kept.headers['cache-control']), /public/)
  assert.equal(kept.headers['replay-nonce'], undefined)
  // The client library of Ruby stumbles over one.
  for (const { headers } of directories)
    assert.deepEqual([headers['cache-control'], headers['replay-nonce']], ['no-cache', undefined])
})

test('§6.5, §7.1: what is refused before a resource hears of it is a problem of ACME, with a nonce to go on by and a link to the directory', async () => {
  const { directory, kid } = client
  const own = policy.directory.replace(/\/directory$/, '')
  const large = { body: '{'.padEnd(256 * 1024 + 1), headers: { 'content-type': 'application/jose+json' } }
  const early: readonly [method: string, url: string, status: number, words: RegExp, options?: typeof large][] = [
    ['POST', newOrder, 413, /256 KiB/, large],
    ['POST', directory.newNonce, 413, /256 KiB/, large],
    ['POST', `${own}/nothing-here`, 404, /directory/, large],
    ['PUT', newOrder, 405, /OPTIONS, POST/],
    ['DELETE', kid, 405, /OPTIONS, POST/],
    ['PATCH', directory.renewalInfo, 404, /directory/],
    ['PROPFIND', newOrder, 405, /OPTIONS, POST/],
    ['M-SEARCH', kid, 405, /OPTIONS, POST/, large],
    ['QUERY', policy.directory, 405, /GET, HEAD, OPTIONS, POST/],
    ['PROPFIND', `${own}/nothing-here`, 404, /directory/],
    ['PUT', policy.directory, 405, /GET, HEAD, OPTIONS, POST/],
    ['POST', `${directory.renewalInfo}/x`, 405, /GET, HEAD, OPTIONS/],
    ['POST', `${own}/nothing-here`, 404, /directory/],
    ['GET', `${own}/order`, 404, /directory/],
    ['POST', `${own}/`, 404, /directory/],
    ['PUT', `${own}/nothing-here`, 404, /directory/],
    ['POST', `${own}/order/${'x'.repeat(129)}`, 414, /too long/],
    ['POST', `${own}/order/%zz`, 400, /encoded/],
  ]
  for (const [method, url, status, words, options = {}] of early) {
    const reply = await acme.send(method, url, options)

    refusedAs(reply, 'malformed', status, words)
    assert.equal(reply.headers['link'], `<${policy.directory}>;rel="index"`, `${method} ${url}`)
    assert.equal(reply.headers['cache-control'], 'no-store')
    const nonce = String(reply.headers['replay-nonce'])
    assert.equal((await client.post(kid, null, { nonce })).status, 200, `${method} ${url}`)
  }
})

test('§7.1: what is refused early tells nothing of whether there is such a policy', async () => {
  const made = 'https://localhost:8443/acme/0123456789abcdef'
  const own = policy.directory.replace(/\/directory$/, '')
  for (const [method, path] of [
    ['POST', '/nothing-here'],
    ['PUT', '/new-order'],
    ['GET', '/new-account'],
  ] as const) {
    const [there, nowhere] = [await acme.send(method, `${own}${path}`), await acme.send(method, `${made}${path}`)]

    assert.equal(there.text, nowhere.text)
    assert.equal(String(nowhere.headers['link']), `<${made}/directory>;rel="index"`)
  }
  const shared = await acme.send('POST', 'https://localhost:8443/acme/nothing-here')
  refusedAs(shared, 'malformed', 404)
  assert.equal(shared.headers['link'], `<${SHARED}>;rel="index"`)
})

test('what cannot be a policy stands in no header of the answer', async () => {
  for (const made of ['%0d%0aset-cookie:%20a=b', 'a%3E;rel=%22up%22', 'x', '%C3%A4'])
    for (const path of ['/new-order', '/new-account', '/directory', '/nothing-here']) {
      const reply = await acme.send('POST', `https://localhost:8443/acme/${made}${path}`, { body: '{}' })

      refusedAs(reply, 'malformed', 404)
      assert.equal(reply.headers['link'], `<${SHARED}>;rel="index"`)
    }
})

test('what is refused early is told to the administrator too', async () => {
  await acme.send('PUT', newOrder, { from: '203.0.113.77' })
  await acme.send('POST', `${policy.directory}/nothing`, { from: '203.0.113.77' })

  const steps = (await acme.steps()).filter(({ from }) => from === '203.0.113.77')
  assert.deepEqual(
    steps.map(({ step, refused, problem }) => [step, refused, problem]),
    [
      ['newOrder', true, 'malformed'],
      ['directory', true, 'malformed'],
    ],
  )
  assert.match(String(steps[0]?.said), /PUT is not for this address/)
})

test('§6.5.2: a nonce that is not base64url is malformed', async () => {
  for (const nonce of ['a b', 'a+b/', 'AAAA=', 'ä'])
    refusedAs(await client.post(newOrder, order, { nonce }), 'malformed', 400)
})

test('§6.6: a limit answers rateLimited with 429 and Retry-After', async (t) => {
  const limited = await acmeWorld(t)
  const open = await limited.newPolicy({ openTo: ['0.0.0.0/0'] })
  const someone = await TestClient.at(limited.send, open.directory, testKey('Ed25519'))
  // Signatures are checked first: only keys that sign are counted.
  for (let at = 0; at < 300; at++) {
    const key = testKey('Ed25519')
    const reply = await someone.post(someone.directory.newAccount, {}, { key, header: { jwk: key.jwk } })
    assert.equal(reply.status, 201, reply.text)
  }

  const key = testKey('Ed25519')
  const reply = await someone.post(someone.directory.newAccount, {}, { key, header: { jwk: key.jwk } })
  const elsewhere = await someone.post(
    someone.directory.newAccount,
    {},
    { key, header: { jwk: key.jwk }, from: '203.0.113.9' },
  )

  refusedAs(reply, 'rateLimited', 429, /at most 300/)
  assert.ok(Number(reply.headers['retry-after']) > 0)
  assert.equal(elsewhere.status, 201)
})

test('§6.7: problems are problem documents with a detail, and never of another kind', async () => {
  const reply = await client.post(newOrder, { identifiers: [{ type: 'email', value: 'a@example.com' }] })

  refusedAs(reply, 'unsupportedIdentifier', 400)
  assert.equal(reply.headers['content-type'], 'application/problem+json')
  assert.equal(reply.headers['cache-control'], 'no-store')
})

test('§6.7.1: what is wrong with several identifiers is told of each, and is compound when it differs', async () => {
  const alike = await client.order('a.internal', 'good.approved.example', 'b.internal')
  const different = await client.post(newOrder, {
    identifiers: [
      { type: 'dns', value: 'a.internal' },
      { type: 'email', value: 'x@example.com' },
      { type: 'ip', value: '1.2.3' },
    ],
  })

  refusedAs(alike, 'rejectedIdentifier', 400, /2 problems/)
  assert.deepEqual(
    alike.body.subproblems.map(({ identifier }: { identifier: unknown }) => identifier),
    [
      { type: 'dns', value: 'a.internal' },
      { type: 'dns', value: 'b.internal' },
    ],
  )
  refusedAs(different, 'compound', 400)
  assert.deepEqual(
    different.body.subproblems.map(({ type }: { type: string }) => type.split(':').at(-1)),
    ['rejectedIdentifier', 'unsupportedIdentifier', 'malformed'],
  )
})

test('§6.7.1: all that is wrong with the identifiers of an order is told in one answer, whoever finds it', async () => {
  acme.validation.never.set('10.7.7.7', 'is in a private network')
  const wrong = [
    { type: 'ip', value: '10.7.7.7' },
    { type: 'dns', value: 'a..b' },
    'good.approved.example',
    { type: 'dns' },
    { type: 'dns', value: 7 },
    { type: 'dns', value: 'x.approved.example', wildcard: true },
    { type: 'permanent-identifier', value: 'x' },
    { type: 'dns', value: 'printer.internal' },
    { type: 'ip', value: '::ffff:192.0.2.1' },
  ]
  const good = [
    { type: 'dns', value: 'www.approved.example' },
    { type: 'ip', value: '198.51.100.7' },
  ]
  const ordered = await client.post(newOrder, { identifiers: [...good, ...wrong] })
  const mended = await client.post(newOrder, { identifiers: good })

  refusedAs(ordered, 'compound', 400, /9 problems/)
  const told = ordered.body.subproblems.map(
    ({ type, identifier }: { type: string; identifier?: { value: string } }) =>
      `${type.split(':').at(-1)} ${identifier?.value}`,
  )
  assert.deepEqual(told.toSorted(), [
    'malformed undefined',
    'malformed undefined',
    'malformed undefined',
    'malformed x.approved.example',
    'rejectedIdentifier 10.7.7.7',
    'rejectedIdentifier ::ffff:192.0.2.1',
    'rejectedIdentifier a..b',
    'rejectedIdentifier printer.internal',
    'unsupportedIdentifier x',
  ])
  assert.equal(mended.status, 201, mended.text)
})

test('a finalize of another account’s order is not found, and tells nothing', async () => {
  const mine = (await client.order('www.approved.example')).body
  const stranger = await policy.client()
  const csr = orderCsr({ names: ['www.approved.example'] })

  const foreign = await stranger.post(mine.finalize, { csr })
  const made = await stranger.post(mine.finalize.replace(/[0-9a-z]{26}/, '0'.repeat(26)), { csr })

  refusedAs(foreign, 'malformed', 404)
  assert.equal(foreign.text, made.text)
})
