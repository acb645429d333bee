import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bitString, explicit, implicit, integer, smallInteger } from '../src/der/primitives.ts'
import { optional, sequence } from '../src/der/structures.ts'
import { generalizedTime, time5280 } from '../src/der/time.ts'
import {
  AlgorithmIdentifier,
  algorithmIdentifier,
  assembleSigned,
  DerError,
  decodeCertificate,
  Extensions,
  encodeTbsCertificate,
  Name,
  PublicKey,
} from '../src/index.ts'
import { SAMPLE_CERTIFICATE, SAMPLE_TBS } from './support/sample-certificate.ts'

const ECDSA = algorithmIdentifier('ecdsa-sha256')

/** Parts of a TBSCertificate that can be put together wrongly. */
const Loose = sequence({
  version: optional(explicit(0, smallInteger)),
  serialNumber: integer,
  signature: AlgorithmIdentifier,
  issuer: Name,
  validity: sequence({ notBefore: time5280, notAfter: generalizedTime }),
  subject: Name,
  publicKey: PublicKey,
  issuerUniqueID: optional(implicit(1, bitString)),
  extensions: optional(explicit(3, Extensions)),
})
const LOOSE = {
  version: 2,
  serialNumber: 1n,
  signature: ECDSA,
  issuer: SAMPLE_TBS.issuer,
  validity: { notBefore: SAMPLE_TBS.notBefore, notAfter: SAMPLE_TBS.notAfter },
  subject: SAMPLE_TBS.subject,
  publicKey: SAMPLE_TBS.publicKey,
  extensions: SAMPLE_TBS.extensions,
}
const loose = (changes: Partial<Parameters<typeof Loose.encode>[0]>) =>
  assembleSigned(Loose.encode({ ...LOOSE, ...changes }), ECDSA, new Uint8Array(8))

test('versions, unique identifiers and serial numbers of other authorities are read as they are', () => {
  assert.equal(decodeCertificate(loose({})).version, 3)
  assert.equal(decodeCertificate(loose({ extensions: undefined })).version, 3)
  assert.equal(decodeCertificate(loose({ version: 1, extensions: undefined })).version, 2)
  assert.equal(decodeCertificate(loose({ version: undefined, extensions: undefined })).version, 1)
  assert.equal(decodeCertificate(loose({ issuerUniqueID: Uint8Array.of(1) })).version, 3)
  assert.equal(decodeCertificate(loose({ serialNumber: -5n })).serialNumber, -5n)
  assert.equal(decodeCertificate(loose({ serialNumber: 0n })).serialNumber, 0n)
})

const WRONG: readonly (readonly [why: string, der: () => Uint8Array, message: RegExp])[] = [
  ['extensions in version 1', () => loose({ version: undefined }), /tbsCertificate\.version: extensions are there/],
  ['extensions in version 2', () => loose({ version: 1 }), /tbsCertificate\.version: extensions are there/],
  [
    'a version 1 that is spelt out',
    () => loose({ version: 0 }),
    /tbsCertificate\.version: the default value spelt out/,
  ],
  [
    'a version 4',
    () => loose({ version: 3, extensions: undefined }),
    /tbsCertificate\.version: expected version 1, 2 or 3/,
  ],
  [
    'a unique identifier in version 1',
    () => loose({ version: undefined, extensions: undefined, issuerUniqueID: Uint8Array.of(1) }),
    /tbsCertificate\.version: unique identifiers are there/,
  ],
  [
    'another algorithm inside than beside the signature',
    () => assembleSigned(encodeTbsCertificate(SAMPLE_TBS), algorithmIdentifier('ecdsa-sha384'), new Uint8Array(8)),
    /tbsCertificate\.signature: not the signature algorithm/,
  ],
  ['a request in its place', () => Uint8Array.fromHex('3003020100'), /tbs: expected SEQUENCE, found INTEGER/],
  ['nothing', () => new Uint8Array(), /expected SEQUENCE, found the end/],
  ['PEM', () => new TextEncoder().encode('-----BEGIN CERTIFICATE-----'), /expected SEQUENCE, found tag 0x2d/],
]
for (const [why, der, message] of WRONG) {
  test(`a certificate with ${why} is refused`, () => {
    assert.throws(
      () => decodeCertificate(der()),
      (error) => error instanceof DerError && message.test(error.message),
    )
  })
}

test('byte arrays of a decoded certificate are views of its DER, which is not copied', () => {
  const certificate = decodeCertificate(SAMPLE_CERTIFICATE)

  for (const part of [certificate.tbs, certificate.signature, certificate.subject.der, certificate.publicKey.key])
    assert.equal(part.buffer, SAMPLE_CERTIFICATE.buffer)
})
