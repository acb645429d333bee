import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientNetwork } from '../../src/platform/client-network.ts'

test('a client counts by its IPv4 address, or by the /64 of its IPv6 address, however that is written', () => {
  const counted = [
    ['203.0.113.9', '203.0.113.9'],
    ['203.0.113.9:4711', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['::ffff:cb00:7109', '203.0.113.9'],
    ['0:0:0:0:0:ffff:203.0.113.9', '203.0.113.9'],
    ['[::ffff:203.0.113.9]:4711', '203.0.113.9'],
    ['64:ff9b::203.0.113.9', '203.0.113.9'],
    ['64:ff9b::cb00:710a', '203.0.113.10'],
    ['2001:db8:0:1::1', '2001:db8:0:1::/64'],
    ['2001:DB8:0000:0001:ffff:ffff:ffff:ffff', '2001:db8:0:1::/64'],
    ['[2001:db8:0:1:2:3:4:5]:4711', '2001:db8:0:1::/64'],
    ['2001:db8:0:2::1', '2001:db8:0:2::/64'],
    ['2001:db8::1', '2001:db8::/64'],
    ['fe80::1%eth0', 'fe80::/64'],
    ['::1', '::/64'],
  ] as const

  for (const [address, network] of counted) assert.equal(clientNetwork(address), network, address)
})

test('what is no address counts as it stands', () => {
  for (const text of ['', 'unknown', '2001:db8::/64', '203.0.113.9, 203.0.113.10']) {
    assert.equal(clientNetwork(text), text)
  }
})
