import assert from 'node:assert/strict'
import { test } from 'node:test'
import { needs, run } from '../../../../test/support/system-program.ts'
import { checkPassword, hashPassword, isPassword } from '../../src/accounts/password.ts'
import { systemRandom } from '../../src/platform/clock-and-random.ts'

test('a hash is scrypt as OpenSSL computes it, over the hex text of the salt', needs('openssl'), async () => {
  const hash = await hashPassword('correct horse battery', systemRandom)
  const [salt = '', key = ''] = hash.split(':')

  const { stdout } = await run('openssl', [
    'kdf',
    '-keylen',
    '64',
    ...['pass:correct horse battery', `salt:${salt}`, 'n:16384', 'r:16', 'p:1', 'maxmem_bytes:67108864'].flatMap(
      (option) => ['-kdfopt', option],
    ),
    'SCRYPT',
  ])

  assert.match(salt, /^[0-9a-f]{32}$/)
  assert.equal(stdout.toString().trim().replaceAll(':', '').toLowerCase(), key)
})

test('a hash knows its password, in whatever Unicode form it is typed, and no other', async () => {
  const hash = await hashPassword('Ångström unit é', systemRandom)

  assert.equal(await isPassword('Ångström unit é', hash), true)
  assert.equal(await isPassword('A\u030Angstro\u0308m unit e\u0301', hash), true)
  assert.equal(await isPassword('Ångström unit e', hash), false)
})

test('the same password has another hash each time', async () => {
  assert.notEqual(await hashPassword('twelve chars', systemRandom), await hashPassword('twelve chars', systemRandom))
})

test('a text that is no hash belongs to no password', async () => {
  for (const hash of [
    '',
    ':',
    'a:b',
    `${'0'.repeat(32)}:${'0'.repeat(126)}`,
    `scrypt:${'0'.repeat(32)}:${'0'.repeat(128)}`,
  ]) {
    assert.equal(await isPassword('', hash), false)
  }
})

test('a password has 12 to 128 characters, and a refusal does not quote it', () => {
  for (const good of ['twelve chars', '🔐'.repeat(12), 'x'.repeat(128)]) checkPassword(good)

  for (const bad of ['eleven char', '🔐'.repeat(11), 'x'.repeat(129)]) {
    assert.throws(
      () => checkPassword(bad),
      (error) =>
        error instanceof Error && /characters; this one has/.test(error.message) && !error.message.includes(bad),
    )
  }
})
