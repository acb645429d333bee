import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { seededRandom } from '../../../test/support/seeded-random.ts'
import { needs, run } from '../../../test/support/system-program.ts'
import { oid } from '../src/der/oid.ts'
import {
  any,
  boolean,
  enumerated,
  explicit,
  implicit,
  integer,
  namedBits,
  nothing,
  octetString,
  octetsOf,
  smallInteger,
} from '../src/der/primitives.ts'
import {
  bmpString,
  ia5String,
  numericString,
  printableString,
  teletexString,
  universalString,
  utf8String,
  visibleString,
} from '../src/der/strings.ts'
import { sequence, sequenceOf, setOf } from '../src/der/structures.ts'
import { generalizedTime, utcTime } from '../src/der/time.ts'

/** Each of these lines of `openssl asn1parse -genconf`, one after the other in a SEQUENCE. */
async function opensslSequence(values: readonly string[], sections = ''): Promise<readonly Uint8Array[]> {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-der-'))
  const config = join(folder, 'asn1.cnf')
  const out = join(folder, 'out.der')
  await writeFile(
    config,
    `asn1=SEQUENCE:all\n[all]\n${values.map((value, at) => `v${at}=${value}\n`).join('')}${sections}`,
  )
  const made = await run('openssl', ['asn1parse', '-noout', '-genconf', config, '-out', out])
  assert.equal(made.status, 0, made.stderr.toString())
  const der = new Uint8Array(await readFile(out))
  await rm(folder, { recursive: true })
  return sequenceOf(any).decode(der)
}

test('integers are encoded as OpenSSL encodes them, at every length and sign', needs('openssl'), async () => {
  const random = seededRandom(1)
  const edges = [0n, 1n, 127n, 128n, 129n, 255n, 256n, 32767n, 32768n, 65535n, 65536n, 2n ** 63n, 2n ** 64n - 1n]
  const long = Array.from({ length: 60 }, () => BigInt(`0x${random.bytes(1 + random.number(40)).toHex()}`))
  const values = [...edges, ...long].flatMap((value) => [value, -value])

  const expected = await opensslSequence(values.map((value) => `INTEGER:${value}`))

  assert.deepEqual(
    values.map((value) => integer.encode(value).toHex()),
    expected.map((der) => der.toHex()),
  )
  assert.deepEqual(
    expected.map((der) => integer.decode(der)),
    values,
  )
})

test('small integers and enumerations are encoded as OpenSSL encodes them', needs('openssl'), async () => {
  const values = [0, 1, 127, 128, 255, 256, 65535, 65536, 0x7fffff, 0x800000, 0x7fffffff]

  const integers = await opensslSequence(values.map((value) => `INTEGER:${value}`))
  const enumerations = await opensslSequence(values.map((value) => `ENUM:${value}`))

  assert.deepEqual(
    values.map((value) => smallInteger.encode(value).toHex()),
    integers.map((der) => der.toHex()),
  )
  assert.deepEqual(
    values.map((value) => enumerated.encode(value).toHex()),
    enumerations.map((der) => der.toHex()),
  )
  assert.deepEqual(
    integers.map((der) => smallInteger.decode(der)),
    values,
  )
  assert.deepEqual(
    enumerations.map((der) => enumerated.decode(der)),
    values,
  )
})

test(
  'object identifiers are encoded as OpenSSL encodes them, arcs beyond 64 bits included',
  needs('openssl'),
  async () => {
    const random = seededRandom(2)
    const arc = () => BigInt(`0x${random.bytes(1 + random.number(16)).toHex()}`)
    const values = [
      ...[
        '0.0',
        '0.39',
        '1.0',
        '1.39',
        '2.0',
        '2.39',
        '2.40',
        '2.47',
        '2.48',
        '2.999',
        '2.5.29.15',
        '1.2.840.113549.1.1.11',
      ],
      ...Array.from({ length: 40 }, () => `2.${arc()}.${arc()}.${random.number(300)}`),
      ...Array.from({ length: 40 }, () => `${random.number(2)}.${random.number(40)}.${arc()}`),
    ]

    const expected = await opensslSequence(values.map((value) => `OID:${value}`))

    assert.deepEqual(
      values.map((value) => oid.encode(value).toHex()),
      expected.map((der) => der.toHex()),
    )
    assert.deepEqual(
      expected.map((der) => oid.decode(der)),
      values,
    )
  },
)

