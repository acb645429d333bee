import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { needs, run } from '../../../test/support/system-program.ts'
import { algorithmInWords, oid } from '../src/index.ts'

/** How OpenSSL calls them, and what our name for each has in it. */
const BY_OPENSSL: readonly (readonly [openssl: string, ours: string])[] = [
  ['md5WithRSAEncryption', 'MD5 with RSA'],
  ['sha1WithRSAEncryption', 'SHA-1 with RSA'],
  ['sha224WithRSAEncryption', 'SHA-224 with RSA'],
  ['sha512-224WithRSAEncryption', 'SHA-512/224 with RSA'],
  ['sha512-256WithRSAEncryption', 'SHA-512/256 with RSA'],
  ['rsaesOaep', 'RSAES-OAEP'],
  ['rsassaPss', 'RSASSA-PSS'],
  ...['224', '256', '384', '512'].map((bits) => [`RSA-SHA3-${bits}`, `SHA3-${bits} with RSA`] as const),
  ['ecdsa-with-SHA1', 'ECDSA with SHA-1'],
  ['ecdsa-with-SHA224', 'ECDSA with SHA-224'],
  ...['224', '256', '384', '512'].map((bits) => [`ecdsa_with_SHA3-${bits}`, `ECDSA with SHA3-${bits}`] as const),
  ['dsaEncryption', 'DSA'],
  ['dsaWithSHA1', 'DSA with SHA-1'],
  ...['224', '256', '384', '512'].map((bits) => [`dsa_with_SHA${bits}`, `DSA with SHA-${bits}`] as const),
  ['ED448', 'Ed448'],
  ['X25519', 'X25519'],
  ['X448', 'X448'],
  ['dhKeyAgreement', 'Diffie-Hellman'],
  ['X9.42 DH', 'Diffie-Hellman'],
  ['SM2', 'SM2'],
  ['SM2-with-SM3', 'SM2 with SM3'],
  ['prime192v1', 'P-192'],
  ['secp224r1', 'P-224'],
  ['secp256k1', 'secp256k1'],
  ...['256', '320', '384', '512'].map((bits) => [`brainpoolP${bits}r1`, `brainpoolP${bits}r1`] as const),
]

test('a refused algorithm or curve has the name by which OpenSSL knows it', needs('openssl'), async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'chancery-names-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'id.der')
  for (const [openssl, ours] of BY_OPENSSL) {
    await run('openssl', ['asn1parse', '-genstr', `OID:${openssl}`, '-out', file, '-noout'])
    const id = oid.decode(Uint8Array.from(readFileSync(file)))

    assert.equal(algorithmInWords(id), `${ours} (${id})`)
  }
})

test('an algorithm without a name is said by its object identifier', () => {
  assert.equal(algorithmInWords('1.2.3.4'), '1.2.3.4')
})
