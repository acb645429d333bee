import assert from 'node:assert/strict'
import { createDecipheriv, scryptSync } from 'node:crypto'
import { test } from 'node:test'
import { generateMasterKey, MasterKeyError, masterKeyText, unwrapMasterKey, wrapMasterKey } from '../src/index.ts'

const PASSPHRASE = 'naïve but long enough'

test('a wrapped master key opens by its passphrase, in whatever form its letters were typed', async () => {
  const key = generateMasterKey()

  const wrapped = await wrapMasterKey(key, PASSPHRASE.normalize('NFD'))
  const opened = await unwrapMasterKey(wrapped, PASSPHRASE.normalize('NFC'), 'file')

  assert.equal(masterKeyText(opened), masterKeyText(key))
  assert.ok(!wrapped.includes(masterKeyText(key)))
  assert.notEqual(await wrapMasterKey(key, PASSPHRASE), wrapped, 'salt and nonce are new each time')
})

test('what a wrapped master key says of itself is enough to open it by scrypt and AES-256-GCM', async () => {
  const key = generateMasterKey()

  const [format, id, ...parts] = (await wrapMasterKey(key, PASSPHRASE)).trim().split('.')

  const [salt, nonce, sealed] = parts.map((part) => Buffer.from(part, 'base64url'))
  assert.ok(salt && nonce && sealed && id === key.id)
  const secret = scryptSync(PASSPHRASE.normalize('NFKC'), salt, 32, { N: 2 ** 17, r: 8, p: 1, maxmem: 2 ** 28 })
  const decipher = createDecipheriv('aes-256-gcm', secret, nonce)
  decipher.setAAD(Buffer.from(`${format}.${id}`)).setAuthTag(sealed.subarray(-16))
  const opened = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()])
  assert.equal(opened.toString(), masterKeyText(key))
})

test('another passphrase, another id and a changed octet look the same', async () => {
  const key = generateMasterKey()
  const wrapped = await wrapMasterKey(key, PASSPHRASE)
  const doesNotOpen = { name: 'MasterKeyError', message: /file does not open/ }

  await assert.rejects(unwrapMasterKey(wrapped, `${PASSPHRASE}!`, 'file'), doesNotOpen)
  await assert.rejects(unwrapMasterKey(wrapped.replace(key.id, '0'.repeat(16)), PASSPHRASE, 'file'), doesNotOpen)
  const [format, id, salt, nonce, sealed = ''] = wrapped.trim().split('.')
  const changed = [format, id, salt, nonce, `${sealed.startsWith('A') ? 'B' : 'A'}${sealed.slice(1)}`].join('.')
  await assert.rejects(unwrapMasterKey(changed, PASSPHRASE, 'file'), doesNotOpen)
})

test('a short passphrase, and a file that is something else, are refused with what is due', async () => {
  const tooShort = { name: 'MasterKeyError', message: /has 11 characters; at least 12 are due/ }

  await assert.rejects(wrapMasterKey(generateMasterKey(), 'eleven char'), tooShort)
  for (const text of ['', 'x', 'chancery-master-key-1.aa.bb', 'chancery-master-key-2.a.b.c.d']) {
    await assert.rejects(unwrapMasterKey(text, PASSPHRASE, 'file'), MasterKeyError)
  }
})
