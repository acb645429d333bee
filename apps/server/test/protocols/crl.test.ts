import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { CrlDistributionPoints, decodeCertificate, decodeCertificateList, findExtension } from '@chancery/x509'
import { needs, run } from '../../../../test/support/system-program.ts'
import { changeAuthority, deleteAuthority } from '../../src/authorities/change-authority.ts'
import { crlOctets } from '../../src/protocols/crl/crl-octets.ts'
import { crlRoutes } from '../../src/protocols/crl/crl-routes.ts'
import { freshForMs } from '../../src/protocols/crl/freshness.ts'
import type { PublishedCrl } from '../../src/revocation/crl-store.ts'
import { found, issuerFile, publicWorld, serving } from './public-world.ts'

const HOUR = 3_600_000
const GIVEN = { findGeneration: async () => ({ tenant: 't', generation: 'g', authority: 'a' }), now: () => 0 }

function published(more: Partial<PublishedCrl> = {}): PublishedCrl {
  return {
    id: 'crl-1',
    generation: 'g',
    partition: 0,
    delta: false,
    number: 1,
    thisUpdate: 0,
    nextUpdate: 24 * HOUR,
    entries: 10,
    size: 100,
    digest: 'd1',
    revocationVersion: 1,
    ...more,
  }
}

test('OpenSSL verifies the CRL, which names what was revoked', needs('openssl', 'curl'), async (t) => {
  const world = await publicWorld(t)
  const leaf = await world.issue('www.example.com')
  await world.revoke(leaf, 'keyCompromise')
  await world.listen()
  const [file, issuer] = [join(world.folder, 'ca.crl'), await issuerFile(world)]

  const url = `${world.url}/crl/${await world.generationOf(world.issuing)}.crl`
  const curl = await run('curl', ['--silent', '--output', file, '--write-out', '%{http_code} %{content_type}', url])
  const { status, stdout, stderr } = await run('openssl', [
    'crl',
    '-inform',
    'DER',
    '-in',
    file,
    '-CAfile',
    issuer,
    '-text',
  ])

  assert.equal(curl.stdout.toString(), '200 application/pkix-crl')
  assert.equal(status, 0)
  assert.match(stderr.toString(), /verify OK/)
  assert.match(
    stdout.toString(),
    new RegExp(`Serial Number: 0?${decodeCertificate(leaf.der).serialNumber.toString(16)}`, 'i'),
  )
})

test('NSS takes the CRL into its database', needs('certutil', 'crlutil'), async (t) => {
  const world = await publicWorld(t)
  const leaf = await world.issue('www.example.com')
  await world.revoke(leaf, 'superseded')
  const { rawPayload } = await world.app.inject(`/crl/${await world.generationOf(world.issuing)}.crl`)
  const [file, database] = [join(world.folder, 'ca.crl'), `sql:${world.folder}`]
  writeFileSync(file, rawPayload)
  await run('certutil', ['-N', '--empty-password', '-d', database])
  await run('certutil', ['-A', '-n', 'issuing', '-t', 'CT,,', '-a', '-i', await issuerFile(world), '-d', database])

  const taken = await run('crlutil', ['-I', '-i', file, '-d', database])
  const listed = await run('crlutil', ['-L', '-n', 'issuing', '-d', database])

  assert.equal(taken.status, 0, taken.stderr.toString())
  assert.match(
    listed.stdout.toString(),
    new RegExp(`${pairs(decodeCertificate(leaf.der).serialNumber.toString(16))}`, 'i'),
  )
})

function pairs(hex: string): string {
  return (hex.length % 2 === 0 ? hex : `0${hex}`).replace(/(..)(?!$)/g, '$1:')
}

