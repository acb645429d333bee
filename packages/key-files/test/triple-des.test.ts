import assert from 'node:assert/strict'
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { decryptTripleDes, encryptTripleDes } from '../src/triple-des.ts'

test('triple DES in CBC mode encrypts and decrypts as OpenSSL does, whatever the length', () => {
  for (let octets = 0; octets < 40; octets++) {
    const [key, iv, plaintext] = [randomBytes(24), randomBytes(8), randomBytes(octets)]
    const cipher = createCipheriv('des-ede3-cbc', key, iv)
    const expected = Buffer.concat([cipher.update(plaintext), cipher.final()])

    const encrypted = encryptTripleDes(key, iv, plaintext)

    assert.equal(encrypted.toHex(), expected.toString('hex'))
    assert.equal(decryptTripleDes(key, iv, encrypted)?.toHex(), plaintext.toString('hex'))
  }
})

test('what triple DES cannot have made decrypts to nothing, as OpenSSL refuses it', () => {
  const [key, iv] = [randomBytes(24), randomBytes(8)]
  for (let at = 0; at < 200; at++) {
    const octets = randomBytes(at % 17)
    const decipher = createDecipheriv('des-ede3-cbc', key, iv)
    let expected: string | undefined
    try {
      expected = Buffer.concat([decipher.update(octets), decipher.final()]).toString('hex')
    } catch {
      expected = undefined
    }

    assert.equal(decryptTripleDes(key, iv, octets)?.toHex(), expected)
  }
})
