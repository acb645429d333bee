import assert from 'node:assert/strict'
import { isIP, SocketAddress } from 'node:net'
import { test } from 'node:test'
import { seededRandom } from '../../../test/support/seeded-random.ts'
import { formatIp, formatNetwork, ipIsWithin, parseIp, parseNetwork } from '../src/index.ts'

/** RFC 5952 §4's rules: text, and the canonical form. */
const CANONICAL: readonly (readonly [text: string, canonical: string])[] = [
  ['2001:0db8::0001', '2001:db8::1'],
  ['2001:db8:0:0:0:0:2:1', '2001:db8::2:1'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
  ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['2001:DB8::A', '2001:db8::a'],
  ['::', '::'],
  ['::1', '::1'],
  ['1::', '1::'],
  ['0:0:0:0:0:0:0:0', '::'],
  ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
  ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
  ['::ffff:c000:201', '::ffff:192.0.2.1'],
  ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
  ['192.0.2.1', '192.0.2.1'],
  ['0.0.0.0', '0.0.0.0'],
  ['255.255.255.255', '255.255.255.255'],
]

test('addresses are written in the canonical form of RFC 5952', () => {
  for (const [text, canonical] of CANONICAL) assert.equal(formatIp(parseIp(text) ?? new Uint8Array()), canonical, text)
})

test('what is an address, Node.js takes for one; what is none, it refuses', () => {
  const random = seededRandom(21)
  const parts = [
    '0',
    '1',
    '00',
    '255',
    '256',
    'ffff',
    'fffff',
    'g',
    ':',
    '::',
    '.',
    '%eth0',
    '/8',
    ' ',
    '',
    'A',
    '10',
    '-1',
    '1e1',
  ]
  const texts = Array.from({ length: 30_000 }, () =>
    Array.from({ length: 1 + random.number(14) }, (_, at) =>
      at % 2 === 0 ? random.pick(parts) : random.pick([':', '.', '::']),
    ).join(''),
  )
  let addresses = 0

  for (const text of [...texts, ...CANONICAL.map(([written]) => written)]) {
    const expected = text.includes('%') ? 0 : isIP(text)
    const octets = parseIp(text)
    assert.equal(octets === undefined ? 0 : octets.length === 4 ? 4 : 6, expected, JSON.stringify(text))
    if (octets === undefined) continue
    addresses++
    assert.deepEqual(parseIp(formatIp(octets) ?? ''), octets)
  }

  assert.ok(addresses > 100, `only ${addresses} were addresses`)
})

test('random addresses are written as Node.js writes them', () => {
  const random = seededRandom(22)
  for (let round = 0; round < 5000; round++) {
    const octets = random.bytes(random.pick([4, 16]))
    for (let zero = random.number(16); zero > 0; zero--) octets[random.number(octets.length)] = 0
    const text = formatIp(octets) ?? ''
    const family = octets.length === 4 ? 'ipv4' : 'ipv6'
    const longhand = octets.length === 4 ? octets.join('.') : (octets.toHex().match(/..../g) ?? []).join(':')
    assert.equal(new SocketAddress({ address: longhand, family }).address, text)
    assert.deepEqual(parseIp(text), octets)
  }
})

test('octets of another number than 4 or 16 are no address', () => {
  for (const length of [0, 3, 5, 8, 15, 17, 32]) assert.equal(formatIp(new Uint8Array(length)), undefined)
})

test('networks are read with a prefix length or a mask and written with a prefix length', () => {
  const rows = [
    ['10.0.0.0/8', '10.0.0.0/8', '0a000000', 'ff000000'],
    ['10.0.0.0/255.0.0.0', '10.0.0.0/8', '0a000000', 'ff000000'],
    ['192.0.2.129/25', '192.0.2.129/25', 'c0000281', 'ffffff80'],
    ['0.0.0.0/0', '0.0.0.0/0', '00000000', '00000000'],
    ['192.0.2.1/32', '192.0.2.1/32', 'c0000201', 'ffffffff'],
    ['2001:db8::/33', '2001:db8::/33', `20010db8${'00'.repeat(12)}`, `ffffffff80${'00'.repeat(11)}`],
    ['::/0', '::/0', '00'.repeat(16), '00'.repeat(16)],
  ] as const

  for (const [text, canonical, address, mask] of rows) {
    const network = parseNetwork(text)
    assert.ok(network)
    assert.deepEqual([network.address.toHex(), network.mask.toHex()], [address, mask])
    assert.equal(formatNetwork(network), canonical)
  }
  for (const text of [
    '10.0.0.0',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/08',
    '10.0.0.0/',
    '::/129',
    '10.0.0.0/255.0.255.0',
    '10.0.0.0/ffff::',
    'x/8',
    '/8',
    '10.0.0.0/8/8',
  ])
    assert.equal(parseNetwork(text), undefined, text)
  assert.equal(formatNetwork({ address: new Uint8Array(4), mask: Uint8Array.of(255, 0, 255, 0) }), undefined)
  assert.equal(formatNetwork({ address: new Uint8Array(4), mask: new Uint8Array(16) }), undefined)
})

test('an address is within a network when they agree where the mask has ones', () => {
  const within = (address: string, network: string) => {
    const [octets, range] = [parseIp(address), parseNetwork(network)]
    assert.ok(octets && range)
    return ipIsWithin(octets, range)
  }

  assert.ok(within('10.255.0.1', '10.0.0.0/8'))
  assert.ok(within('10.255.0.1', '10.1.2.3/8'))
  assert.ok(!within('11.0.0.0', '10.0.0.0/8'))
  assert.ok(within('192.0.2.130', '192.0.2.129/25'))
  assert.ok(!within('192.0.2.1', '192.0.2.129/25'))
  assert.ok(within('8.8.8.8', '0.0.0.0/0'))
  assert.ok(!within('8.8.8.8', '::/0'))
  assert.ok(!within('::1', '0.0.0.0/0'))
})