test('times are encoded as OpenSSL encodes them, leap days and both centuries included', needs('openssl'), async () => {
  const utc = ['500101000000Z', '700101000000Z', '991231235959Z', '000229120000Z', '491231235959Z', '240229010203Z']
  const generalized = ['00000101000000Z', '00991231235959Z', '19000228000000Z', '20500101000000Z', '99991231235959Z']

  const utcTimes = await opensslSequence(utc.map((text) => `UTCTIME:${text}`))
  const generalizedTimes = await opensslSequence(generalized.map((text) => `GENERALIZEDTIME:${text}`))

  assert.deepEqual(
    utcTimes.map((der) => utcTime.decode(der)),
    [-631152000000, 0, 946684799000, 951825600000, 2524607999000, 1709168523000],
  )
  assert.deepEqual(
    generalizedTimes.map((der) => new Date(generalizedTime.decode(der)).toISOString()),
    [
      '0000-01-01T00:00:00.000Z',
      '0099-12-31T23:59:59.000Z',
      '1900-02-28T00:00:00.000Z',
      '2050-01-01T00:00:00.000Z',
      '9999-12-31T23:59:59.000Z',
    ],
  )
  for (const der of utcTimes) assert.deepEqual(utcTime.encode(utcTime.decode(der)), der)
  for (const der of generalizedTimes) assert.deepEqual(generalizedTime.encode(generalizedTime.decode(der)), der)
})

test('strings of every type are encoded as OpenSSL encodes them', needs('openssl'), async () => {
  const rows = [
    [utf8String, 'UTF8', 'Grüße, 世界 🌍'],
    [printableString, 'PRINTABLE', "Example (AB) '07+1-2./:=?"],
    [ia5String, 'IA5', 'alice_@example.com'],
    [numericString, 'NUMERIC', '012 345'],
    [visibleString, 'VISIBLE', 'A~ !'],
    [teletexString, 'T61', 'Müller'],
    [bmpString, 'BMP', 'Grüße, 世界'],
    [universalString, 'UNIV', 'Grüße 🌍'],
  ] as const

  const expected = await opensslSequence(
    rows.map(([, name, text]) => `FORMAT:UTF8,${name}:${text.replaceAll("'", "\\'")}`),
  )

  for (const [at, [type, , text]] of rows.entries()) {
    assert.equal(type.encode(text).toHex(), expected[at]?.toHex())
    assert.equal(type.decode(type.encode(text)), text)
  }
})

test('named bits lose their trailing zeros as OpenSSL drops them', needs('openssl'), async () => {
  const Bits = namedBits(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'])
  const rows = [
    ['a'],
    ['h'],
    ['i'],
    ['a', 'i'],
    ['b', 'j'],
    ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'],
    ['g', 'h'],
  ] as const
  const list = (bits: readonly string[]) => bits.map((bit) => bit.charCodeAt(0) - 97).join(',')

  const expected = await opensslSequence(rows.map((bits) => `FORMAT:BITLIST,BITSTRING:${list(bits)}`))

  assert.deepEqual(
    rows.map((bits) => Bits.encode(bits).toHex()),
    expected.map((der) => der.toHex()),
  )
  assert.deepEqual(
    expected.map((der) => Bits.decode(der)),
    rows,
  )
})

test('tags, sequences and sets are built as OpenSSL builds them', needs('openssl'), async () => {
  const Inner = sequence({ yes: boolean, no: boolean, none: nothing })
  const lines = [
    'IMPLICIT:3,OCTETSTRING:abc',
    'EXPLICIT:3,OCTETSTRING:abc',
    'IMPLICIT:0,SEQUENCE:inner',
    'EXPLICIT:30,SEQUENCE:inner',
    'OCTWRAP,SEQUENCE:inner',
    'SET:unsorted',
    'SEQUENCE:unsorted',
  ]
  const sections =
    '[inner]\na=BOOL:TRUE\nb=BOOL:FALSE\nc=NULL\n[unsorted]\na=INTEGER:300\nb=INTEGER:2\nc=INTEGER:-1\nd=INTEGER:1\n'
  const expected = await opensslSequence(lines, sections)

  const abc = new TextEncoder().encode('abc')
  const inner = { yes: true, no: false, none: null }
  const numbers = [300n, 2n, -1n, 1n]
  const ours = [
    implicit(3, octetString).encode(abc),
    explicit(3, octetString).encode(abc),
    implicit(0, Inner).encode(inner),
    explicit(30, Inner).encode(inner),
    octetsOf(Inner).encode(inner),
    setOf(integer).encode(numbers),
    sequenceOf(integer).encode(numbers),
  ]

  assert.deepEqual(
    ours.map((der) => der.toHex()),
    expected.map((der) => der.toHex()),
  )
})

test(
  'lengths take one octet more at 128, 256, 65536 and 16777216, as OpenSSL reads them',
  needs('openssl'),
  async () => {
    for (const length of [0, 1, 127, 128, 255, 256, 65535, 65536]) {
      const der = octetString.encode(new Uint8Array(length))

      const parsed = await run('openssl', ['asn1parse', '-inform', 'DER'], {
        input: der.subarray(0, Math.max(der.length, 2)),
      })

      const [, header, contents] = /hl=(\d+) +l= *(\d+) +prim: +OCTET STRING/.exec(parsed.stdout.toString()) ?? []
      assert.equal(Number(contents), length)
      assert.equal(Number(header), der.length - length)
      assert.equal(octetString.decode(der).length, length)
    }
  },
)
