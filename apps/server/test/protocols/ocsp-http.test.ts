import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { decodeOcspResponse } from '@chancery/x509'
import { needs, run } from '../../../../test/support/system-program.ts'
import { archiveAuthority, deleteAuthority } from '../../src/authorities/change-authority.ts'
import { cachingHeaders } from '../../src/protocols/ocsp/caching-headers.ts'
import { ocspRoutes } from '../../src/protocols/ocsp/ocsp-routes.ts'
import { requestInPath } from '../../src/protocols/ocsp/request-in-path.ts'
import { DatabaseUnavailable, isUnavailable } from '../../src/store/database-errors.ts'
import { type IssuedCertificate, issuerFile, type PublicWorld, publicWorld } from './public-world.ts'

interface Asking {
  readonly world: PublicWorld
  readonly leaf: IssuedCertificate
  /** Path of the responder. */
  readonly path: string
  readonly request: Buffer
}

/** A world with a certificate and the request (DER) that OpenSSL makes about it. */
async function asking(t: TestContext, ...options: readonly string[]): Promise<Asking> {
  const world = await publicWorld(t)
  const leaf = await world.issue('www.example.com')
  const path = `/ocsp/${await world.generationOf(world.issuing)}`
  return { world, leaf, path, request: await requestFor(world, leaf, ...options) }
}

async function requestFor(world: PublicWorld, { file }: IssuedCertificate, ...options: readonly string[]) {
  const out = join(world.folder, 'request.der')
  const issuer = await issuerFile(world)
  const { status, stderr } = await run('openssl', [
    ...['ocsp', '-issuer', issuer, ...options, '-cert', file],
    ...(options.includes('-nonce') ? [] : ['-no_nonce']),
    ...['-reqout', out],
  ])
  assert.equal(status, 0, stderr.toString())
  return readFileSync(out)
}

function post({ world, path }: Asking, payload: Buffer, contentType?: string) {
  const headers = contentType === undefined ? {} : { 'content-type': contentType }
  return world.app.inject({ method: 'POST', url: path, payload, headers })
}

function statusOf(answer: { readonly rawPayload: Buffer }): string {
  const response = decodeOcspResponse(new Uint8Array(answer.rawPayload))
  if (response.status !== 'successful') return response.status
  return response.basic.responses[0]?.certStatus.type ?? 'nothing'
}

test('a POST is answered with the status, and a revocation shows at the next one', needs('openssl'), async (t) => {
  const the = await asking(t)

  const before = await post(the, the.request, 'application/ocsp-request')
  await the.world.revoke(the.leaf, 'keyCompromise')
  const after = await post(the, the.request, 'application/ocsp-request')

  assert.equal(before.statusCode, 200)
  assert.equal(before.headers['content-type'], 'application/ocsp-response')
  assert.deepEqual([statusOf(before), statusOf(after)], ['good', 'revoked'])
})

test('every spelling of a GET that is seen in the wild is the same request', needs('openssl'), async (t) => {
  const { world, path, request } = await asking(t)
  const base64 = request.toString('base64')
  const escaped = encodeURIComponent(base64)
  const spellings = {
    raw: base64,
    escaped,
    'escaped in lower case': escaped.replace(/%../g, (code) => code.toLowerCase()),
    'escaped twice': encodeURIComponent(escaped),
    'every character escaped': [...base64].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join(''),
    'for URLs': request.toString('base64url'),
    'without padding': base64.replace(/=+$/, ''),
    'with a slash at its end': `${base64}/`,
    'after two slashes': `/${base64}`,
    'plus made a space': base64.replaceAll('+', '%20'),
  }

  for (const [name, spelling] of Object.entries(spellings)) {
    const answer = await world.app.inject(`${path}/${spelling}`)
    assert.equal(`${name}: ${statusOf(answer)}`, `${name}: good`)
  }
})

