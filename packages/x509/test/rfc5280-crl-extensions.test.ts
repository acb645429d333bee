import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { AsnConvert } from '@peculiar/asn1-schema'
import {
  BaseCRLNumber,
  CertificateIssuer as PeculiarCertificateIssuer,
  CRLNumber as PeculiarCrlNumber,
  GeneralName as PeculiarGeneralName,
  InvalidityDate as PeculiarInvalidityDate,
  DistributionPointName as PeculiarPointName,
  CRLReason as PeculiarReason,
  CRLReasons as PeculiarReasonNumbers,
  IssuingDistributionPoint as PeculiarScope,
  Reason,
  ReasonFlags,
} from '@peculiar/asn1-x509'
import { needs } from '../../../test/support/system-program.ts'
import {
  algorithmIdentifier,
  CertificateIssuer,
  CRL_REASON_NUMBERS,
  CRL_REASONS,
  CrlNumber,
  CrlWriter,
  crlReasonOf,
  DeltaCrlIndicator,
  DerError,
  InvalidityDate,
  IssuingDistributionPoint,
  makeExtension,
  makeName,
  ReasonCode,
} from '../src/index.ts'
import { type OpensslAuthority, opensslAuthority } from './support/openssl-authority.ts'

const NOW = Date.UTC(2026, 10, 24)
const EVERYTHING: IssuingDistributionPoint = {
  onlyContainsUserCerts: false,
  onlyContainsCaCerts: false,
  indirectCrl: false,
  onlyContainsAttributeCerts: false,
}
const ADDRESS = 'http://pki.example.com/crl/1.crl'

function hexOf(value: unknown): string {
  return Buffer.from(AsnConvert.serialize(value)).toString('hex')
}

describe('CRL extensions compared with @peculiar/asn1-x509', () => {
  test('CRL numbers are the same octets', () => {
    for (const number of [0, 1, 127, 128, 255, 256, 65_535, 1_795_000_000]) {
      assert.equal(CrlNumber.codec.encode(BigInt(number)).toHex(), hexOf(new PeculiarCrlNumber(number)))
      assert.equal(DeltaCrlIndicator.codec.encode(BigInt(number)).toHex(), hexOf(new BaseCRLNumber(number)))
      assert.equal(CrlNumber.codec.decode(CrlNumber.codec.encode(BigInt(number))), BigInt(number))
    }
  })

  test('every reason is the same octets under the same name', () => {
    for (const reason of CRL_REASONS) {
      const number = PeculiarReasonNumbers[reason]
      assert.equal(CRL_REASON_NUMBERS[reason], number)
      assert.equal(crlReasonOf(number), reason)
      assert.equal(ReasonCode.codec.encode(reason).toHex(), hexOf(new PeculiarReason(number)))
      assert.equal(ReasonCode.codec.decode(ReasonCode.codec.encode(reason)), reason)
    }
  })

  test('the invalidity date is the same octets', () => {
    assert.equal(InvalidityDate.codec.encode(NOW).toHex(), hexOf(new PeculiarInvalidityDate(new Date(NOW))))
  })

  test('the certificate issuer is the same octets', () => {
    const ours = CertificateIssuer.codec.encode([{ type: 'uri', value: ADDRESS }])
    const theirs = new PeculiarCertificateIssuer([new PeculiarGeneralName({ uniformResourceIdentifier: ADDRESS })])

    assert.equal(ours.toHex(), hexOf(theirs))
  })

  test('every scope is the same octets, and read again as it was', () => {
    const point = new PeculiarPointName({ fullName: [new PeculiarGeneralName({ uniformResourceIdentifier: ADDRESS })] })
    const distributionPoint = { fullName: [{ type: 'uri' as const, value: ADDRESS }] }
    const scopes: readonly (readonly [Partial<IssuingDistributionPoint>, Partial<PeculiarScope>])[] = [
      [{ distributionPoint }, { distributionPoint: point }],
      [{ onlyContainsUserCerts: true }, { onlyContainsUserCerts: true }],
      [
        { onlyContainsCaCerts: true, distributionPoint },
        { onlyContainsCACerts: true, distributionPoint: point },
      ],
      [{ indirectCrl: true }, { indirectCRL: true }],
      [{ onlyContainsAttributeCerts: true }, { onlyContainsAttributeCerts: true }],
      [
        { onlySomeReasons: ['keyCompromise', 'cACompromise'] },
        { onlySomeReasons: new Reason(ReasonFlags.keyCompromise | ReasonFlags.cACompromise) },
      ],
    ]

    for (const [ours, theirs] of scopes) {
      const encoded = IssuingDistributionPoint.codec.encode({ ...EVERYTHING, ...ours })
      const expected = hexOf(new PeculiarScope(theirs))
      assert.equal(encoded.toHex(), expected)
      const decoded = IssuingDistributionPoint.codec.decode(encoded)
      const said = Object.entries(decoded).filter(([, value]) => value !== undefined)
      assert.deepEqual(Object.fromEntries(said), { ...EVERYTHING, ...ours })
    }
  })
})

