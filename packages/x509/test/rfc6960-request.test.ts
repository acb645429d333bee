import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { OCSPRequest as PeculiarRequest } from '@peculiar/asn1-ocsp'
import { AsnConvert } from '@peculiar/asn1-schema'
import { needs, run } from '../../../test/support/system-program.ts'
import {
  type CertId,
  DerError,
  decodeCertificate,
  decodeOcspRequest,
  encodeOcspRequest,
  HASH_OIDS,
  makeCertId,
  mayHaveNonce,
  OCSP_REQUEST_LIMITS,
} from '../src/index.ts'
import { type OpensslAuthority, opensslAuthority } from './support/openssl-authority.ts'

const SERIAL = '0x7c0102030405060708090a0b0c0d0e0f'

describe('an OCSP request', needs('openssl', 'ocsptool'), () => {
  let authority: OpensslAuthority
  before(async () => {
    authority = await opensslAuthority('rsa')
    await authority.issue('leaf', SERIAL)
    await authority.issue('other', '0xff')
  })
  after(() => authority.dispose())

  /** The CertID of a serial number under the authority, its hashes made by node:crypto. */
  function certId(serialNumber: bigint, hash: 'sha1' | 'sha256'): CertId {
    const digest = (octets: Uint8Array) => new Uint8Array(createHash(hash).update(octets).digest())
    return makeCertId({
      hashAlgorithm: HASH_OIDS[hash],
      issuerNameHash: digest(authority.certificate.subject.der),
      issuerKeyHash: digest(authority.certificate.publicKey.key),
      serialNumber,
    })
  }

  async function opensslRequest(...options: readonly string[]): Promise<Uint8Array> {
    await authority.openssl('ocsp', '-issuer', 'ca.pem', ...options, '-reqout', 'request.der')
    return new Uint8Array(await authority.read('request.der'))
  }

  test('of OpenSSL is read, and written again octet for octet', async () => {
    const der = await opensslRequest('-cert', 'leaf.pem')

    const request = decodeOcspRequest(der)

    assert.equal(request.requests.length, 1)
    assert.deepEqual(request.requests[0]?.certId, certId(BigInt(SERIAL), 'sha1'))
    assert.equal(request.nonce?.length, 16)
    assert.equal(mayHaveNonce(der), true)
    assert.equal(request.isSigned, false)
    const again = encodeOcspRequest({ requests: [{ certId: certId(BigInt(SERIAL), 'sha1') }], nonce: request.nonce })
    assert.equal(again.toHex(), der.toHex())
  })

  test('about several certificates, by two hash functions and without a nonce, is the same to OpenSSL', async () => {
    const der = await opensslRequest('-no_nonce', '-cert', 'leaf.pem', '-sha256', '-cert', 'other.pem')

    const asked = [certId(BigInt(SERIAL), 'sha1'), certId(0xffn, 'sha256')]

    assert.equal(encodeOcspRequest({ requests: asked.map((id) => ({ certId: id })) }).toHex(), der.toHex())
    assert.deepEqual(
      decodeOcspRequest(der).requests.map((one) => one.certId),
      asked,
    )
    assert.equal(decodeOcspRequest(der).nonce, undefined)
    assert.equal(mayHaveNonce(der), false)
  })

  test('that somebody signed is read like any other', async () => {
    const der = await opensslRequest('-cert', 'leaf.pem', '-signer', 'leaf.pem', '-signkey', 'leaf.key')

    const request = decodeOcspRequest(der)

    assert.equal(request.isSigned, true)
    assert.equal(request.requests[0]?.certId.serialNumber, BigInt(SERIAL))
  })

  test('of GnuTLS is read, and written again octet for octet', async () => {
    const files = ['--load-issuer', authority.path('ca.pem'), '--load-cert', authority.path('leaf.pem')]
    const { status } = await run('ocsptool', [
      '--generate-request',
      ...files,
      '--outfile',
      authority.path('gnutls.der'),
    ])
    assert.equal(status, 0)

    const der = new Uint8Array(await authority.read('gnutls.der'))

    const asked = certId(BigInt(SERIAL), 'sha1')
    assert.deepEqual(decodeOcspRequest(der).requests, [{ certId: asked, extensions: [] }])
    assert.equal(encodeOcspRequest({ requests: [{ certId: asked }] }).toHex(), der.toHex())
  })

  test('of ours reads the same to GnuTLS and @peculiar/asn1-ocsp', async () => {
    const nonce = new Uint8Array(32).fill(0xab)
    const der = encodeOcspRequest({ requests: [{ certId: certId(0x80n, 'sha256') }], nonce })
    const file = await authority.write('ours.der', der)

    const gnutls = String((await run('ocsptool', ['--request-info', '--infile', file])).stdout)
    const peculiar = AsnConvert.parse(der, PeculiarRequest)

    assert.match(gnutls, /Hash Algorithm: SHA256/)
    assert.match(gnutls, /Serial Number: 0080/)
    assert.match(gnutls, /Nonce: (ab){32}/)
    const [asked] = peculiar.tbsRequest.requestList
    assert.equal(Buffer.from(asked?.reqCert.serialNumber ?? new ArrayBuffer(0)).toString('hex'), '0080')
    assert.equal(Buffer.from(AsnConvert.serialize(peculiar)).toString('hex'), der.toHex())
  })

  test('names its issuer by the octets of the certificate', async () => {
    const leaf = decodeCertificate(await authority.read('leaf.der'))

    assert.equal(leaf.issuer.der.toHex(), authority.certificate.subject.der.toHex())
  })
})

