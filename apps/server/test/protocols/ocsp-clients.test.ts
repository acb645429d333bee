import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { needs, run } from '../../../../test/support/system-program.ts'
import { type IssuedCertificate, issuerFile, type PublicWorld, publicWorld, rootFile } from './public-world.ts'

/** What clients are told: where to ask, about what, and whom to trust. */
interface Told {
  readonly world: PublicWorld
  readonly good: IssuedCertificate
  readonly revoked: IssuedCertificate
  readonly url: string
  readonly issuer: string
  readonly root: string
}

async function told(t: TestContext): Promise<Told> {
  const world = await publicWorld(t)
  const [good, revoked] = [await world.issue('good.example.com'), await world.issue('revoked.example.com')]
  await world.revoke(revoked, 'keyCompromise')
  await world.listen()
  const url = `${world.url}/ocsp/${await world.generationOf(world.issuing)}`
  return { world, good, revoked, url, issuer: await issuerFile(world), root: await rootFile(world) }
}

test(
  'OpenSSL verifies answers about a good and a revoked certificate, with nonce, SHA-1 and SHA-256',
  needs('openssl'),
  async (t) => {
    const { good, revoked, url, issuer, root } = await told(t)

    for (const hash of ['-sha1', '-sha256']) {
      const { status, stdout, stderr } = await run('openssl', [
        ...['ocsp', '-issuer', issuer, hash, '-cert', good.file, '-cert', revoked.file, '-url', url],
        ...['-CAfile', root, '-verify_other', issuer, '-resp_text', '-no_cert_checks'],
      ])
      assert.equal(status, 0, `${stderr}`)
      assert.match(stderr.toString(), /Response verify OK/)
      assert.match(stdout.toString(), /good\.example\.com\.pem: good/)
      assert.match(stdout.toString(), /revoked\.example\.com\.pem: revoked/)
      assert.match(stdout.toString(), /Reason: keyCompromise/)
      assert.doesNotMatch(stderr.toString(), /WARNING: no nonce in response/)
    }
  },
)

test('GnuTLS verifies answers about a good and a revoked certificate', needs('ocsptool'), async (t) => {
  const { good, revoked, url, issuer } = await told(t)

  for (const [{ file }, status] of [
    [good, 'good'],
    [revoked, 'revoked'],
  ] as const) {
    const { stdout, stderr } = await run('ocsptool', [
      ...[`--ask=${url}`, '--load-cert', file, '--load-issuer', issuer, '--load-trust', issuer],
    ])
    const said = `${stdout}${stderr}`
    assert.match(said, /Verifying OCSP Response: Success\./)
    assert.match(said, new RegExp(`Certificate Status: ${status}`))
  }
})

test('NSS, which asks by GET over HTTP/1.0, verifies both', needs('certutil', 'ocspclnt'), async (t) => {
  const { world, good, revoked, url, issuer, root } = await told(t)
  const database = `sql:${world.folder}`
  const add = async (name: string, trust: string, file: string) => {
    const { status, stderr } = await run('certutil', ['-A', '-n', name, '-t', trust, '-a', '-i', file, '-d', database])
    assert.equal(status, 0, stderr.toString())
  }
  await run('certutil', ['-N', '--empty-password', '-d', database])
  await add('root', 'CT,C,C', root)
  await add('issuing', ',,', issuer)
  await add('leaf-1', ',,', good.file)
  await add('leaf-2', ',,', revoked.file)
  const ask = async (name: string) => {
    const { stdout, stderr } = await run('ocspclnt', ['-S', name, '-d', database, '-l', url, '-t', 'issuing'])
    return `${stdout}${stderr}`
  }

  assert.match(await ask('leaf-1'), /"leaf-1" succeeded/)
  assert.match(await ask('leaf-2'), /"leaf-2" failed[\s\S]*revoked/)
})

test('curl gets the same answer by POST and GET, and 304 for what it has', needs('openssl', 'curl'), async (t) => {
  const { world, good, url, issuer } = await told(t)
  const path = (name: string) => join(world.folder, name)
  await run('openssl', ['ocsp', '-issuer', issuer, '-cert', good.file, '-no_nonce', '-reqout', path('request.der')])
  const base64 = readFileSync(path('request.der')).toString('base64')
  const curl = async (...args: readonly string[]) => {
    const { status, stdout, stderr } = await run('curl', [
      '--silent',
      '--show-error',
      '--write-out',
      '%{http_code} %{content_type}',
      ...args,
    ])
    assert.equal(status, 0, stderr.toString())
    return stdout.toString()
  }
  const typed = ['--header', 'Content-Type: application/ocsp-request']

  assert.equal(
    await curl(...typed, '--data-binary', `@${path('request.der')}`, '--output', path('post.der'), url),
    '200 application/ocsp-response',
  )
  for (const [name, spelling] of Object.entries({ raw: base64, escaped: encodeURIComponent(base64) })) {
    const args = ['--path-as-is', '--etag-save', path('etag'), '--output', path(`${name}.der`), `${url}/${spelling}`]
    assert.equal(await curl(...args), '200 application/ocsp-response')
    assert.deepEqual(readFileSync(path(`${name}.der`)), readFileSync(path('post.der')))
  }
  assert.match(await curl('--etag-compare', path('etag'), `${url}/${encodeURIComponent(base64)}`), /^304 /)
  assert.equal(
    await curl('--http1.0', '--output', path('old.der'), `${url}/${encodeURIComponent(base64)}`),
    '200 application/ocsp-response',
  )
})
