import assert from 'node:assert/strict'
import { createHash, X509Certificate } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { needs, run } from '../../../../test/support/system-program.ts'
import { archiveAuthority, deleteAuthority } from '../../src/authorities/change-authority.ts'
import { createCsrOnly } from '../../src/authorities/create-csr-only.ts'
import { renewAuthority } from '../../src/authorities/renew-authority.ts'
import { publicWorld, rootFile } from './public-world.ts'

test('OpenSSL builds the chain of a leaf from what the addresses give', needs('openssl'), async (t) => {
  const world = await publicWorld(t)
  const leaf = await world.issue('www.example.com')
  const generation = await world.generationOf(world.issuing)
  const save = async (form: string) => {
    const file = join(world.folder, `chain.${form}`)
    writeFileSync(file, (await world.app.inject(`/aia/${generation}.${form}`)).rawPayload)
    return file
  }
  const [cer, pem, p7c] = [await save('cer'), await save('pem'), await save('p7c')]

  const read = await run('openssl', ['x509', '-inform', 'DER', '-in', cer, '-noout', '-subject'])
  const listed = await run('openssl', ['pkcs7', '-inform', 'DER', '-in', p7c, '-print_certs', '-noout'])
  const verified = await run('openssl', ['verify', '-CAfile', await rootFile(world), '-untrusted', pem, leaf.file])

  assert.match(read.stdout.toString(), /CN = Harbour Issuing CA/)
  assert.deepEqual(listed.stdout.toString().match(/subject=.*/g), [
    'subject=CN = Harbour Issuing CA',
    'subject=CN = Harbour Root CA',
  ])
  assert.match(verified.stdout.toString(), /: OK/)
})

test('each form comes with its media type, its digest and an hour in caches', async (t) => {
  const world = await publicWorld(t)
  const generation = await world.generationOf(world.issuing)
  const forms = {
    cer: 'application/pkix-cert',
    p7c: 'application/pkcs7-mime; smime-type=certs-only',
    pem: 'application/pem-certificate-chain',
  }

  for (const [form, mediaType] of Object.entries(forms)) {
    const url = `/aia/${generation}.${form}`
    const { headers, rawPayload } = await world.app.inject(url)
    const same = await world.app.inject({ url, headers: { 'if-none-match': String(headers['etag']) } })
    const head = await world.app.inject({ method: 'HEAD', url })

    assert.equal(headers['content-type'], mediaType)
    assert.equal(headers['cache-control'], 'public, max-age=3600')
    assert.equal(headers['etag'], `"${createHash('sha256').update(rawPayload).digest('hex')}"`)
    assert.ok(Date.parse(String(headers['last-modified'])) <= world.clock.at)
    assert.deepEqual(
      [same.statusCode, head.statusCode, head.headers['content-length']],
      [304, 200, headers['content-length']],
    )
  }
})

test('after a renewal with the same key the address gives the new certificate, after one with a new key the old one', async (t) => {
  const world = await publicWorld(t)
  const first = await world.generationOf(world.issuing)
  const fetch = async (generation: string) =>
    new X509Certificate((await world.app.inject(`/aia/${generation}.cer`)).rawPayload)
  const before = await fetch(first)
  const { headers } = await world.app.inject(`/aia/${first}.cer`)

  await renewAuthority(world.issuing, { key: 'same' }, world.act(), world.domain.authorities)
  const renewed = await fetch(first)
  await renewAuthority(world.issuing, { key: 'new' }, world.act(), world.domain.authorities)
  const second = await fetch(await world.generationOf(world.issuing, 2))
  const again = await world.app.inject({
    url: `/aia/${first}.cer`,
    headers: { 'if-none-match': String(headers['etag']) },
  })

  assert.notEqual(renewed.serialNumber, before.serialNumber)
  assert.ok(renewed.publicKey.equals(before.publicKey))
  assert.ok(!second.publicKey.equals(before.publicKey))
  assert.equal((await fetch(first)).serialNumber, renewed.serialNumber)
  assert.equal(again.statusCode, 200)
})

test('the certificates of an archived and of a deleted CA go on being served', async (t) => {
  const world = await publicWorld(t)
  const generation = await world.generationOf(world.issuing)
  const { authorities } = world.domain.stores
  const fetchAll = () =>
    Promise.all(['cer', 'pem', 'p7c'].map(async (form) => (await world.app.inject(`/aia/${generation}.${form}`)).body))
  const before = await fetchAll()

  await archiveAuthority(world.issuing, world.act(), authorities)
  const archived = await fetchAll()
  await deleteAuthority(world.issuing, world.issuing.name, world.act(), {
    store: authorities,
    makeLastCrls: async () => {},
  })
  const deleted = await fetchAll()

  assert.deepEqual([archived, deleted], [before, before])
})

test('an address without certificate is answered with 404 in plain text', async (t) => {
  const world = await publicWorld(t)
  const subject = [{ type: 'commonName', value: 'Not Yet CA' }]
  const authority = await createCsrOnly({ subject }, world.act(), world.domain.authorities)
  const generation = await world.generationOf(authority)

  for (const name of [`${generation}.cer`, `${generation}.pem`, '0123456789abcdef.cer']) {
    const { statusCode } = await world.app.inject(`/aia/${name}`)
    assert.equal(statusCode, 404, name)
  }
  assert.equal((await world.app.inject(`/aia/${generation}.cer`)).headers['content-type'], 'text/plain; charset=utf-8')
})
