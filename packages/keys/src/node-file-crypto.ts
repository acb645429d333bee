import { createDecipheriv, createHmac, hash, pbkdf2, type ScryptOptions, scrypt } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { FileCrypto } from '@chancery/key-files'

const pbkdf2Off = promisify(pbkdf2)
const scryptOff: (password: Uint8Array, salt: Uint8Array, octets: number, options: ScryptOptions) => Promise<Buffer> =
  promisify(scrypt)

/** Memory that scrypt may take: more than is ever asked for. */
const MOST_SCRYPT_OCTETS = 128 * 1024 * 1024

/** Opens key files by Node.js: derivations run on libuv's threads, but for those that only `hash` knows. */
export const nodeFileCrypto: FileCrypto = {
  hash: (name, octets) => hash(name, octets, 'buffer'),
  hmac: async (name, key, octets) => createHmac(name, key).update(octets).digest(),
  pbkdf2: (name, password, salt, iterations, octets) => pbkdf2Off(password, salt, iterations, octets, name),
  scrypt: (password, salt, octets, cost) => scryptOff(password, salt, octets, { ...cost, maxmem: MOST_SCRYPT_OCTETS }),
  decryptCbc: async (cipher, key, iv, encrypted) => {
    const decipher = createDecipheriv(cipher, key, iv)
    try {
      return Buffer.concat([decipher.update(encrypted), decipher.final()])
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ERR_OSSL_BAD_DECRYPT') return undefined
      throw error
    }
  },
  pause: () => setImmediate(),
}
