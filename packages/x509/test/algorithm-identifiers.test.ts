import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { needs, run } from '../../../test/support/system-program.ts'
import {
  AlgorithmIdentifier,
  algorithmIdentifier,
  decodeCertificate,
  decodePem,
  HASH_OIDS,
  hashOf,
  hashOfSignature,
  makeAlgorithmIdentifier,
  NULL_PARAMETERS,
  PublicKey,
  SIGNATURE_ALGORITHMS,
  type SignatureAlgorithm,
  signatureAlgorithmOf,
} from '../src/index.ts'

const id = (hex: string) => AlgorithmIdentifier.decode(Uint8Array.fromHex(hex.replaceAll(' ', '')))

test('every signature algorithm is known again from how it is written', () => {
  for (const algorithm of SIGNATURE_ALGORITHMS) {
    const written = algorithmIdentifier(algorithm)
    assert.equal(signatureAlgorithmOf(AlgorithmIdentifier.decode(written.der)), algorithm)
    assert.deepEqual(AlgorithmIdentifier.decode(written.der), written)
  }
  assert.equal(new Set(SIGNATURE_ALGORITHMS.map((name) => algorithmIdentifier(name).der.toHex())).size, 25)
})

describe('as others write them', needs('openssl', 'certtool'), () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chancery-algorithms-'))
  })
  after(() => rm(folder, { recursive: true }))

  const pss = ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:digest']
  const byOpenssl: readonly (readonly [SignatureAlgorithm, ...string[]])[] = [
    ['rsa-sha256', '-newkey', 'rsa:2048', '-sha256'],
    ['rsa-sha384', '-newkey', 'rsa:2048', '-sha384'],
    ['rsa-sha512', '-newkey', 'rsa:2048', '-sha512'],
    ['rsa-pss-sha256', '-newkey', 'rsa:2048', '-sha256', ...pss],
    ['rsa-pss-sha384', '-newkey', 'rsa:2048', '-sha384', ...pss],
    ['rsa-pss-sha512', '-newkey', 'rsa:2048', '-sha512', ...pss],
    ['ecdsa-sha256', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-sha256'],
    ['ecdsa-sha384', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384', '-sha384'],
    ['ecdsa-sha512', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-521', '-sha512'],
    ['ed25519', '-newkey', 'ed25519'],
  ]
  for (const [algorithm, ...options] of byOpenssl) {
    test(`${algorithm} is written byte for byte as OpenSSL writes it`, async () => {
      const args = ['req', '-x509', ...options, '-nodes', '-keyout', '/dev/null', '-subj', '/CN=x']
      const { stdout } = await run('openssl', args, { cwd: folder })

      const { signatureAlgorithm } = decodeCertificate(decodePem(stdout.toString())[0]?.der ?? new Uint8Array())

      assert.equal(signatureAlgorithm.der.toHex(), algorithmIdentifier(algorithm).der.toHex())
    })
  }

  test('RSASSA-PSS is read as GnuTLS writes it, which leaves the NULL beside the hash out', async () => {
    await run('certtool', ['--generate-privkey', '--key-type', 'rsa', '--bits', '2048', '--outfile', 'k.pem'], {
      cwd: folder,
    })
    const template = 'cn = x\nca\n'
    await run('sh', ['-c', 'cat > t.cfg'], { cwd: folder, input: template })
    const args = ['--generate-self-signed', '--load-privkey', 'k.pem', '--template', 't.cfg', '--outfile', 'c.pem']
    await run('certtool', [...args, '--sign-params', 'rsa-pss', '--hash', 'sha384'], { cwd: folder })

    const pem = await readFile(join(folder, 'c.pem'), 'utf8')
    const { signatureAlgorithm } = decodeCertificate(decodePem(pem)[0]?.der ?? new Uint8Array())

    assert.equal(signatureAlgorithmOf(signatureAlgorithm), 'rsa-pss-sha384')
    assert.notEqual(signatureAlgorithm.der.toHex(), algorithmIdentifier('rsa-pss-sha384').der.toHex())
  })
})

test('the pure algorithms are those of the keys that node:crypto makes', () => {
  for (const algorithm of ['ed25519', 'ml-dsa-44', 'ml-dsa-65', 'ml-dsa-87'] as const) {
    const { publicKey } = generateKeyPairSync(algorithm as 'ed25519')
    const key = PublicKey.decode(publicKey.export({ type: 'spki', format: 'der' }))
    assert.equal(key.algorithm.der.toHex(), algorithmIdentifier(algorithm).der.toHex())
  }
  for (const algorithm of SIGNATURE_ALGORITHMS.filter((name) => name.startsWith('slh-dsa-') && name.endsWith('f'))) {
    const { publicKey } = generateKeyPairSync(algorithm as 'slh-dsa-sha2-128f')
    const key = PublicKey.decode(publicKey.export({ type: 'spki', format: 'der' }))
    assert.equal(key.algorithm.der.toHex(), algorithmIdentifier(algorithm).der.toHex())
  }
})

test('RFC 4055 §5: RSA signatures are read with NULL parameters and without; others with none', () => {
  assert.equal(signatureAlgorithmOf(id('300b 06092a864886f70d01010b')), 'rsa-sha256')
  assert.equal(signatureAlgorithmOf(id('300d 06092a864886f70d01010b 0500')), 'rsa-sha256')
  assert.equal(signatureAlgorithmOf(id('300e 06092a864886f70d01010b 020101')), undefined)
  assert.equal(signatureAlgorithmOf(id('300c 06082a8648ce3d040302 0500')), undefined)
  assert.equal(signatureAlgorithmOf(id('3007 06032b6570 0500')), undefined)
  assert.equal(signatureAlgorithmOf(id('300d 0609608648016503040312 0500')), undefined)
})

test('SHA-1, MD5 and unknown algorithms are none of ours', () => {
  assert.equal(signatureAlgorithmOf(id('300d 06092a864886f70d010105 0500')), undefined)
  assert.equal(signatureAlgorithmOf(id('300d 06092a864886f70d010104 0500')), undefined)
  assert.equal(signatureAlgorithmOf(id('3009 06072a8648ce3d0401')), undefined)
  assert.equal(signatureAlgorithmOf(id('3005 06032b6571')), undefined)
})

test('RSASSA-PSS is ours only with MGF1 of the same hash, a salt of its length and trailer 1', () => {
  const sha256 = '300d0609608648016503040201 0500'
  const sha384 = '300d0609608648016503040202 0500'
  const absent = '300b0609608648016503040201'
  const sha1 = '300906052b0e03021a 0500'
  const mgf1 = (hash: string) => tlv('30', `06092a864886f70d010108${hash}`)
  const pss = (...fields: readonly string[]) =>
    signatureAlgorithmOf(id(tlv('30', `06092a864886f70d01010a${tlv('30', fields.join(''))}`)))
  const salt = (octets: string) => tlv('a2', `0201${octets}`)

  assert.equal(pss(tlv('a0', sha256), tlv('a1', mgf1(sha256)), salt('20')), 'rsa-pss-sha256')
  assert.equal(pss(tlv('a0', absent), tlv('a1', mgf1(absent)), salt('20')), 'rsa-pss-sha256')
  assert.equal(pss(tlv('a0', sha256), tlv('a1', mgf1(sha384)), salt('20')), undefined)
  assert.equal(pss(tlv('a0', sha256), salt('20')), undefined)
  assert.equal(pss(tlv('a1', mgf1(sha256)), salt('20')), undefined)
  assert.equal(pss(tlv('a0', sha1), tlv('a1', mgf1(sha1)), salt('14')), undefined)
  assert.equal(pss(tlv('a0', sha256), tlv('a1', mgf1(sha256))), undefined)
  assert.equal(pss(tlv('a0', sha256), tlv('a1', mgf1(sha256)), salt('1f')), undefined)
  assert.equal(pss(tlv('a0', sha256), tlv('a1', mgf1(sha256)), salt('20'), tlv('a3', '020102')), undefined)
  assert.equal(pss(), undefined)
  assert.equal(signatureAlgorithmOf(id('300b 06092a864886f70d01010a')), undefined)
  assert.equal(signatureAlgorithmOf(id('300d 06092a864886f70d01010a 0500')), undefined)
})

test('a hash is named with NULL parameters or none', () => {
  for (const [name, hash] of Object.entries(HASH_OIDS)) {
    assert.equal(hashOf(makeAlgorithmIdentifier(hash)), name)
    assert.equal(hashOf(makeAlgorithmIdentifier(hash, NULL_PARAMETERS)), name)
    assert.equal(hashOf(makeAlgorithmIdentifier(hash, new Uint8Array([2, 1, 0]))), undefined)
  }
  assert.equal(hashOf(makeAlgorithmIdentifier('1.2.840.113549.2.5')), undefined)
  assert.equal(hashOfSignature('rsa-pss-sha384'), 'sha384')
  assert.equal(hashOfSignature('slh-dsa-sha2-256s'), undefined)
})

function tlv(tag: string, contents: string): string {
  const hex = contents.replaceAll(' ', '')
  return `${tag}${(hex.length / 2).toString(16).padStart(2, '0')}${hex}`
}
