import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { domainToASCII } from 'node:url'
import { processorTime } from '../../../test/support/processor-time.ts'
import { nameInText, nameTakenFor } from '../src/host-like.ts'
import { fillRoot, normalizeDomain } from '../src/index.ts'
import { parseUri, uriProblem } from '../src/uri.ts'
import { certify, cn, keyOf, NOW, nextSerial } from './world.ts'

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
  const before = processorTime()
  for (const name of [
    'a-'.repeat(100_000),
    'a.'.repeat(100_000),
    'é'.repeat(100_000),
    `${'a'.repeat(62)}-.`.repeat(3),
  ]) {
    assert.equal(normalizeDomain(name), undefined)
  }
  assert.ok(processorTime() - before < 200)
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

test('a common name that OpenSSL takes for a host is seen as one, though no host could be called so', () => {
  const taken = [
    ['foo_bar.bank.example', 'foo_bar.bank.example'],
    ['w*.bank.example', 'www.bank.example'],
    ['-a.bank.example', '-a.bank.example'],
    ['xn--a.bank.example', 'xn--a.bank.example'],
  ] as const
  for (const [name, host] of taken) {
    const draft = fillRoot({
      subject: [cn(name)],
      ...keyOf('ecdsa-p256'),
      serialNumber: nextSerial(),
      now: NOW,
    })
    const certificate = new X509Certificate(certify(draft, keyOf('ecdsa-p256')).der)

    assert.equal(certificate.checkHost(host, { subject: 'always' }), name)
    assert.equal(nameInText(name), undefined)
    assert.deepEqual(nameTakenFor(name), { type: 'dns', value: name })
  }
})

test('what nobody takes for a host or an address is none', () => {
  for (const text of ['Alice', 'Dr. Smith', 'version 1.2', 'v1.2', 'Device.', '.com', '@alice', 'a/b.c', ''])
    assert.equal(nameTakenFor(text), undefined, text)
  assert.equal(nameTakenFor('www.bank.example..')?.type, 'dns')
  assert.equal(nameTakenFor('\u202ewww.bank.example')?.type, 'dns')
  assert.equal(nameTakenFor('"alice"@bank.example')?.type, 'email')
})

test('long common names are looked through at once', () => {
  const before = processorTime()
  for (const name of [
    'a'.repeat(100_000),
    'a.'.repeat(100_000),
    `${'a.'.repeat(100_000)}!`,
    '.'.repeat(100_000),
    `${'@'.repeat(100_000)} @`,
    '.1'.repeat(100_000),
  ])
    nameTakenFor(name)
  assert.ok(processorTime() - before < 500)
})

test('a last label in hexadecimal is the end of an address, as the URL parser has it', () => {
  assert.equal(new URL('https://127.0x1/').hostname, '127.0.0.1')
  for (const name of ['127.0x1', '1.0X7f', '0x', 'www.example.0xg'])
    assert.equal(normalizeDomain(name) === undefined, !name.endsWith('g'), name)
})
