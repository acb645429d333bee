import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { inventPassword, strengthOf } from '../../apps/console/src/people/key/password-strength.ts'

test('what is tried first is called weak, and what nobody guesses strong', () => {
  for (const weak of [
    'password',
    'Passwort1',
    'qwertz123456',
    'aaaaaaaaaaaa',
    'abcdefgh1234',
    'Welcome2026',
    '12345678901',
  ]) {
    assert.match(strengthOf(weak).words, /^Weak/, weak)
  }
  for (const strong of ['correct horse battery staple', 'v8#Kq2!mZx7&', 'plum-otter-candle-seventh-rye']) {
    assert.match(strengthOf(strong).words, /^(Good|Strong)/, strong)
  }
})

test('a longer password is never called weaker', () => {
  let last = 0
  for (const text of ['t', 'tH', 'tH7', 'tH7k', 'tH7kq', 'tH7kqX', 'tH7kqX2', 'tH7kqX2w', 'tH7kqX2wZ', 'tH7kqX2wZ4']) {
    const { bits } = strengthOf(text)
    assert.ok(bits >= last, text)
    last = bits
  }
})

test('short passwords, and those that open files on some systems alone, are not taken', () => {
  for (const refused of ['', 'tH7kq#2', 'Grüße an alle Welt', '密码密码密码密码', 'tab\tand more of it']) {
    assert.ok(strengthOf(refused).refused, refused)
  }
  assert.equal(strengthOf('tH7kq#2w').refused, undefined)
})

test('a suggested password is strong, never twice the same, and of letters that nobody takes for others', () => {
  const suggested = Array.from({ length: 200 }, () => inventPassword((octets) => randomBytes(octets)))

  assert.equal(new Set(suggested).size, suggested.length)
  for (const password of suggested) {
    assert.match(password, /^(?:[a-hjkmnp-z2-9]{4}-){4}[a-hjkmnp-z2-9]{4}$/)
    assert.equal(strengthOf(password).refused, undefined)
  }
  // Each of 31 letters as often as another: of 4,000 about 129, and never as few as chance would not give.
  const counts = Map.groupBy(suggested.join('').replaceAll('-', ''), (letter) => letter)
  assert.equal(counts.size, 31)
  for (const [letter, all] of counts) assert.ok(all.length > 60 && all.length < 220, `${letter}: ${all.length}`)
})