test('a CRL comes with its digest, its dates and how long it may be kept, and not again to who has it', async (t) => {
  const world = await publicWorld(t)
  const url = `/crl/${await world.generationOf(world.issuing)}.crl`

  const { statusCode, headers, rawPayload } = await world.app.inject(url)
  const same = await world.app.inject({ url, headers: { 'if-none-match': `"x", ${headers['etag']}` } })
  const since = await world.app.inject({ url, headers: { 'if-modified-since': String(headers['last-modified']) } })
  const older = await world.app.inject({ url, headers: { 'if-modified-since': new Date(0).toUTCString() } })
  const head = await world.app.inject({ method: 'HEAD', url })

  const crl = decodeCertificateList(new Uint8Array(rawPayload))
  assert.equal(statusCode, 200)
  assert.equal(headers['etag'], `"${createHash('sha256').update(rawPayload).digest('hex')}"`)
  assert.equal(headers['last-modified'], new Date(crl.thisUpdate).toUTCString())
  assert.equal(headers['cache-control'], 'public, max-age=300')
  assert.equal(headers['expires'], new Date(world.clock.at + 300_000).toUTCString())
  assert.deepEqual([same.statusCode, since.statusCode, older.statusCode, head.statusCode], [304, 304, 200, 200])
  assert.deepEqual([same.rawPayload.length, head.rawPayload.length], [0, 0])
  assert.equal(head.headers['content-length'], String(rawPayload.length))
  assert.equal(head.headers['etag'], headers['etag'])
})

test('the addresses of partition and delta that certificates and CRLs name are served', needs('openssl'), async (t) => {
  const world = await publicWorld(t)
  const settings = { ...world.issuing.settings, crl: { delta: true, partitions: 2 } }
  await changeAuthority(world.issuing, { settings: () => settings }, world.act(), world.domain.authorities)
  const leaf = await world.issue('www.example.com')
  await world.revoke(leaf, 'cessationOfOperation')
  const generation = await world.generationOf(world.issuing)
  const [point] = found(findExtension(decodeCertificate(leaf.der).extensions, CrlDistributionPoints))
  const named = point?.distributionPoint
  const [uri] = named !== undefined && 'fullName' in named ? named.fullName : []
  assert.ok(uri?.type === 'uri')

  const partition = await world.app.inject(new URL(uri.value).pathname)
  const complete = await world.app.inject(`/crl/${generation}.crl`)
  const delta = await world.app.inject(`/crl/${generation}/delta.crl`)

  assert.match(uri.value, new RegExp(`/crl/${generation}/[12]\\.crl$`))
  for (const { statusCode, rawPayload } of [partition, complete, delta]) {
    assert.equal(statusCode, 200)
    const file = join(world.folder, 'part.crl')
    writeFileSync(file, rawPayload)
    const { stderr } = await run('openssl', ['crl', '-inform', 'DER', '-in', file, '-CAfile', await issuerFile(world)])
    assert.match(stderr.toString(), /verify OK/)
  }
})

test('what names no CRL is answered with 404 in plain text', async (t) => {
  const world = await publicWorld(t)
  const generation = await world.generationOf(world.issuing)
  const names = ['0123456789abcdef.crl', `${generation}/0.crl`, `${generation}/01.crl`, `${generation}/1.crl`]
  const more = [
    `${generation}/delta.crl`,
    `${generation}/-1.crl`,
    `${generation}/9999999.crl`,
    '%00.crl',
    `${generation}/1e1.crl`,
  ]

  for (const name of [...names, ...more]) {
    const { statusCode, headers, body } = await world.app.inject(`/crl/${name}`)
    assert.equal(statusCode, 404, name)
    assert.equal(headers['content-type'], 'text/plain; charset=utf-8', name)
    assert.equal(headers['cache-control'], 'no-store')
    assert.equal(body, 'There is no CRL at this address.\n')
  }
})