describe('CRL extensions', () => {
  test('refuse CRL numbers below 0 and of more than 20 octets', () => {
    const longest = (1n << 159n) - 1n

    assert.equal(CrlNumber.codec.decode(CrlNumber.codec.encode(longest)), longest)
    assert.throws(() => CrlNumber.codec.encode(longest + 1n), DerError)
    assert.throws(() => CrlNumber.codec.encode(-1n), DerError)
    assert.throws(() => CrlNumber.codec.decode(Uint8Array.fromHex('0201ff')), DerError)
  })

  test('refuse reasons without a name', () => {
    for (const number of ['07', '0b', '7f'])
      assert.throws(() => ReasonCode.codec.decode(Uint8Array.fromHex(`0a01${number}`)), /no revocation reason/)
  })

  test('refuse a scope that says nothing or two things', () => {
    const twice = { ...EVERYTHING, onlyContainsUserCerts: true, onlyContainsCaCerts: true }

    assert.throws(() => IssuingDistributionPoint.codec.encode(EVERYTHING), /says nothing/)
    assert.throws(() => IssuingDistributionPoint.codec.decode(Uint8Array.fromHex('3000')), /says nothing/)
    assert.throws(() => IssuingDistributionPoint.codec.encode(twice), /at most one kind/)
    assert.throws(
      () => IssuingDistributionPoint.codec.decode(Uint8Array.fromHex('30068101ff8201ff')),
      /at most one kind/,
    )
  })
})

describe('a delta CRL for one partition', needs('openssl'), () => {
  let authority: OpensslAuthority
  before(async () => {
    authority = await opensslAuthority('ed25519')
  })
  after(() => authority.dispose())

  test('reads to OpenSSL as what it is', async () => {
    const scope = {
      ...EVERYTHING,
      distributionPoint: { fullName: [{ type: 'uri' as const, value: ADDRESS }] },
      onlyContainsUserCerts: true,
    }
    const writer = new CrlWriter({
      signatureAlgorithm: algorithmIdentifier('ed25519'),
      issuer: makeName([[{ type: '2.5.4.3', value: 'Example CA' }]]),
      thisUpdate: NOW,
      nextUpdate: NOW + 86_400_000,
      extensions: [
        makeExtension(CrlNumber, 0x10n),
        makeExtension(DeltaCrlIndicator, 0x0fn, true),
        makeExtension(IssuingDistributionPoint, scope, true),
      ],
    })
    writer.add(5n, NOW, 'removeFromCRL')

    await authority.write('delta.crl', writer.finishSigned(authority.sign(writer.finish())))
    const text = await authority.openssl('crl', '-inform', 'DER', '-in', 'delta.crl', '-noout', '-text')

    assert.match(text, /X509v3 CRL Number: \n\s+0x10|X509v3 CRL Number: \n\s+16/)
    assert.match(text, /X509v3 Delta CRL Indicator: critical\n\s+(0x0F|15)/)
    assert.match(
      text,
      /X509v3 Issuing Distribution Point: critical\n\s+Full Name:\n\s+URI:http:\/\/pki.example.com\/crl\/1.crl\s*Only User Certificates/,
    )
    assert.match(text, /X509v3 CRL Reason Code: \n\s+Remove From CRL/)
  })
})
