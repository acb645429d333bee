import assert from 'node:assert/strict'
import { createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { generateMasterKey, masterKeyOf, SealBroken, sealer } from '../src/index.ts'

const context = { tenant: 'tenant-1', purpose: 'ca-key', id: 'ca-7' }
const secret = new TextEncoder().encode('a private key')

test('what is sealed opens again, empty or large', () => {
  const seal = sealer(generateMasterKey())

  for (const plaintext of [secret, new Uint8Array(), new Uint8Array(randomBytes(100_000))]) {
    assert.deepEqual(seal.open(seal.seal(plaintext, context), context), plaintext)
  }
})

test('the same secret sealed twice shares no octets but the header', () => {
  const seal = sealer(generateMasterKey())

  const [one, two] = [seal.seal(secret, context), seal.seal(secret, context)]

  assert.deepEqual(one.subarray(0, 9), two.subarray(0, 9))
  assert.notDeepEqual(one.subarray(9, 21), two.subarray(9, 21))
  assert.ok(!Buffer.from(one).includes('private'))
})

test('a secret opens for its own tenant, purpose and id alone', () => {
  const seal = sealer(generateMasterKey())
  const sealed = seal.seal(secret, context)
  const others = [
    { ...context, tenant: 'tenant-2' },
    { ...context, purpose: 'mail-body' },
    { ...context, id: 'ca-8' },
    { tenant: 'tenant-1","ca-key', purpose: 'ca-7', id: '' },
    { tenant: '', purpose: '', id: '' },
  ]

  for (const other of others) assert.throws(() => seal.open(sealed, other), SealBroken)
})

test('a change of any octet, and any shortening, breaks the seal', () => {
  const seal = sealer(generateMasterKey())
  const sealed = seal.seal(secret, context)

  for (let at = 0; at < sealed.length; at++) {
    const changed = sealed.slice()
    changed[at] = (changed[at] ?? 0) ^ 1
    assert.throws(() => seal.open(changed, context), SealBroken, `octet ${at}`)
    assert.throws(() => seal.open(sealed.subarray(0, at), context), SealBroken, `${at} octets`)
  }
})

test('a payload beside the data key of another does not open', () => {
  const seal = sealer(generateMasterKey())
  const [one, two] = [seal.seal(secret, context), seal.seal(secret, context)]

  const mixed = Buffer.concat([one.subarray(0, 69), two.subarray(69)])

  assert.throws(() => seal.open(mixed, context), SealBroken)
})

test('another master key opens nothing, and no error says why', () => {
  const sealed = sealer(generateMasterKey()).seal(secret, context)
  const other = sealer(generateMasterKey())
  const own = sealer(generateMasterKey())
  const messages = new Set<string>()

  for (const attempt of [
    () => other.open(sealed, context),
    () => other.rewrap(sealed),
    () => own.open(own.seal(secret, context), { ...context, id: 'x' }),
    () => own.open(new Uint8Array(3), context),
  ]) {
    assert.throws(attempt, (error) => error instanceof SealBroken && messages.add(error.message) !== undefined)
  }
  assert.equal(messages.size, 1)
})

test('rewrapping puts a secret under the new master key and leaves its payload as it is', () => {
  const [before, after] = [generateMasterKey(), generateMasterKey()]
  const sealed = sealer(before).seal(secret, context)
  const both = sealer(after, [before])

  const rewrapped = both.rewrap(sealed)

  assert.equal(both.isCurrent(sealed), false)
  assert.equal(both.isCurrent(rewrapped), true)
  assert.deepEqual(both.open(sealed, context), secret)
  assert.deepEqual(sealer(after).open(rewrapped, context), secret)
  assert.throws(() => sealer(before).open(rewrapped, context), SealBroken)
  assert.deepEqual(rewrapped.subarray(69), sealed.subarray(69))
  assert.throws(() => sealer(after).open(rewrapped, { ...context, tenant: 'tenant-2' }), SealBroken)
})

test('the format is what its description says', () => {
  const octets = randomBytes(32)
  const sealed = sealer(masterKeyOf(octets)).seal(secret, context)
  const gcm = (key: Uint8Array, part: Uint8Array, additional: Uint8Array) => {
    const decipher = createDecipheriv('aes-256-gcm', key, part.subarray(0, 12))
    decipher.setAAD(additional).setAuthTag(part.subarray(-16))
    return Buffer.concat([decipher.update(part.subarray(12, -16)), decipher.final()])
  }

  const label = 'chancery sealing: wrapping of data keys'
  const wrappingKey = new Uint8Array(hkdfSync('sha256', octets, '', label, 32))
  const dataKey = gcm(wrappingKey, sealed.subarray(9, 69), sealed.subarray(0, 9))
  const opened = gcm(dataKey, sealed.subarray(69), Buffer.from('[1,"tenant-1","ca-key","ca-7"]'))

  assert.equal(opened.toString(), 'a private key')
})
