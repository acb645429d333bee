import assert from 'node:assert/strict'
import { test } from 'node:test'
import { processorTime } from '../../../test/support/processor-time.ts'
import { seededRandom } from '../../../test/support/seeded-random.ts'
import { DerError } from '../src/der/der-error.ts'
import { DerWriter } from '../src/der/der-writer.ts'
import { oid } from '../src/der/oid.ts'
import { any, boolean, integer, namedBits } from '../src/der/primitives.ts'
import { bmpString, ia5String, utf8String } from '../src/der/strings.ts'
import { sequence, sequenceOf, setOf } from '../src/der/structures.ts'
import { TAG } from '../src/der/tag.ts'
import {
  type Codec,
  decodeCertificate,
  decodeCertificationRequest,
  Extensions,
  encodeTbsCertificate,
  findExtension,
  GeneralNames,
  Name,
  PublicKey,
  SubjectAltName,
} from '../src/index.ts'
import { SAMPLE_CERTIFICATE, SAMPLE_REQUEST } from './support/sample-certificate.ts'

const DECODERS: Readonly<Record<string, readonly [decode: (der: Uint8Array) => unknown, sample: Uint8Array]>> = {
  certificate: [decodeCertificate, SAMPLE_CERTIFICATE],
  'certification request': [decodeCertificationRequest, SAMPLE_REQUEST],
}

for (const [what, [decode, sample]] of Object.entries(DECODERS)) {
  test(`a ${what} that is cut anywhere is refused`, () => {
    for (let length = 0; length < sample.length; length++)
      assert.throws(() => decode(sample.slice(0, length)), DerError, `${length} octets`)
  })

  test(`a ${what} whose outer length was mended after cutting is refused`, () => {
    for (let length = 4; length < sample.length; length++) {
      const cut = sample.slice(0, length)
      new DataView(cut.buffer).setUint16(2, length - 4)
      assert.throws(() => decode(cut), DerError, `${length} octets`)
    }
  })

  test(`a ${what} with an octet behind it is refused`, () => {
    assert.throws(() => decode(Uint8Array.from([...sample, 0])), DerError)
  })

  test(`a ${what} with any octet changed is read or refused with a DerError, never anything else`, () => {
    const random = seededRandom(11)
    let refused = 0
    for (let at = 0; at < sample.length; at++) {
      for (const octet of [0, 0x30, 0x7f, 0x80, 0xff, random.number(256)]) {
        const changed = sample.slice()
        changed[at] = octet
        if (isRefused(decode, changed)) refused++
      }
    }
    assert.ok(refused > sample.length, `only ${refused} were refused`)
  })
}

test('a changed certificate that is still read says exactly what its bytes say', () => {
  const random = seededRandom(12)
  let read = 0
  for (let round = 0; round < 4000; round++) {
    const changed = SAMPLE_CERTIFICATE.slice()
    changed[random.number(changed.length)] = random.number(256)
    if (isRefused(decodeCertificate, changed)) continue
    const certificate = decodeCertificate(changed)
    if (timesAreInTheirOtherForm(certificate.tbs)) continue
    read++
    assert.equal(encodeTbsCertificate(certificate).toHex(), certificate.tbs.toHex())
  }
  assert.ok(read > 200, `only ${read} were read`)
})

test('random bytes after the right beginning are refused without harm', () => {
  const random = seededRandom(13)
  for (let round = 0; round < 20_000; round++) {
    const bytes = random.bytes(1 + random.number(60))
    bytes[0] = 0x30
    if (bytes.length > 1) bytes[1] = bytes.length - 2
    for (const decode of [decodeCertificate, decodeCertificationRequest]) assert.throws(() => decode(bytes), DerError)
  }
})

test('an announced length of four gigabytes is refused without room being made for it', () => {
  const before = process.memoryUsage().arrayBuffers
  for (let round = 0; round < 1000; round++) {
    for (const type of [any, oid, integer, utf8String, sequenceOf(any), setOf(integer), Name])
      assert.throws(
        () => type.decode(Uint8Array.from([type.tags?.[0] ?? 4, 0x84, 0xff, 0xff, 0xff, 0xff, 0])),
        DerError,
      )
  }
  assert.ok(process.memoryUsage().arrayBuffers - before < 50_000_000)
})

test('ten megabytes of nested sequences are refused, at no depth of ours', () => {
  const nested = nestedSequences(2_000_000)

  for (const decode of [decodeCertificate, decodeCertificationRequest])
    within(2000, () => assert.throws(() => decode(nested), DerError))
  assert.equal(within(2000, () => any.decode(nested)).length, nested.length)
})

