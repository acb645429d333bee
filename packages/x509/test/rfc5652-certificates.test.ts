import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { X509Certificates } from '../../../test/support/peculiar-x509.ts'
import { needs, run } from '../../../test/support/system-program.ts'
import { DerError, decodeCertificate, decodeCmsCertificates, encodeCmsCertificates } from '../src/index.ts'
import { type OpensslAuthority, opensslAuthority } from './support/openssl-authority.ts'

describe('a certs-only PKCS#7', needs('openssl', 'certtool'), () => {
  let authority: OpensslAuthority
  let leaf: Uint8Array
  let ca: Uint8Array
  before(async () => {
    authority = await opensslAuthority('ec')
    leaf = new Uint8Array(await authority.issue('leaf', '0x05'))
    ca = authority.certificate.der
    await authority.write('chain.pem', `${await authority.read('leaf.pem')}${await authority.read('ca.pem')}`)
    await authority.write('configuration', '[ca]\ndefault_ca=a\n[a]\ndatabase=database\ndefault_md=sha256\n')
    await authority.write('database', '')
    const signer = ['-cert', 'ca.pem', '-keyfile', 'ca.key', '-crldays', '7']
    await authority.openssl('ca', '-config', 'configuration', '-gencrl', ...signer, '-out', 'crl.pem')
    await authority.openssl('crl', '-in', 'crl.pem', '-outform', 'DER', '-out', 'crl.der')
  })
  after(() => authority.dispose())

  test('is octet for octet what OpenSSL makes of the chain, in the order of the chain', async () => {
    await authority.openssl('crl2pkcs7', '-nocrl', '-certfile', 'chain.pem', '-outform', 'DER', '-out', 'theirs.p7b')
    const theirs = new Uint8Array(await authority.read('theirs.p7b'))

    assert.equal(encodeCmsCertificates({ certificates: [leaf, ca] }).toHex(), theirs.toHex())
    assert.deepEqual(decodeCmsCertificates(theirs), { certificates: [leaf, ca], crls: [] })
  })

  test('with a CRL is octet for octet what OpenSSL makes', async () => {
    await authority.openssl(
      'crl2pkcs7',
      '-in',
      'crl.pem',
      '-certfile',
      'ca.pem',
      '-outform',
      'DER',
      '-out',
      'theirs.p7b',
    )
    const theirs = new Uint8Array(await authority.read('theirs.p7b'))
    const crl = new Uint8Array(await authority.read('crl.der'))

    assert.equal(encodeCmsCertificates({ certificates: [ca], crls: [crl] }).toHex(), theirs.toHex())
    assert.deepEqual(decodeCmsCertificates(theirs), { certificates: [ca], crls: [crl] })
  })

  test('reads the same to OpenSSL, GnuTLS and @peculiar/x509', async () => {
    const der = encodeCmsCertificates({ certificates: [leaf, ca] })
    const file = await authority.write('ours.p7b', der)

    const openssl = await authority.openssl('pkcs7', '-inform', 'DER', '-in', 'ours.p7b', '-print_certs', '-noout')
    const gnutls = String((await run('certtool', ['--p7-info', '--inder', '--infile', file])).stdout)
    const peculiar = new X509Certificates(der)

    assert.match(openssl, /subject=CN = leaf\n[\s\S]*subject=C = DE, O = Example, CN = Example CA\n/)
    assert.match(gnutls, /Number of certificates: 2/)
    assert.deepEqual(
      Array.from(peculiar, (certificate) => certificate.subject),
      ['CN=leaf', 'C=DE, O=Example, CN=Example CA'],
    )
  })

  test('gives back certificates that can be read', () => {
    const { certificates } = decodeCmsCertificates(encodeCmsCertificates({ certificates: [leaf, ca] }))

    assert.equal(decodeCertificate(certificates[0] ?? ca).serialNumber, 5n)
  })

  test('is not a signed message', async () => {
    await authority.write('message', 'words')
    const signer = ['-signer', 'leaf.pem', '-inkey', 'leaf.key', '-outform', 'DER']
    await authority.openssl('cms', '-sign', '-nodetach', '-in', 'message', ...signer, '-out', 'signed.p7m')
    await authority.openssl('cms', '-sign', '-in', 'message', ...signer, '-out', 'detached.p7m')
    await authority.openssl('cms', '-encrypt', '-in', 'message', '-outform', 'DER', '-out', 'sealed.p7m', 'leaf.pem')

    for (const name of ['signed.p7m', 'detached.p7m', 'sealed.p7m']) {
      const der = new Uint8Array(await authority.read(name))
      assert.throws(() => decodeCmsCertificates(der), DerError, name)
    }
  })

  test('is refused when it is cut short anywhere, and never in another way', () => {
    const der = encodeCmsCertificates({ certificates: [ca] })

    for (let length = 0; length < der.length; length++)
      assert.throws(() => decodeCmsCertificates(der.subarray(0, length)), DerError)
  })

  test('holds X.509 certificates and CRLs, nothing else', () => {
    const attributeCertificate = Uint8Array.fromHex('a203020101')

    assert.throws(
      () => decodeCmsCertificates(encodeCmsCertificates({ certificates: [ca, attributeCertificate] })),
      /content.certificates.1: neither a certificate nor a CRL of X.509/,
    )
  })
})
