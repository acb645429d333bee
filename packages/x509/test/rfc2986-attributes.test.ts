import assert from 'node:assert/strict'
import { test } from 'node:test'
import { processorTime } from '../../../test/support/processor-time.ts'
import { oid } from '../src/der/oid.ts'
import { any, boolean, implicit, octetString, smallInteger } from '../src/der/primitives.ts'
import { bmpString, ia5String, printableString } from '../src/der/strings.ts'
import { optional, sequence, sequenceOf, setOf } from '../src/der/structures.ts'
import {
  algorithmIdentifier,
  assembleSigned,
  CHALLENGE_PASSWORD,
  DerError,
  decodeCertificationRequest,
  EXTENSION_REQUEST,
  ExtendedKeyUsage,
  Extensions,
  makeExtension,
  makeName,
  Name,
  PublicKey,
  parseNameString,
  SubjectAltName,
} from '../src/index.ts'
import { SAMPLE_KEY } from './support/sample-certificate.ts'

/** A request put together from any parts; `attributes` is written as it comes. */
const Attribute = sequence({ type: oid, values: setOf(any) })
const Loose = sequence({
  version: smallInteger,
  subject: Name,
  key: PublicKey,
  attributes: optional(implicit(0, sequenceOf(Attribute))),
})
function loose(
  attributes: readonly { type: string; values: readonly Uint8Array[] }[] | undefined,
  version = 0,
): Uint8Array {
  const info = Loose.encode({ version, subject: makeName(parseNameString('CN=x')), key: SAMPLE_KEY, attributes })
  return assembleSigned(info, algorithmIdentifier('ecdsa-sha256'), new Uint8Array(8))
}

const MICROSOFT = '1.3.6.1.4.1.311.2.1.14'
const san = makeExtension(SubjectAltName, [{ type: 'dns', value: 'a.example' }])
const otherSan = makeExtension(SubjectAltName, [{ type: 'dns', value: 'b.example' }])
const asks = (type: string, ...extensions: (typeof san)[]) => ({ type, values: [Extensions.encode(extensions)] })
const challenge = (value: Uint8Array) => ({ type: CHALLENGE_PASSWORD, values: [value] })

test('attributes in another order than that of DER, and none at all, are accepted: both are signed as they are', () => {
  const password = challenge(printableString.encode('p'))

  for (const attributes of [
    [asks(EXTENSION_REQUEST, san), password],
    [password, asks(EXTENSION_REQUEST, san)],
  ]) {
    const request = decodeCertificationRequest(loose(attributes))
    assert.deepEqual(request.requestedExtensions, [san])
    assert.equal(request.challengePassword, 'p')
  }
  assert.deepEqual(decodeCertificationRequest(loose(undefined)).attributes, [])
})

test('the extension request of Microsoft counts like the other; both may be there when they agree', () => {
  const eku = makeExtension(ExtendedKeyUsage, ['1.2.3'])

  assert.deepEqual(decodeCertificationRequest(loose([asks(MICROSOFT, san)])).requestedExtensions, [san])
  assert.deepEqual(
    decodeCertificationRequest(loose([asks(MICROSOFT, san, eku), asks(EXTENSION_REQUEST, san)])).requestedExtensions,
    [san, eku],
  )
})

test('a challenge password is read from every string type that programs use', () => {
  const types = [printableString, ia5String, bmpString]
  for (const type of types)
    assert.equal(decodeCertificationRequest(loose([challenge(type.encode('Pass 1'))])).challengePassword, 'Pass 1')
})

const WRONG: readonly (readonly [why: string, der: () => Uint8Array, message: RegExp])[] = [
  ['version 4', () => loose([], 3), /certificationRequestInfo\.version: expected version 1/],
  [
    'two extension requests',
    () => loose([asks(EXTENSION_REQUEST, san), asks(EXTENSION_REQUEST, san)]),
    /attributes: the attribute extensionRequest \(1\.2\.840\.113549\.1\.9\.14\) must be there once/,
  ],
  [
    'two values in its extension request',
    () => loose([{ type: EXTENSION_REQUEST, values: [Extensions.encode([san]), Extensions.encode([otherSan])] }]),
    /must be there once, with one value/,
  ],
  ['no value in its extension request', () => loose([{ type: EXTENSION_REQUEST, values: [] }]), /with one value/],
  [
    'an extension request that asks for nothing',
    () => loose([{ type: EXTENSION_REQUEST, values: [Uint8Array.of(0x30, 0)] }]),
    /extensionRequest: an empty list/,
  ],
  [
    'an extension requested twice with different values',
    () => loose([asks(EXTENSION_REQUEST, san), asks(MICROSOFT, otherSan)]),
    /2\.5\.29\.17 is requested twice/,
  ],
  [
    'two challenge passwords',
    () => loose([challenge(printableString.encode('a')), challenge(printableString.encode('b'))]),
    /challengePassword \(1\.2\.840\.113549\.1\.9\.7\) must be there once/,
  ],
  [
    'a challenge password that is no text',
    () => loose([challenge(boolean.encode(true))]),
    /challengePassword: expected a string, found BOOLEAN/,
  ],
  [
    'an extension request that is no sequence',
    () => loose([{ type: EXTENSION_REQUEST, values: [octetString.encode(new Uint8Array())] }]),
    /extensionRequest: expected SEQUENCE/,
  ],
]
for (const [why, der, message] of WRONG) {
  test(`a request with ${why} is refused`, () => {
    assert.throws(
      () => decodeCertificationRequest(der()),
      (error) => error instanceof DerError && message.test(error.message),
    )
  })
}

test('ten thousand extensions under each identifier are read in time in proportion to their number', () => {
  const many = (prefix: string) =>
    Array.from({ length: 10_000 }, (_, at) => ({ id: `${prefix}.${at}`, critical: false, value: new Uint8Array() }))
  const request = loose([asks(EXTENSION_REQUEST, ...many('1.2')), asks(MICROSOFT, ...many('1.3'))])
  const before = processorTime()

  const { requestedExtensions } = decodeCertificationRequest(request)

  assert.equal(requestedExtensions.length, 20_000)
  assert.ok(processorTime() - before < 1000)
})
