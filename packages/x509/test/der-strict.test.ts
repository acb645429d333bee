import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../../test/support/seeded-random.ts'
import type { Codec } from '../src/der/codec.ts'
import { DerError } from '../src/der/der-error.ts'
import { oid } from '../src/der/oid.ts'
import {
  any,
  bitString,
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
import { choice, mapped, oneOrMore, optional, sequence, sequenceOf, setOf, withDefault } from '../src/der/structures.ts'
import { generalizedTime, time5280, utcTime } from '../src/der/time.ts'
import { NameSyntaxError, parseNameString } from '../src/index.ts'

const Bits = namedBits(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'])
const Pair = sequence({ first: integer, second: optional(utf8String), third: withDefault(boolean, false) })
const Tagged = sequence({ zero: optional(implicit(0, octetString)), one: withDefault(explicit(1, smallInteger), 7) })

/** Encodings that BER allows, or that nothing allows, and what the error says of each. */
const REFUSED: readonly (readonly [rule: string, type: Codec<unknown>, hex: string, message: RegExp])[] = [
  ['indefinite length, X.690 §10.1', octetString, '0480', /indefinite length: this is BER/],
  [
    'indefinite length with its end, X.690 §10.1',
    sequenceOf(integer),
    '30800201010000',
    /indefinite length: this is BER/,
  ],
  ['a long length below 128, X.690 §10.1', octetString, '04810161', /more octets than it needs/],
  ['a padded long length, X.690 §10.1', octetString, `04820080${'61'.repeat(128)}`, /more octets than it needs/],
  ['the reserved length 0xFF, X.690 §8.1.3.5', octetString, '04ff', /length of more than four octets/],
  ['a string in pieces, X.690 §10.2', octetString, '2406040161040162', /expected OCTET STRING/],
  ['an implicitly tagged string in pieces, X.690 §10.2', implicit(0, octetString), 'a003040161', /other form/],
  ['a BOOLEAN that is neither 0 nor 255, X.690 §11.1', boolean, '010101', /0x00 or 0xFF/],
  ['a BOOLEAN of two octets, X.690 §8.2.1', boolean, '0102ffff', /one octet/],
  ['a BOOLEAN without octets, X.690 §8.2.1', boolean, '0100', /one octet/],
  ['a padded positive INTEGER, X.690 §8.3.2', integer, '0202007f', /more octets than it needs/],
  ['a padded negative INTEGER, X.690 §8.3.2', integer, '0202ff80', /more octets than it needs/],
  ['an INTEGER without octets, X.690 §8.3.1', integer, '0200', /without octets/],
  ['a padded ENUMERATED, X.690 §8.4', enumerated, '0a020001', /more octets than it needs/],
  ['a negative version', smallInteger, '0201ff', /from 0 to 2147483647/],
  ['a version of 33 bits', smallInteger, '02050100000000', /from 0 to 2147483647/],
  ['a NULL with contents, X.690 §8.8.2', nothing, '050100', /1 octets too many/],
  ['an OID with a padded arc, X.690 §8.19.2', oid, '0603558004', /padded arc/],
  ['an OID that ends within an arc, X.690 §8.19.2', oid, '06025584', /ends within an arc/],
  ['an OID without octets, X.690 §8.19.2', oid, '0600', /impossible length/],
  ['a BIT STRING without the count, X.690 §8.6.2', bitString, '0300', /whole octets/],
  ['a key with odd bits', bitString, '03020780', /whole octets/],
  ['named bits with a count over 7, X.690 §8.6.2.2', Bits, '03020880', /impossible count/],
  ['named bits with unused bits but no octet, X.690 §8.6.2.3', Bits, '030101', /impossible count/],
  ['named bits with unused bits that are set, X.690 §11.2.1', Bits, '030206c1', /trailing zero bits/],
  ['named bits with trailing zeros, X.690 §11.2.2', Bits, '03020080', /trailing zero bits/],
  ['named bits beyond those with names', Bits, '0303060040', /bit beyond the 9/],
  ['more octets than the named bits need', Bits, '03050001010101', /bit beyond the 9/],
  ['a default value spelt out, X.690 §11.5', Pair, '3006020101010100', /third: the default value spelt out/],
  ['a tagged default value spelt out, X.690 §11.5', Tagged, '3005a103020107', /one: the default value spelt out/],
  ['a SET OF out of order, X.690 §11.6', setOf(integer), '3106020102020101', /SET OF out of order/],
  ['fields in another order', Pair, '30060c0161020101', /first: expected INTEGER, found UTF8 STRING/],
  ['a field too many', Pair, '30050201010500', /2 octets too many, the first is NULL/],
  ['octets after the value', integer, '02010100', /1 octets too many/],
  ['a mandatory field left out', Pair, '3000', /first: expected INTEGER, found the end/],
  ['an empty list where one is due', oneOrMore(integer), '3000', /empty list/],
  ['none of the alternatives', choice({ a: integer, b: boolean }), '0500', /expected INTEGER or BOOLEAN, found NULL/],
  ['a tag number above 30', any, '1f810100', /tag numbers above 30/],
  ['an OCTET STRING around two values', octetsOf(integer), '0406020101020102', /3 octets too many/],
  ['UTF8String that is not UTF-8', utf8String, '0c02c328', /not UTF-8/],
  ['UTF8String with an overlong character', utf8String, '0c02c080', /not UTF-8/],
  ['UTF8String with half a surrogate pair', utf8String, '0c03eda080', /not UTF-8/],
  ['PrintableString with an asterisk', printableString, '13012a', /PrintableString cannot hold/],
  ['IA5String beyond ASCII', ia5String, '1601e9', /IA5String cannot hold/],
  ['NumericString with a letter', numericString, '120141', /NumericString cannot hold/],
  ['VisibleString with a control character', visibleString, '1a0107', /VisibleString cannot hold/],
  ['BMPString of an odd length', bmpString, '1e03004100', /odd length/],
  ['BMPString with half a surrogate pair', bmpString, '1e02d800', /surrogate/],
  ['UniversalString of an odd length', universalString, '1c03000041', /multiple of four/],
  ['UniversalString beyond Unicode', universalString, '1c0400110000', /impossible character/],
  ['UTCTime without seconds, X.690 §11.8.2', utcTime, time(0x17, '2601020304Z'), /form YYMMDDHHMMSSZ/],
  ['UTCTime with an offset, X.690 §11.8.1', utcTime, time(0x17, '260102030405+0100'), /form YYMMDDHHMMSSZ/],
  [
    'GeneralizedTime with a fraction, RFC 5280 §4.1.2.5.2',
    generalizedTime,
    time(0x18, '20260102030405.5Z'),
    /form YYYY/,
  ],
  ['GeneralizedTime in local time, X.690 §11.7.1', generalizedTime, time(0x18, '20260102030405'), /form YYYY/],
  ['a month 13', utcTime, time(0x17, '261301000000Z'), /on no calendar/],
  ['a month 0', utcTime, time(0x17, '260001000000Z'), /on no calendar/],
  ['a 29 February in a common year', utcTime, time(0x17, '260229000000Z'), /on no calendar/],
  ['a 29 February 1900', generalizedTime, time(0x18, '19000229000000Z'), /on no calendar/],
  ['a day 0', utcTime, time(0x17, '260100000000Z'), /on no calendar/],
  ['an hour 24', utcTime, time(0x17, '260101240000Z'), /on no calendar/],
  ['a leap second', utcTime, time(0x17, '261231235960Z'), /on no calendar/],
  ['a letter among the digits', utcTime, time(0x17, '26010203O405Z'), /form YYMMDDHHMMSSZ/],
  ['another type where a time is due', time5280, '020101', /expected UTC TIME, found INTEGER/],
]

for (const [rule, type, hex, message] of REFUSED) {
  test(`the decoder refuses ${rule}`, () => {
    assert.throws(
      () => type.decode(Uint8Array.fromHex(hex)),
      (error) => error instanceof DerError && message.test(error.message),
    )
  })
}

test('the encoder refuses values that their type cannot hold', () => {
  const refused: readonly (() => unknown)[] = [
    () => smallInteger.encode(-1),
    () => smallInteger.encode(1.5),
    () => smallInteger.encode(2 ** 31),
    () => smallInteger.encode(Number.NaN),
    () => oid.encode('1.40.1'),
    () => oid.encode('3.1'),
    () => oid.encode('1'),
    () => oid.encode('1.2.03'),
    () => oid.encode(`2.${'9'.repeat(300)}`),
    () => printableString.encode('a@b'),
    () => ia5String.encode('é'),
    () => teletexString.encode('€'),
    () => numericString.encode('1a'),
    () => visibleString.encode('\n'),
    () => oneOrMore(integer).encode([]),
    () => generalizedTime.encode(Date.UTC(10000, 0)),
    () => generalizedTime.encode(-62167219200001),
    () => utcTime.encode(Number.NaN),
  ]

  for (const encode of refused) assert.throws(encode, DerError, encode.toString())
})

test('identifiers that were read before are told from those that look alike to what is kept of them', () => {
  // 31 times an octet and the next one: the same sum, in both orders of reading.
  const alike = ['2.5.4.64', '2.5.5.33', '2.5.6.2']

  for (const round of [alike, alike.toReversed(), alike])
    assert.deepEqual(
      round.map((text) => oid.decode(oid.encode(text))),
      round,
    )
})

test('an error names the field by its path and holds nothing of the input', () => {
  const Outer = sequence({ list: sequenceOf(sequence({ name: utf8String })) })
  const der = Uint8Array.fromHex('300c300a30030c01613003130141')

  assert.throws(
    () => Outer.decode(der),
    (error) =>
      error instanceof DerError &&
      error.path === 'list.1.name' &&
      error.message === 'list.1.name: expected UTF8 STRING, found PRINTABLE STRING',
  )
})

test('an IMPLICIT type has the tag that replaces the own one, under other values too (X.690 §8.14)', () => {
  const shouted = mapped(
    implicit(0, utf8String),
    (text) => text.toUpperCase(),
    (text) => text.toLowerCase(),
  )

  assert.equal(shouted.tag, 0x80)
  assert.equal(shouted.encode('A').toHex(), '800161')
  assert.equal(shouted.decode(Uint8Array.fromHex('800161')), 'A')
  assert.throws(() => shouted.decode(Uint8Array.fromHex('0c0161')), /expected \[0\], found UTF8/)
})

test('each day of a cycle of the calendar is written as `Date` has it, and the first and last years that there are', () => {
  const day = 86_400_000
  const spans = [
    [Date.parse('0000-01-01T00:00:00Z'), 1_000],
    [Date.UTC(1900, 0, 1), 146_097],
    [Date.UTC(9996, 0, 1), 1_461],
  ] as const
  for (const [from, days] of spans) {
    for (let n = 0; n < days; n++) {
      // Another time of each day, and now and then its very last millisecond.
      const at = from + n * day + (n % 97 === 0 ? day - 1 : (n * 7_919_017) % day)
      const written = new TextDecoder().decode(generalizedTime.encode(at).subarray(2))
      assert.equal(written, new Date(at).toISOString().replace(/[-:T]|\.\d+/g, ''))
    }
  }
})

test('times from 1950 to 2049 are written as UTCTime, others as GeneralizedTime (RFC 5280 §4.1.2.5)', () => {
  const tagOf = (at: number) => time5280.encode(at)[0]

  assert.equal(tagOf(Date.UTC(1950, 0)), 0x17)
  assert.equal(tagOf(Date.UTC(1950, 0) - 1), 0x18)
  assert.equal(tagOf(Date.UTC(2050, 0) - 1), 0x17)
  assert.equal(tagOf(Date.UTC(2050, 0)), 0x18)
  assert.equal(time5280.decode(time5280.encode(Date.UTC(2026, 6, 5, 4, 3, 2, 999))), Date.UTC(2026, 6, 5, 4, 3, 2))
})

const CANONICAL: Readonly<Record<string, Codec<unknown>>> = {
  boolean,
  integer,
  smallInteger,
  enumerated,
  octetString,
  bitString,
  nothing,
  oid,
  utf8String,
  printableString,
  ia5String,
  numericString,
  visibleString,
  teletexString,
  bmpString,
  universalString,
  utcTime,
  generalizedTime,
  Bits,
  Pair,
  Tagged,
  sequenceOfOid: sequenceOf(oid),
  setOfInteger: setOf(integer),
  choice: choice({ number: integer, text: utf8String, tagged: explicit(0, boolean) }),
}

for (const [name, type] of Object.entries(CANONICAL)) {
  test(`a ${name} that is accepted is encoded to the same bytes, so that each value has one encoding`, () => {
    const random = seededRandom(name.length * 7919)
    let accepted = 0

    for (let round = 0; round < 20_000; round++) {
      const der = plausible(type, random)
      const value = decodeOrUndefined(type, der)
      if (value === undefined) continue
      accepted++
      assert.equal(type.encode(value.value).toHex(), der.toHex())
    }

    assert.ok(accepted > 10, `only ${accepted} of the random encodings were accepted`)
  })
}

/** Random bytes that begin like this type, and elements of likely types inside. */
function plausible(type: Codec<unknown>, random: ReturnType<typeof seededRandom>): Uint8Array {
  const tag = random.pick(type.tags ?? [0x30])
  const digits = () => Array.from({ length: tag === 0x17 ? 12 : 14 }, () => 0x30 + random.number(random.pick([2, 10])))
  const contents =
    tag === 0x17 || tag === 0x18
      ? [...digits(), 0x5a]
      : tag === 0x1e || tag === 0x1c
        ? Array.from({ length: random.number(3) * (tag === 0x1e ? 2 : 4) }, (_, at) =>
            tag === 0x1c && at % 4 < 2 ? 0 : random.number(256),
          )
        : tag >= 0x30
          ? Array.from({ length: random.number(4) }, () => element(random)).flat()
          : Array.from({ length: random.number(5) }, () =>
              random.number(2) === 0 ? random.number(256) : 0x30 + random.number(10),
            )
  return Uint8Array.from([tag, contents.length, ...contents])
}

function element(random: ReturnType<typeof seededRandom>): number[] {
  const tag = random.pick([0x01, 0x02, 0x02, 0x06, 0x0c, 0x80, 0xa1])
  const contents =
    tag === 0xa1
      ? [2, 1, random.number(20)]
      : Array.from({ length: random.number(4) }, () => random.pick([0, 1, 0x41, 0xff]))
  return [tag, contents.length, ...contents]
}

function decodeOrUndefined<T>(type: Codec<T>, der: Uint8Array): { readonly value: T } | undefined {
  try {
    return { value: type.decode(der) }
  } catch (error) {
    if (error instanceof DerError) return undefined
    throw error
  }
}

function time(tag: number, text: string): string {
  return Uint8Array.from([tag, text.length, ...new TextEncoder().encode(text)]).toHex()
}

test('half a surrogate pair is written as no other character', () => {
  for (const type of [utf8String, bmpString, universalString]) assert.throws(() => type.encode('a\ud800'), DerError)
  assert.throws(() => parseNameString('CN=a\udc00'), NameSyntaxError)
})

test('a UTCTime is written for the years that it can say, and no others', () => {
  const at = (text: string) => Date.parse(text)

  assert.equal(utcTime.decode(utcTime.encode(at('2049-12-31T23:59:59Z'))), at('2049-12-31T23:59:59Z'))
  assert.equal(utcTime.decode(utcTime.encode(at('1950-01-01T00:00:00Z'))), at('1950-01-01T00:00:00Z'))
  assert.throws(() => utcTime.encode(at('2050-01-01T00:00:00Z')), /years 1950 to 2049/)
  assert.throws(() => utcTime.encode(at('1949-12-31T23:59:59Z')), /years 1950 to 2049/)
})
