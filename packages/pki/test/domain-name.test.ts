import assert from 'node:assert/strict'
import { test } from 'node:test'
import { domainToASCII } from 'node:url'
import { nameInText } from '../src/host-like.ts'
import { normalizeDomain } from '../src/index.ts'
import { parseUri, uriProblem } from '../src/uri.ts'

test('names become A-labels in lower case, as Node converts them', () => {
  for (const name of [
    'bücher.example',
    'BÜCHER.Example',
    '中国.example',
    'faß.example',
    'xn--bcher-kva.example',
    'münchen.bücher.example',
  ]) {
    assert.equal(normalizeDomain(name), domainToASCII(name), name)
  }
  assert.equal(normalizeDomain('bücher.example'), 'xn--bcher-kva.example')
})

test('what the URL parser would make something else of is no name', () => {
  const odd = [
    '1.2.3',
    '0x7f.1',
    '127.0.0.1',
    '１２７.0.0.1',
    'a%2eb',
    'a/b',
    'a?b',
    'a#b',
    'user@host',
    'host:80',
    '[::1]',
    'a b',
    'a\tb.example',
    'a\nb.example',
    '',
    '.',
    'a..b',
    '.a',
    'a.',
    'a\\b',
    'a_b',
    'bü_cher.example',
    'é/..',
    'a。',
    'xn--',
    'xn--a',
    '*',
    'a.*',
    '％41.example',
  ]
  for (const name of odd) assert.equal(normalizeDomain(name), undefined, JSON.stringify(name))
})

test('an ideographic full stop separates labels as IDNA says', () => {
  assert.equal(normalizeDomain('bücher。example'), 'xn--bcher-kva.example')
})

test('a wildcard is kept where it is asked for, as the whole left-most label', () => {
  assert.equal(normalizeDomain('*.Bücher.example', 'wildcard'), '*.xn--bcher-kva.example')
  assert.equal(normalizeDomain('*.example'), undefined)
  assert.equal(normalizeDomain('a*.example', 'wildcard'), undefined)
  assert.equal(normalizeDomain('*.*.example', 'wildcard'), undefined)
})

test('labels have 63 characters and names 253, no more', () => {
  const label = 'a'.repeat(63)
  const longest = `${label}.${label}.${label}.${'a'.repeat(61)}`

  assert.equal(normalizeDomain(longest), longest)
  assert.equal(normalizeDomain(`${longest}a`), undefined)
  assert.equal(normalizeDomain(`${label}a.example`), undefined)
})

test('long and hostile names are judged at once', () => {
  const started = process.hrtime.bigint()
  for (const name of [
    'a-'.repeat(100_000),
    'a.'.repeat(100_000),
    'é'.repeat(100_000),
    `${'a'.repeat(62)}-.`.repeat(3),
  ]) {
    assert.equal(normalizeDomain(name), undefined)
  }
  assert.ok(process.hrtime.bigint() - started < 200_000_000n)
})

test('a common name that software may take for a host or an address is seen as one', () => {
  const seen = (text: string) => nameInText(text)?.value

  assert.equal(seen('WWW.example.com'), 'www.example.com')
  assert.equal(seen(' www.example.com. '), 'www.example.com')
  assert.equal(seen('*.example.com'), '*.example.com')
  assert.equal(seen('localhost'), 'localhost')
  assert.equal(seen('10.0.0.1'), '10.0.0.1')
  assert.equal(seen('2001:DB8::1'), '2001:db8::1')
  assert.equal(seen('alice@Example.com'), 'alice@example.com')
  for (const text of ['Alice', 'Alice Smith', 'Dr. Smith', 'version 1.2', '1.2', 'a@b@', ''])
    assert.equal(seen(text), undefined, text)
})

test('the host of a URI is what clients connect to', () => {
  assert.equal(parseUri('https://example.com@evil.org/')?.host, 'evil.org')
  assert.equal(parseUri('https://EVIL.org:443/@example.com')?.host, 'evil.org')
  assert.equal(parseUri('https://[2001:db8::1]:80/')?.host, '2001:db8::1')
  assert.equal(parseUri('urn:uuid:1')?.host, undefined)
  assert.equal(parseUri('https://a@b@c/'), undefined)
  assert.equal(uriProblem('https://a\\@b/'), 'is not an absolute URI of RFC 3986')
  assert.equal(parseUri('HTTPS://Example.COM/Path')?.normalized, 'https://example.com/Path')
})
