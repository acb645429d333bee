import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { IndexedName } from '../../src/certificates/certificate-register.ts'
import { keyRange, searchKeys } from '../../src/store/search-keys.ts'

const dns = (value: string): IndexedName => ({ type: 'dns', value })

test('a host name is found from both ends, other names from their start', () => {
  assert.deepEqual(searchKeys([dns('www.example.com')]), ['www.example.com', '.com.example.www'])
  assert.deepEqual(searchKeys([{ type: 'email', value: 'a@example.com' }]), ['a@example.com'])
  assert.deepEqual(searchKeys([{ type: 'ip', value: '192.0.2.1' }]), ['192.0.2.1'])
})

test('a common name that is a host is one; any other is a text', () => {
  assert.deepEqual(searchKeys([{ type: 'commonName', value: 'a.example' }]), ['a.example', '.example.a'])
  for (const value of ['anna example', 'localhost', 'a..b', 'a@b.example', '.x']) {
    assert.deepEqual(searchKeys([{ type: 'commonName', value }]), [value])
  }
})

test('a name that is there twice has one key', () => {
  assert.deepEqual(searchKeys([{ type: 'commonName', value: 'a.example' }, dns('a.example')]), [
    'a.example',
    '.example.a',
  ])
})

test('keys are short enough for an index, hold no NUL and are well-formed', () => {
  const [key = ''] = searchKeys([{ type: 'uri', value: `x\0${'𝔘'.repeat(200)}` }])

  assert.equal(key.length, 256)
  assert.equal(key.isWellFormed(), true)
  assert.equal(key.includes('\0'), false)
  assert.deepEqual(searchKeys([{ type: 'uri', value: '' }]), [])
})

test('a range holds exactly the keys that begin so, in the order of their octets', () => {
  const keys = [
    'wwv~',
    'www',
    'www.example',
    'www\u{10fffe}',
    'wwx',
    '.com.example',
    '.com.example.www',
    '.com.examplex.a',
  ]
  const inRange = (name: string) => {
    const { from, before } = keyRange(name)
    return keys.filter((key) => byOctets(key, from) >= 0 && byOctets(key, before) < 0)
  }

  assert.deepEqual(inRange('www'), ['www', 'www.example', 'www\u{10fffe}'])
  assert.deepEqual(inRange('WWW.'), ['www.example'])
  assert.deepEqual(inRange('.example.com'), ['.com.example.www'])
})

function byOctets(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