describe('an OCSP request from a stranger', () => {
  const sample = makeCertId({
    hashAlgorithm: HASH_OIDS.sha1,
    issuerNameHash: new Uint8Array(20).fill(1),
    issuerKeyHash: new Uint8Array(20).fill(2),
    serialNumber: 0x7c01n,
  })
  const NONCE = '1.3.6.1.5.5.7.48.1.2'

  function asking(count: number): Uint8Array {
    return encodeOcspRequest({ requests: Array.from({ length: count }, () => ({ certId: sample })) })
  }

  function withNonceValue(value: string): Uint8Array {
    const extensions = [{ id: NONCE, critical: false, value: Uint8Array.fromHex(value) }]
    return encodeOcspRequest({ requests: [{ certId: sample }], extensions })
  }

  test('asks about at most as many certificates as it may', () => {
    assert.equal(decodeOcspRequest(asking(20)).requests.length, OCSP_REQUEST_LIMITS.requests)
    assert.throws(() => decodeOcspRequest(asking(21)), /tbsRequest.requestList: asks about more than 20 certificates/)
    assert.throws(() => decodeOcspRequest(asking(2), { octets: 1000, requests: 1 }), /more than 1 certificates/)
  })

  test('asks about something', () => {
    assert.throws(() => decodeOcspRequest(asking(0)), /tbsRequest.requestList: asks about no certificate/)
  })

  test('is no longer than it may be', () => {
    assert.throws(() => decodeOcspRequest(new Uint8Array(16_385)), /an OCSP request of more than 16384 octets/)
  })

  test('has a nonce of 1 to 128 octets', () => {
    for (const length of [1, 16, 32, 127, 128]) {
      const nonce = new Uint8Array(length).fill(9)
      const request = decodeOcspRequest(encodeOcspRequest({ requests: [{ certId: sample }], nonce }))
      assert.deepEqual(request.nonce, nonce)
    }
    assert.throws(() => decodeOcspRequest(withNonceValue('0400')), /requestExtensions.ocspNonce: a nonce has 1 to 128/)
    assert.throws(() => decodeOcspRequest(withNonceValue(`048181${'00'.repeat(129)}`)), /not 129/)
    assert.throws(() => decodeOcspRequest(withNonceValue('0102030405')), DerError)
    assert.throws(() => encodeOcspRequest({ requests: [{ certId: sample }], nonce: new Uint8Array() }), DerError)
  })

  test('has each extension once', () => {
    const other = '1.3.6.1.5.5.7.48.1.3'
    const extensions = [NONCE, other].map((id) => ({ id, critical: false, value: Uint8Array.fromHex('040101') }))
    const request = encodeOcspRequest({ requests: [{ certId: sample }], extensions })
    const twice = Uint8Array.fromHex(request.toHex().replace('06092b0601050507300103', '06092b0601050507300102'))

    assert.equal(decodeOcspRequest(request).extensions.length, 2)
    assert.throws(() => decodeOcspRequest(twice), /tbsRequest.requestExtensions: the extension .* is there twice/)
  })

  test('has no critical extension that nobody here understands', () => {
    const unknown = [{ id: '1.3.6.1.5.5.7.48.1.99', critical: true, value: Uint8Array.fromHex('0500') }]
    const known = [{ id: NONCE, critical: true, value: Uint8Array.fromHex('040101') }]
    const harmless = unknown.map((extension) => ({ ...extension, critical: false }))
    const asked = (single: typeof unknown, all: typeof unknown) =>
      decodeOcspRequest(encodeOcspRequest({ requests: [{ certId: sample, extensions: single }], extensions: all }))

    assert.throws(() => asked([], unknown), /requestExtensions: the critical extension .*99 is not understood/)
    assert.throws(() => asked(unknown, []), /requestList.0.singleRequestExtensions: the critical extension .*99/)
    assert.deepEqual(asked([], known).nonce, Uint8Array.of(1))
    assert.equal(asked(harmless, harmless).requests[0]?.extensions.length, 1)
  })

  test('has hashes as long as their algorithm makes them', () => {
    const short = makeCertId({ ...sample, issuerKeyHash: new Uint8Array(19) })

    assert.throws(
      () => decodeOcspRequest(encodeOcspRequest({ requests: [{ certId: short }] })),
      /tbsRequest.requestList.0.reqCert.issuerKeyHash: the hash algorithm makes 20 octets, not 19/,
    )
  })

  test('is DER, so that a default is not spelt out', () => {
    const plain = asking(1)
    const inner = plain.slice(4)
    const spelt = Uint8Array.from([0x30, inner.length + 7, 0x30, inner.length + 5, 0xa0, 3, 2, 1, 0, ...inner])

    assert.throws(() => decodeOcspRequest(spelt), /tbsRequest.version: the default value spelt out/)
  })

  test('is refused when it is cut short anywhere, and never in another way', () => {
    const request = encodeOcspRequest({ requests: [{ certId: sample }], nonce: new Uint8Array(32) })

    for (let length = 0; length < request.length; length++)
      assert.throws(() => decodeOcspRequest(request.subarray(0, length)), DerError)
  })

  test('survives any damaged octet with a refusal or a value', () => {
    const request = encodeOcspRequest({ requests: [{ certId: sample }], nonce: new Uint8Array(32) })

    for (let at = 0; at < request.length; at++) {
      for (const damage of [0x00, 0x01, 0x30, 0x7f, 0x80, 0x84, 0xa0, 0xff]) {
        const damaged = request.slice()
        damaged[at] = damage
        try {
          assert.equal(decodeOcspRequest(damaged).requests.length, 1)
        } catch (error) {
          assert.ok(error instanceof DerError, `octet ${at} as ${damage}: ${error}`)
        }
      }
    }
  })
})