test('the last CRL of a deleted CA goes on being served, and caches are told when it has run out', async (t) => {
  const world = await publicWorld(t)
  const generation = await world.generationOf(world.issuing)
  await deleteAuthority(world.issuing, world.issuing.name, world.act(), {
    store: world.domain.stores.authorities,
    makeLastCrls: world.domain.makeLastCrls,
  })

  const deleted = await world.app.inject(`/crl/${generation}.crl`)
  world.clock.at = decodeCertificateList(new Uint8Array(deleted.rawPayload)).nextUpdate ?? 0
  const ended = await world.app.inject(`/crl/${generation}.crl`)

  assert.deepEqual([deleted.statusCode, ended.statusCode], [200, 200])
  assert.deepEqual(ended.rawPayload, deleted.rawPayload)
  assert.equal(deleted.headers['cache-control'], 'public, max-age=300')
  assert.equal(ended.headers['cache-control'], 'public, max-age=0')
})

test('a CRL is fresh for minutes, for less when the next one is due, and never past its end', () => {
  const minutes = (now: number, more: Partial<PublishedCrl> = {}) => freshForMs(published(more), now) / 60_000

  assert.equal(minutes(0), 5)
  assert.equal(minutes(0, { entries: 1_000_000 }), 30)
  assert.equal(minutes(12 * HOUR - 180_000), 3)
  assert.equal(minutes(12 * HOUR), 1)
  assert.equal(minutes(24 * HOUR - 30_000), 0.5)
  assert.equal(minutes(24 * HOUR), 0)
  assert.equal(minutes(48 * HOUR), 0)
})

test('a small CRL is read from the store once, and the least used ones leave first', async () => {
  const reads: string[] = []
  const octetsOf = crlOctets(
    async function* (id) {
      reads.push(id)
      yield new Uint8Array(60)
      yield new Uint8Array(40)
    },
    250,
    100,
  )
  const ask = async (id: string) => (await octetsOf(published({ id }))) instanceof Uint8Array

  assert.deepEqual(await Promise.all([ask('a'), ask('a'), ask('b')]), [true, true, true])
  await ask('a')
  await ask('c')
  await ask('a')
  await ask('b')

  assert.deepEqual(reads, ['a', 'b', 'c', 'b'])
})

test('a CRL that comes short out of the store is not sent, and not remembered', async () => {
  let missing = 1
  const octetsOf = crlOctets(async function* () {
    yield new Uint8Array(100 - missing)
  })

  await assert.rejects(octetsOf(published()), /100 octets came out of the store with 99/)
  missing = 0
  assert.equal((await octetsOf(published())) instanceof Uint8Array, true)
})

test('a CRL of 50 MB goes out in parts, as fast as it is taken', async (t) => {
  const part = randomBytes(1024 * 1024)
  const parts = 50
  let read = 0
  const crl = published({ size: parts * part.length })
  const url = await serving(
    t,
    crlRoutes({
      ...GIVEN,
      current: async () => crl,
      read: async function* () {
        for (let at = 0; at < parts; at++) {
          read++
          yield new Uint8Array(part)
        }
      },
    }),
  )

  const response = await open(`${url}/crl/g.crl`)
  response.pause()
  await new Promise((resolve) => setTimeout(resolve, 300))
  const readBeforeTaken = read
  const hash = createHash('sha256')
  for await (const chunk of response) hash.update(chunk)

  const whole = createHash('sha256')
  for (let at = 0; at < parts; at++) whole.update(part)
  assert.equal(response.headers['content-length'], String(crl.size))
  assert.ok(readBeforeTaken < 30, `${readBeforeTaken} parts were read ahead`)
  assert.equal(hash.digest('hex'), whole.digest('hex'))
})

test('a CRL that is dropped while it is sent breaks the connection: nobody takes the half for the whole', async (t) => {
  const url = await serving(
    t,
    crlRoutes({
      ...GIVEN,
      current: async () => published({ size: 4 * 1024 * 1024 }),
      read: async function* () {
        yield new Uint8Array(1024 * 1024)
        throw new Error('it was dropped')
      },
    }),
  )

  const response = await open(`${url}/crl/g.crl`)

  await assert.rejects(async () => {
    for await (const _ of response);
  }, /aborted/)
})

function open(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => get(url, resolve).on('error', reject))
}