test('requests of every length and with every digit of base64 are read from a path', () => {
  const bytes = (length: number) => Uint8Array.from({ length }, (_, at) => (at === 0 ? 0x30 : (at * 73 + length) % 256))

  for (let length = 1; length < 300; length++) {
    const request = bytes(length)
    const base64 = Buffer.from(request).toString('base64')
    for (const spelling of [base64, encodeURIComponent(base64), Buffer.from(request).toString('base64url')]) {
      assert.deepEqual(requestInPath(spelling), request)
    }
  }
  for (const none of ['', '/', '%', '%zz', '%E0%A4%A', '!!!!', 'MA=A', '%00']) {
    assert.equal(requestInPath(none), undefined, JSON.stringify(none))
  }
})

test('answers carry the headers of RFC 9919 §7.2, the same for POST and GET', needs('openssl'), async (t) => {
  const the = await asking(t)
  const { world, path, request } = the

  const posted = await post(the, request)
  const got = await world.app.inject(`${path}/${encodeURIComponent(request.toString('base64'))}`)

  for (const answer of [posted, got]) {
    const { headers, rawPayload } = answer
    const response = decodeOcspResponse(new Uint8Array(rawPayload))
    assert.equal(response.status, 'successful')
    const [single] = response.basic.responses
    assert.equal(headers['cache-control'], 'max-age=300, public, no-transform, must-revalidate')
    assert.equal(headers['last-modified'], new Date(single?.thisUpdate ?? 0).toUTCString())
    assert.equal(headers['expires'], new Date(single?.nextUpdate ?? 0).toUTCString())
    assert.equal(headers['etag'], `"${createHash('sha256').update(rawPayload).digest('hex')}"`)
    assert.equal(headers['content-length'], String(rawPayload.length))
  }
  assert.deepEqual(got.rawPayload, posted.rawPayload)
})

test('a GET for what the client has is answered with 304, a date alone does not do', needs('openssl'), async (t) => {
  const { world, path, request } = await asking(t)
  const url = `${path}/${encodeURIComponent(request.toString('base64'))}`
  const { headers } = await world.app.inject(url)

  const same = await world.app.inject({ url, headers: { 'if-none-match': String(headers['etag']) } })
  const other = await world.app.inject({ url, headers: { 'if-none-match': '"another"' } })
  const since = await world.app.inject({ url, headers: { 'if-modified-since': String(headers['last-modified']) } })

  assert.deepEqual([same.statusCode, other.statusCode, since.statusCode], [304, 200, 200])
  assert.equal(same.rawPayload.length, 0)
  assert.equal(same.headers['cache-control'], headers['cache-control'])
})

test(
  'what cannot be answered is answered with 200 and the reason, and nobody keeps it',
  needs('openssl'),
  async (t) => {
    const the = await asking(t)
    const { world, path, request } = the
    const root = `/ocsp/${await world.generationOf(world.root)}`

    const answers = {
      malformedRequest: [
        await post(the, Buffer.from('not DER')),
        await post(the, Buffer.alloc(0)),
        await post(the, Buffer.concat([request, Buffer.from([0])])),
        await world.app.inject(path),
        await world.app.inject(`${path}/`),
        await world.app.inject(`${path}/MA==`),
      ],
      unauthorized: [
        await world.app.inject({ method: 'POST', url: '/ocsp/0123456789abcdef', payload: request }),
        await world.app.inject({ method: 'POST', url: root, payload: request }),
      ],
    }

    for (const [status, given] of Object.entries(answers)) {
      for (const answer of given) {
        assert.equal(answer.statusCode, 200)
        assert.equal(answer.headers['content-type'], 'application/ocsp-response')
        assert.equal(answer.headers['cache-control'], 'no-store')
        assert.equal(statusOf(answer), status)
      }
    }
  },
)

test(
  'an answer with a nonce is of no use to others: caches ask again, yet are not told that it must not be stored',
  needs('openssl'),
  async (t) => {
    const the = await asking(t, '-nonce')

    const [one, two] = [await post(the, the.request), await post(the, the.request)]

    assert.deepEqual([statusOf(one), statusOf(two)], ['good', 'good'])
    assert.equal(one.headers['cache-control'], 'max-age=0, public, no-transform, must-revalidate')
    assert.equal(one.headers['etag'], undefined)
    assert.notDeepEqual(one.rawPayload, two.rawPayload)
  },
)

