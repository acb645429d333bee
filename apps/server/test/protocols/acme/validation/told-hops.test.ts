import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toldHops } from '../../../../src/protocols/acme/validation/told-hops.ts'

const HOP = { tookMs: 1 }

test('a client is told public addresses alone, an administrator all of them', () => {
  const told = toldHops([
    { ...HOP, url: 'http://a.test/', address: '8.8.8.8' },
    { ...HOP, url: 'https://a.test/', address: '10.0.0.5' },
    { ...HOP, url: 'https://a.test/x', tried: ['2606:4700::1111', '192.168.0.1', '1.1.1.1'] },
    { ...HOP, url: 'https://a.test/y' },
  ])

  assert.deepEqual(
    told.map(({ at, from }) => [at, from]),
    [
      [' (at 8.8.8.8:80)', '8.8.8.8:80'],
      ['', '10.0.0.5:443'],
      [' (at [2606:4700::1111]:443, 1.1.1.1:443)', '[2606:4700::1111]:443, 192.168.0.1:443, 1.1.1.1:443'],
      ['', 'nobody'],
    ],
  )
})

test('what a host that the client did not name leads to is told by nobody, though it be the first host again', () => {
  const told = toldHops([
    { ...HOP, url: 'http://a.test/' },
    { ...HOP, url: 'https://a.test:8443/same', address: '8.8.4.4' },
    { ...HOP, url: 'http://b.test/told?by=a', address: '8.8.8.8' },
    { ...HOP, url: 'http://a.test/told?by=b', address: '8.8.4.4' },
    { ...HOP, url: 'http://c.test/', address: '1.1.1.1' },
  ])

  const hidden = { url: 'an address that b.test redirects to', from: 'another host', at: '', isTold: false }
  assert.deepEqual(told.slice(3), [
    { ...hidden, isFirstHost: false },
    { ...hidden, isFirstHost: false },
  ])
  assert.deepEqual(
    told.slice(0, 3).map(({ url, from, at, isTold, isFirstHost }) => [url, from, at, isTold, isFirstHost]),
    [
      ['http://a.test/', 'nobody', '', true, true],
      ['https://a.test:8443/same', '8.8.4.4:8443', ' (at 8.8.4.4:8443)', true, true],
      ['http://b.test/told?by=a', 'another host', '', true, false],
    ],
  )
})
