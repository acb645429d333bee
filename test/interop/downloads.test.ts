import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type RunningChancery, runChancery } from '../support/running-chancery.ts'
import { chainUnder, JUDGES } from './chain-checks.ts'
import { makeAuthority } from './programs/chancery-api.ts'
import { addressesIn, certificatesIn } from './programs/relying-party.ts'

const LEAF = { keyType: 'ecdsa-p256', requester: 'openssl', form: 'requested extensions' } as const

let chancery: RunningChancery
before(async () => {
  chancery = await runChancery()
})
after(() => chancery.stop())

test('a certificate is downloaded in four forms, which OpenSSL and GnuTLS read', JUDGES, async (t) => {
  const { bench, files, id } = await chainUnder(t, chancery, await issuing('A'), LEAF)
  const [leaf, issuer, root] = files.certificates.map(({ fingerprint256 }) => fingerprint256)
  const get = async (format: string) =>
    bench.write(format, await chancery.download(`/certificates/${id}/download?format=${format}`))
  for (const format of ['pem', 'der', 'chain', 'pkcs7']) await get(format)

  await bench.succeed('openssl', 'x509', '-inform', 'DER', '-in', 'der', '-out', 'from-der.pem')
  await bench.succeed('openssl', 'pkcs7', '-inform', 'DER', '-in', 'pkcs7', '-print_certs', '-out', 'from-pkcs7.pem')
  await bench.succeed('certtool', '--p7-info', '--inder', '--infile', 'pkcs7')

  const fingerprints = (name: string) => certificatesIn(bench.read(name).toString()).map((one) => one.fingerprint256)
  assert.deepEqual(fingerprints('pem'), [leaf])
  assert.deepEqual(fingerprints('from-der.pem'), [leaf])
  assert.deepEqual(fingerprints('chain'), [leaf, issuer, root])
  assert.deepEqual(fingerprints('from-pkcs7.pem').sort(), [leaf, issuer, root].sort())
})

test('whoever has the leaf and the root alone finds the rest by the addresses in certificates', JUDGES, async (t) => {
  const { bench, files } = await chainUnder(t, chancery, await issuing('B'), LEAF)

  await bench.fetch((await addressesIn(bench, files.leaf)).caIssuers, 'found.cer')
  await bench.succeed('openssl', 'x509', '-inform', 'DER', '-in', 'found.cer', '-out', 'found.pem')
  await bench.fetch((await addressesIn(bench, 'found.pem')).caIssuers, 'above.cer')

  const said = await bench.succeed('openssl', 'verify', '-CAfile', files.root, '-untrusted', 'found.pem', files.leaf)
  assert.match(said, /leaf\.pem: OK/)
  assert.deepEqual(bench.read('above.cer'), files.certificates[2]?.raw)
})

async function issuing(name: string) {
  const parent = await makeAuthority(chancery, { name: `Root ${name}`, keyType: 'ecdsa-p384' })
  return makeAuthority(chancery, { name: `Issuing ${name}`, keyType: 'ecdsa-p256', parent })
}