test('a body is taken whatever it calls itself as long as that may be an OCSP request', needs('openssl'), async (t) => {
  const the = await asking(t)
  const take = async (contentType?: string) => (await post(the, the.request, contentType)).statusCode

  assert.equal(await take('application/ocsp-request'), 200)
  assert.equal(await take('Application/OCSP-Request; charset=binary'), 200)
  assert.equal(await take('application/octet-stream'), 200)
  assert.equal(await take(undefined), 200)
  assert.equal(await take('application/json'), 415)
  assert.equal(await take('application/ocsp-requests'), 415)
})

test('a body of more than 16 KiB is refused before it is read', needs('openssl'), async (t) => {
  const the = await asking(t)

  const answer = await post(the, Buffer.alloc(16 * 1024 + 1, 0x30), 'application/ocsp-request')

  assert.equal(answer.statusCode, 413)
})

test(
  'HEAD gives the headers of a GET, other methods are refused with those that are taken',
  needs('openssl'),
  async (t) => {
    const { world, path, request } = await asking(t)
    const url = `${path}/${encodeURIComponent(request.toString('base64'))}`

    const [head, get] = [await world.app.inject({ method: 'HEAD', url }), await world.app.inject(url)]
    const put = await world.app.inject({ method: 'PUT', url: path, payload: request })

    assert.equal(head.statusCode, 200)
    assert.equal(head.rawPayload.length, 0)
    assert.equal(head.headers['content-length'], get.headers['content-length'])
    assert.equal(head.headers['etag'], get.headers['etag'])
    assert.equal(put.statusCode, 405)
  },
)

test('max-age never reaches past nextUpdate', () => {
  const headers = cachingHeaders()
  const answer = { der: new Uint8Array([0x30, 0]), validity: { thisUpdate: 0, nextUpdate: 1_000_000 } }
  const maxAgeAt = (now: number) => headers(answer, now).headers['cache-control']?.split(',')[0]

  assert.equal(maxAgeAt(0), 'max-age=300')
  assert.equal(maxAgeAt(700_000), 'max-age=300')
  assert.equal(maxAgeAt(900_500), 'max-age=99')
  assert.equal(maxAgeAt(1_000_000), 'max-age=0')
  assert.equal(maxAgeAt(2_000_000), 'max-age=0')
})

test('an archived CA goes on answering, a deleted one says that it does not', needs('openssl'), async (t) => {
  const the = await asking(t)
  const { world, request } = the
  const { authorities } = world.domain.stores

  await archiveAuthority(world.issuing, world.act(), authorities)
  const archived = await post(the, request)
  await world.revoke(the.leaf, 'superseded')
  const revoked = await post(the, request)
  await deleteAuthority(world.issuing, world.issuing.name, world.act(), {
    store: authorities,
    makeLastCrls: async () => {},
  })
  world.clock.at += 2 * 86_400_000
  const deleted = await post(the, request)

  assert.deepEqual([archived, revoked, deleted].map(statusOf), ['good', 'revoked', 'unauthorized'])
})

test('a responder that cannot look up whom it was asked for says to try later, and fails otherwise', async () => {
  const problem = { away: new DatabaseUnavailable('no connection'), fault: new Error('a fault') }
  const ask = (error: Error) => {
    const [route] = ocspRoutes({
      findGeneration: () => Promise.reject(error),
      answer: () => assert.fail('there is nobody to answer for'),
      isUnavailable,
      now: Date.now,
    })
    assert.ok(route)
    const params = { generation: 'abcdefghijklmnop' }
    return route.handle({
      ...{ method: 'POST', rawPath: '/ocsp/abcdefghijklmnop', rawQuery: '', params, headers: {} },
      address: () => '192.0.2.1',
      body: new Uint8Array([0x30, 0x00]),
    })
  }

  const { status, body } = await ask(problem.away)

  assert.equal(status, 200)
  assert.ok(body instanceof Uint8Array)
  assert.equal(decodeOcspResponse(body).status, 'tryLater')
  await assert.rejects(async () => ask(problem.fault), problem.fault)
})
