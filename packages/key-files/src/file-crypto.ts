import type { CBC_CIPHERS, HMAC_OIDS } from '@chancery/x509'

/** Hash functions of key files. */
export type FileHash = keyof typeof HMAC_OIDS
/** Block ciphers of key files, in CBC mode. */
export type FileCipher = keyof typeof CBC_CIPHERS

/**
 * What opening a key file asks of whoever has cryptography: Node.js on the server, WebCrypto in a browser (`browser-crypto.ts`).
 * Numbers of rounds were bounded before any of it is called.
 */
export interface FileCrypto {
  /** At once: a derivation calls it hundreds of thousands of times. MD5 is for keys of OpenSSL before PKCS#8. */
  hash(name: FileHash | 'md5', octets: Uint8Array): Uint8Array
  hmac(name: FileHash, key: Uint8Array, octets: Uint8Array): Promise<Uint8Array>
  /** RFC 8018 §5.2. */
  pbkdf2(
    name: FileHash,
    password: Uint8Array,
    salt: Uint8Array,
    iterations: number,
    octets: number,
  ): Promise<Uint8Array>
  /** RFC 7914. Throws for impossible parameters. */
  scrypt(password: Uint8Array, salt: Uint8Array, octets: number, cost: ScryptCost): Promise<Uint8Array>
  /**
   * CBC mode, with the padding taken off; `encrypted` is one or more whole blocks. `undefined` where the padding is impossible: another
   * key, or other octets. Throws `KeyImportError` 'unsupported-encryption' for a cipher that is not there.
   */
  decryptCbc(
    cipher: FileCipher,
    key: Uint8Array,
    iv: Uint8Array,
    encrypted: Uint8Array,
  ): Promise<Uint8Array | undefined>
  /** Lets others have their turn. */
  pause(): Promise<void>
}

/** The letters of RFC 7914 §6. */
export interface ScryptCost {
  readonly N: number
  readonly r: number
  readonly p: number
}
