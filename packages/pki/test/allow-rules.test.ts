import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GeneralName } from '@chancery/x509'
import { ALLOW_RULE_TYPES, type AllowRules, type AllowRuleType, checkAllowRule, isAllowed } from '../src/index.ts'
import { dns, email, ip, uri } from './world.ts'

const NONE: AllowRules = { dns: [], ip: [], email: [], upn: [], uri: [] }
const allows = (type: AllowRuleType, rule: string, name: GeneralName): boolean =>
  isAllowed({ ...NONE, [type]: [rule] }, name)
const upn = (value: string) => ({ type: 'upn', value }) as const

test('a domain allows itself, one star one label below, two stars any depth below', () => {
  const rules = ['example.com', '*.example.com', '**.example.com']
  const names = ['example.com', 'www.example.com', 'a.www.example.com', 'badexample.com', 'example.com.evil.org', 'com']

  const table = rules.map((rule) => names.filter((name) => allows('dns', rule, dns(name))))

  assert.deepEqual(table, [['example.com'], ['www.example.com'], ['www.example.com', 'a.www.example.com']])
})

test('a wildcard name is allowed by stars only', () => {
  assert.equal(allows('dns', 'example.com', dns('*.example.com')), false)
  assert.equal(allows('dns', '*.example.com', dns('*.example.com')), true)
  assert.equal(allows('dns', '**.example.com', dns('*.a.example.com')), true)
  assert.equal(allows('dns', '*.example.com', dns('*.a.example.com')), false)
})

test('case and script of a name make no difference', () => {
  assert.equal(allows('dns', '*.Example.COM', dns('WWW.example.com')), true)
  assert.equal(allows('dns', '**.bücher.example', dns('www.xn--bcher-kva.example')), true)
  assert.equal(allows('dns', 'xn--bcher-kva.example', dns('BÜCHER.example')), true)
})

test('addresses are allowed by network, and a single address is a network of its own', () => {
  assert.equal(allows('ip', '10.0.0.0/8', ip('10.1.2.3')), true)
  assert.equal(allows('ip', '10.0.0.0/8', ip('11.0.0.0')), false)
  assert.equal(allows('ip', '10.1.2.3', ip('10.1.2.3')), true)
  assert.equal(allows('ip', '10.1.2.3', ip('10.1.2.4')), false)
  assert.equal(allows('ip', '2001:db8::/32', ip('2001:DB8::1')), true)
  assert.equal(allows('ip', '0.0.0.0/0', ip('::ffff:10.0.0.1')), false)
})

test('mail addresses and user principal names are allowed by domain', () => {
  assert.equal(allows('email', 'example.com', email('alice@EXAMPLE.com')), true)
  assert.equal(allows('email', 'example.com', email('alice@mail.example.com')), false)
  assert.equal(allows('email', '**.example.com', email('alice@mail.example.com')), true)
  assert.equal(allows('email', 'example.com', email('"a@example.com"@evil.org')), false)
  assert.equal(allows('email', 'example.com', email('alice')), false)
  assert.equal(allows('upn', 'corp.example', upn('alice@corp.example')), true)
  assert.equal(allows('upn', 'corp.example', upn('alice@evil.example')), false)
  assert.equal(allows('email', 'example.com', email('victim@bank.example, x@example.com')), false)
  assert.equal(allows('email', 'example.com', email('victim@bank.example\0x@example.com')), false)
  assert.equal(allows('upn', 'corp.example', upn('admin\u200bistrator@corp.example')), false)
})

test('URIs are allowed by scheme and host, never by what only looks like the host', () => {
  const rule = 'https://**.example.com'

  assert.equal(allows('uri', rule, uri('https://www.example.com/x?y#z')), true)
  assert.equal(allows('uri', rule, uri('HTTPS://WWW.Example.com:8443/')), true)
  assert.equal(allows('uri', rule, uri('https://example.com/')), false)
  assert.equal(allows('uri', rule, uri('http://www.example.com/')), false)
  assert.equal(allows('uri', rule, uri('https://www.example.com@evil.org/')), false)
  assert.equal(allows('uri', rule, uri('https://evil.org/www.example.com')), false)
  assert.equal(allows('uri', 'https://10.0.0.1', uri('https://10.0.0.1/')), true)
  assert.equal(allows('uri', 'https://[2001:db8::1]', uri('https://[2001:DB8::1]/')), true)
  assert.equal(allows('uri', 'spiffe://example.org', uri('spiffe://example.org/web')), true)
  assert.equal(allows('uri', 'urn://x', uri('urn:x:y')), false)
})

test('a type without rules is refused, and directory names always are', () => {
  const rules: AllowRules = { ...NONE, dns: ['**.example.com'] }

  assert.equal(isAllowed(rules, ip('10.0.0.1')), false)
  assert.equal(isAllowed(rules, email('a@www.example.com')), false)
  assert.equal(isAllowed(rules, { type: 'registeredId', value: '1.2.3' }), false)
  assert.equal(isAllowed(rules, { type: 'otherName', typeId: '1.2.3', value: Uint8Array.of(5, 0) }), false)
})

test('a rule that is none is refused with words, and allows nothing', () => {
  const wrong: Readonly<Record<AllowRuleType, readonly string[]>> = {
    dns: [
      '',
      '*',
      '**',
      '*.',
      '***.example.com',
      'a.*.example.com',
      'w*.example.com',
      '/example/',
      '.*',
      '1.2.3.4',
      'a_b.example',
      '.example.com',
    ],
    ip: ['10.0.0.0/33', '10.0.0', 'example.com', '10.0.0.0/8/8', ''],
    email: ['alice@example.com', '', '@example.com'],
    upn: ['alice@corp.example'],
    uri: [
      'example.com',
      'https://',
      'https://example.com/path',
      'https://*',
      '://example.com',
      'https://user@example.com',
    ],
  }
  for (const type of ALLOW_RULE_TYPES) {
    for (const rule of wrong[type]) {
      assert.match(checkAllowRule(type, rule) ?? '', /^".*" is .*\.$/s, `${type} ${rule}`)
      assert.equal(allows(type, rule, dns('a.example.com')) || allows(type, rule, uri('https://example.com/')), false)
    }
  }
})

test('rules of each type are accepted', () => {
  const right: Readonly<Record<AllowRuleType, readonly string[]>> = {
    dns: ['example.com', '*.example.com', '**.example.com', 'localhost', '**.internal', '*.bücher.example'],
    ip: ['10.0.0.0/8', '10.0.0.1', '::1', 'fd00::/8'],
    email: ['example.com', '**.example.com'],
    upn: ['corp.example'],
    uri: ['https://**.example.com', 'spiffe://example.org', 'https://10.0.0.1', 'https://[::1]'],
  }
  for (const type of ALLOW_RULE_TYPES)
    for (const rule of right[type]) assert.equal(checkAllowRule(type, rule), undefined, rule)
})
