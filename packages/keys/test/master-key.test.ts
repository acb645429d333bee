import assert from 'node:assert/strict'
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { format, inspect } from 'node:util'
import {
  generateMasterKey,
  MasterKeyError,
  masterKeyOf,
  masterKeyText,
  parseMasterKey,
  readMasterKeyFile,
  writeMasterKeyFile,
} from '../src/index.ts'

const folder = await mkdtemp(join(tmpdir(), 'chancery-master-key-'))
after(() => rm(folder, { recursive: true }))

test('RFC 5869: derived secrets are HKDF-SHA-256, a label each', () => {
  // openssl kdf -keylen 42 -kdfopt digest:SHA256 -kdfopt hexkey:0b0b… -kdfopt info:label HKDF
  const key = masterKeyOf(new Uint8Array(32).fill(0x0b))

  assert.equal(key.derive('label', 42).toString('hex'), EXPECTED)
  assert.notDeepEqual(key.derive('label'), key.derive('label '))
})
const EXPECTED = 'b9353292f1f5b8de7612eb413046cf02268318c8b1ec020e2e50f050bd2cb646cb982562245fc2da7f69'

test('a master key is known again by its check value, and two differ', () => {
  const key = generateMasterKey()

  const again = parseMasterKey(masterKeyText(key), 'the test')

  assert.equal(again.id, key.id)
  assert.equal(again.checkValue(), key.checkValue())
  assert.match(key.id, /^[0-9a-f]{16}$/)
  assert.notEqual(generateMasterKey().checkValue(), key.checkValue())
  assert.notEqual(generateMasterKey().id, key.id)
})

test('a master key is read from base64 and from hex', () => {
  const octets = Uint8Array.from({ length: 32 }, (_, at) => at * 7)

  const keys = [octets.toBase64(), octets.toHex(), `\n ${octets.toHex().toUpperCase()}\r\n`].map((text) =>
    parseMasterKey(text, 'the test'),
  )

  assert.deepEqual(new Set(keys.map(({ id }) => id)), new Set([masterKeyOf(octets).id]))
})

test('text that is no master key is refused with its source, its length and nothing of it', () => {
  const almost = generateMasterKey()
  const secret = masterKeyText(almost)

  for (const text of [
    '',
    '  \n',
    secret.slice(1),
    `${secret}A`,
    `${secret} ${secret}`,
    'x'.repeat(44),
    'g'.repeat(64),
  ]) {
    assert.throws(
      () => parseMasterKey(text, 'CHANCERY_MASTER_KEY_FILE'),
      (error) =>
        error instanceof MasterKeyError &&
        error.message.startsWith('CHANCERY_MASTER_KEY_FILE ') &&
        !error.message.includes(secret.slice(1, 20)),
    )
  }
  assert.throws(() => masterKeyOf(new Uint8Array(31)), MasterKeyError)
})

test('a master key shows itself nowhere', () => {
  const octets = new Uint8Array(32).map((_, at) => 200 - at)
  const key = masterKeyOf(octets)

  const shown = [
    inspect(key, { showHidden: true, depth: 9 }),
    JSON.stringify({ key }),
    `${key}`,
    format('%s %o %O %j', key, key, key, key),
    String(key),
    JSON.stringify(Object.entries(key)),
  ].join('\n')

  assert.ok(shown.includes(`MasterKey ${key.id}`))
  for (const form of [octets.toHex(), octets.toBase64(), octets.join(','), octets.join(', '), 'c8c7c6']) {
    assert.ok(!shown.includes(form))
  }
})

test('a master key file is made once, for its owner alone, and read again', async () => {
  const path = join(folder, 'master.key')
  const key = generateMasterKey()

  await writeMasterKeyFile(path, key)

  assert.equal((await stat(path)).mode & 0o777, 0o600)
  assert.equal((await readMasterKeyFile(path)).checkValue(), key.checkValue())
  const written = await readFile(path, 'utf8')
  await assert.rejects(writeMasterKeyFile(path, generateMasterKey()), /is there already/)
  assert.equal(await readFile(path, 'utf8'), written)
})

test('a master key file is refused where others may read it, it is missing, large, a folder or holds something else', async () => {
  const path = join(folder, 'other.key')
  await writeFile(path, masterKeyText(generateMasterKey()), { mode: 0o600 })
  const refused = (file: string, what: RegExp) =>
    assert.rejects(readMasterKeyFile(file), (error) => error instanceof MasterKeyError && what.test(error.message))

  for (const mode of [0o640, 0o604, 0o660]) {
    await chmod(path, mode)
    await refused(path, /other\.key can be read or changed by others: chmod 600 it/)
  }
  await chmod(path, 0o600)
  assert.match((await readMasterKeyFile(path)).id, /^[0-9a-f]{16}$/)
  await refused(join(folder, 'none.key'), /none\.key is not there/)
  await refused(folder, /is no file/)
  await writeFile(path, 'x'.repeat(5000))
  await refused(path, /too large/)
  await writeFile(path, 'correct horse battery staple')
  await refused(path, /other\.key holds no master key: expected 32 octets as 44 characters of base64 or 64 of hex/)
})
