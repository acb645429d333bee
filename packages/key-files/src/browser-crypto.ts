import { hmac } from '@noble/hashes/hmac.js'
import { md5, sha1 } from '@noble/hashes/legacy.js'
import { scryptAsync } from '@noble/hashes/scrypt.js'
import { sha224, sha256, sha384, sha512 } from '@noble/hashes/sha2.js'
import type { FileCipher, FileCrypto, FileHash } from './file-crypto.ts'
import { KeyImportError } from './key-import-error.ts'
import { decryptTripleDes, encryptTripleDes } from './triple-des.ts'

/** What making a key file asks for beside what opening one does. */
export interface MakingCrypto extends FileCrypto {
  /** CBC mode, padded as RFC 8018 §6.1.1 says. */
  encryptCbc(
    cipher: 'aes-256-cbc' | 'des-ede3-cbc',
    key: Uint8Array,
    iv: Uint8Array,
    plaintext: Uint8Array,
  ): Promise<Uint8Array>
  random(octets: number): Uint8Array
}

const HASHES = { md5, sha1, sha224, sha256, sha384, sha512 } as const

/** WebCrypto's names; it has no SHA-224. */
const NAMES: Readonly<Partial<Record<FileHash, string>>> = {
  sha1: 'SHA-1',
  sha256: 'SHA-256',
  sha384: 'SHA-384',
  sha512: 'SHA-512',
}

/**
 * By WebCrypto, which browsers have, and Node.js too. What WebCrypto answers later is of no use where a hash follows a hash a hundred
 * thousand times, and it has neither triple DES nor scrypt: the hashes and scrypt are @noble's, triple DES is ours.
 */
export const browserCrypto: MakingCrypto = {
  hash: (name, octets) => HASHES[name](octets),
  hmac: async (name, key, octets) => hmac(HASHES[name], key, octets),
  pbkdf2: async (name, password, salt, iterations, octets) => {
    const hash = NAMES[name]
    if (hash === undefined) throw missing(`PBKDF2 by ${name}`)
    const key = await crypto.subtle.importKey('raw', own(password), 'PBKDF2', false, ['deriveBits'])
    const derivation = { name: 'PBKDF2', hash, salt: own(salt), iterations }
    return new Uint8Array(await crypto.subtle.deriveBits(derivation, key, 8 * octets))
  },
  scrypt: (password, salt, dkLen, cost) => scryptAsync(password, salt, { ...cost, dkLen }),
  decryptCbc: async (cipher, key, iv, encrypted) => {
    if (cipher === 'des-ede3-cbc') return decryptTripleDes(key, iv, encrypted)
    const opener = await aesKey(cipher, key, 'decrypt')
    try {
      return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-CBC', iv: own(iv) }, opener, own(encrypted)))
    } catch {
      return undefined
    }
  },
  encryptCbc: async (cipher, key, iv, plaintext) => {
    if (cipher === 'des-ede3-cbc') return encryptTripleDes(key, iv, plaintext)
    const closer = await aesKey(cipher, key, 'encrypt')
    return new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-CBC', iv: own(iv) }, closer, own(plaintext)))
  },
  random: (octets) => crypto.getRandomValues(new Uint8Array(octets)),
  pause: () => new Promise((resolve) => setTimeout(resolve)),
}

/** Chromium knows no AES of 192 bits. */
async function aesKey(cipher: FileCipher, key: Uint8Array, use: 'encrypt' | 'decrypt') {
  try {
    return await crypto.subtle.importKey('raw', own(key), 'AES-CBC', false, [use])
  } catch {
    throw missing(`the cipher ${cipher}`)
  }
}

function missing(what: string): KeyImportError {
  return new KeyImportError('unsupported-encryption', `${what} is not in this browser; export the key with AES-256`)
}

/** WebCrypto takes nothing that might be shared with another thread. */
function own(octets: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(octets)
}