test('deep nesting where a name, a key or an extension may hold anything is kept as bytes', () => {
  const nested = nestedSequences(100_000)
  const attribute = sequence({ type: oid, value: any })
  const name = sequenceOf(setOf(attribute)).encode([[{ type: '2.5.4.3', value: nested }]])
  const key = sequence({ algorithm: sequence({ algorithm: oid, parameters: any }), key: any }).encode({
    algorithm: { algorithm: '1.2.3', parameters: nested },
    key: Uint8Array.from([3, 1, 0]),
  })

  assert.equal(Name.decode(name).rdns[0]?.[0]?.raw?.length, nested.length)
  assert.equal(PublicKey.decode(key).algorithm.parameters?.length, nested.length)
})

const HUGE: Readonly<Record<string, readonly [type: Codec<unknown>, der: () => Uint8Array, refusal?: RegExp]>> = {
  '200,000 relative distinguished names': [Name, () => repeated(0x30, '310a300806035504030c0141', 200_000)],
  '200,000 attributes in one set': [Name, () => wrapped(0x30, repeated(0x31, '300806035504030c0141', 200_000))],
  '200,000 alternative names': [GeneralNames, () => repeated(0x30, '820161', 200_000)],
  '200,000 times the same extension': [Extensions, () => repeated(0x30, '30050601550400', 200_000), /there twice/],
  'an object identifier of 200 kilobytes': [
    oid,
    () => wrapped(0x06, new Uint8Array(200_000).fill(0x81)),
    /impossible length/,
  ],
  'an object identifier of 200 arcs': [oid, () => wrapped(0x06, new Uint8Array(200).fill(0x7f)), /impossible length/],
  'an integer of 200 kilobytes': [
    integer,
    () => wrapped(0x02, new Uint8Array(200_000).fill(0x7f)),
    /more than 8192 octets/,
  ],
  'a string of two megabytes': [ia5String, () => wrapped(0x16, new Uint8Array(2_000_000).fill(0x61))],
  'a BMPString of two megabytes': [bmpString, () => wrapped(0x1e, new Uint8Array(2_000_000).fill(0x61))],
  'named bits of two megabytes': [namedBits(['a']), () => wrapped(0x03, new Uint8Array(2_000_000)), /bit beyond/],
  'a BOOLEAN of two megabytes': [boolean, () => wrapped(0x01, new Uint8Array(2_000_000)), /one octet/],
}
for (const [what, [type, make, refusal]] of Object.entries(HUGE)) {
  test(`${what}: the time is in proportion to the length`, () => {
    const der = make()
    within(5000, () => {
      if (refusal === undefined) assert.ok(type.decode(der) !== undefined)
      else assert.throws(() => type.decode(der), refusal)
    })
  })
}

test('different extensions in great number are read in time in proportion to their number', () => {
  const Entry = sequence({ id: oid, value: any })
  const der = sequenceOf(Entry).encode(
    Array.from({ length: 200_000 }, (_, at) => ({ id: `1.2.${at}`, value: Uint8Array.from([4, 0]) })),
  )

  const extensions = within(5000, () => Extensions.decode(der))

  assert.equal(extensions.length, 200_000)
  assert.equal(findExtension(extensions, SubjectAltName), undefined)
})

function nestedSequences(depth: number): Uint8Array {
  const out = new DerWriter()
  for (let level = 0; level < depth; level++) out.header(TAG.sequence, 0)
  return out.finish()
}

function repeated(tag: number, hex: string, times: number): Uint8Array {
  const item = Uint8Array.fromHex(hex)
  const contents = new Uint8Array(item.length * times)
  for (let at = 0; at < times; at++) contents.set(item, at * item.length)
  return wrapped(tag, contents)
}

function wrapped(tag: number, contents: Uint8Array): Uint8Array {
  const out = new DerWriter(contents.length + 6)
  out.octets(contents)
  out.header(tag, 0)
  return out.finish()
}

function isRefused(decode: (der: Uint8Array) => unknown, der: Uint8Array): boolean {
  try {
    decode(der)
    return false
  } catch (error) {
    assert.ok(error instanceof DerError, String(error))
    return true
  }
}

/** A time before 2050 may be read from a GeneralizedTime, which is then not how it is written. */
function timesAreInTheirOtherForm(tbs: Uint8Array): boolean {
  return tbs.toHex().includes('180f')
}

function within<T>(milliseconds: number, act: () => T): T {
  const before = processorTime()
  const result = act()
  const took = processorTime() - before
  assert.ok(took < milliseconds, `took ${Math.round(took)} ms`)
  return result
}
