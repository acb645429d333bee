import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  AuthorityInfoAccess,
  BasicConstraints,
  CERTIFICATE_EXTENSION_TYPES,
  CertificatePolicies,
  CRL_EXTENSION_TYPES,
  DerError,
  ExtendedKeyUsage,
  Extensions,
  type ExtensionType,
  extensionNamed,
  findExtension,
  InhibitAnyPolicy,
  KeyUsage,
  makeExtension,
  NameConstraints,
  OcspNoCheck,
  SubjectAltName,
} from '../src/index.ts'

test('an extension that is there twice is refused, in reading and in writing', () => {
  const [first, second] = [makeExtension(InhibitAnyPolicy, 1), makeExtension(InhibitAnyPolicy, 2)]
  const twice = Uint8Array.fromHex(
    `301a${Extensions.encode([first]).subarray(2).toHex()}${Extensions.encode([second]).subarray(2).toHex()}`,
  )
  const mended = Uint8Array.from([0x30, twice.length - 2, ...twice.subarray(2)])

  assert.throws(() => Extensions.encode([first, second]), /2\.5\.29\.54 is there twice/)
  assert.throws(() => Extensions.decode(mended), /2\.5\.29\.54 is there twice/)
})

const BROKEN: readonly (readonly [why: string, type: ExtensionType<unknown>, hex: string, message: RegExp])[] = [
  [
    'an IP address of five octets',
    SubjectAltName,
    '300787050a00000001',
    /subjectAltName\.0\.ip: an IP address has 4 or 16 octets, not 5/,
  ],
  ['no names', SubjectAltName, '3000', /subjectAltName: an empty list/],
  ['a DNS name beyond ASCII', SubjectAltName, '30048202c3a4', /0\.dns: a character that a IA5String cannot hold/],
  ['a UPN that is not UTF-8', SubjectAltName, '3013a011060a2b060104018237140203a0030c01ff', /UTF-8/],
  [
    'a network of four octets',
    NameConstraints,
    '300aa008300687040a000000',
    /permitted\.0\.base\.ip: expected an IP network/,
  ],
  ['a mask with holes', NameConstraints, '300ea00c300a87080a000000ff00ff00', /mask without holes/],
  ['a minimum distance', NameConstraints, '300aa0083006820161800101', /minimum distance/],
  ['a maximum distance', NameConstraints, '300aa0083006820161810101', /too many/],
  ['a negative path length', BasicConstraints, '30060101ff0201ff', /pathLength: expected a number/],
  ['cA FALSE spelt out', BasicConstraints, '3003010100', /ca: the default value spelt out/],
  ['a tenth key usage', KeyUsage, '0303060040', /bit beyond the 9/],
  ['something else than NULL', OcspNoCheck, '050000', /too many/],
  ['no purposes', ExtendedKeyUsage, '3000', /empty list/],
  ['an address that is no name', AuthorityInfoAccess, '300a300806022a0304025858', /0\.location: expected \[2\] or/],
]
for (const [why, type, hex, message] of BROKEN) {
  test(`${type.name} with ${why} is refused, and the error says where`, () => {
    const extension = { id: type.id, critical: false, value: Uint8Array.fromHex(hex) }

    assert.throws(
      () => findExtension([extension], type),
      (error) => error instanceof DerError && message.test(error.message),
    )
  })
}

test('names of a form that nobody uses are kept as they are', () => {
  const value = Uint8Array.fromHex('3008a302300082026162')

  const names = SubjectAltName.codec.decode(value)

  assert.deepEqual(names[0], { type: 'unsupported', der: Uint8Array.fromHex('a3023000') })
  assert.deepEqual(SubjectAltName.codec.encode(names), value)
})

test('a policy qualifier that is neither CPS nor user notice is kept as DER', () => {
  const policies = [{ policy: '1.2.3', qualifiers: [{ id: '1.2.3.9', value: Uint8Array.of(5, 0) }] }]

  assert.deepEqual(CertificatePolicies.codec.decode(CertificatePolicies.codec.encode(policies)), policies)
})

test('each extension type has an identifier and a name of its own', () => {
  const types: readonly ExtensionType<unknown>[] = [...CERTIFICATE_EXTENSION_TYPES, ...CRL_EXTENSION_TYPES]

  assert.equal(new Set(types.map(({ id }) => id)).size, types.length)
  assert.equal(new Set(types.map(({ name }) => name)).size, types.length)
  assert.equal(extensionNamed('2.5.29.15'), KeyUsage)
  assert.equal(extensionNamed('1.2.3'), undefined)
})
