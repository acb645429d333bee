import { concatBytes } from '@chancery/x509'
import { decryptCbc } from './decrypt-by-password.ts'
import type { FileCipher, FileCrypto } from './file-crypto.ts'
import { KeyImportError } from './key-import-error.ts'

const CIPHERS = new Map<string, readonly [cipher: FileCipher, keyOctets: number]>([
  ['AES-128-CBC', ['aes-128-cbc', 16]],
  ['AES-192-CBC', ['aes-192-cbc', 24]],
  ['AES-256-CBC', ['aes-256-cbc', 32]],
  ['DES-EDE3-CBC', ['des-ede3-cbc', 24]],
])

/**
 * Decrypts a PEM block as OpenSSL wrote it before PKCS#8: `Proc-Type: 4,ENCRYPTED` and `DEK-Info: <cipher>,<IV>` (RFC 1421
 * §4.6.1.1, §4.6.1.3), the key being MD5 over the password and the first eight octets of the IV, repeatedly. Throws
 * `KeyImportError`.
 */
export async function decryptLegacyPem(
  headers: ReadonlyMap<string, string>,
  encrypted: Uint8Array,
  password: string,
  crypto: FileCrypto,
): Promise<Uint8Array> {
  const [name = '', ivHex = ''] = (headers.get('DEK-Info') ?? '').split(',').map((part) => part.trim())
  const found = CIPHERS.get(name)
  if (found === undefined) {
    throw new KeyImportError(
      'unsupported-encryption',
      'DEK-Info names a cipher that is not read; AES and DES-EDE3-CBC are',
    )
  }
  if (!/^(?:[0-9A-Fa-f]{16}|[0-9A-Fa-f]{32})$/.test(ivHex))
    throw new KeyImportError('broken', 'DEK-Info without its IV')
  const iv = Uint8Array.fromHex(ivHex)
  const [cipher, octets] = found
  return decryptCbc(cipher, deriveKey(password, iv.subarray(0, 8), octets, crypto), iv, encrypted, crypto)
}

function deriveKey(password: string, salt: Uint8Array, octets: number, { hash }: FileCrypto): Uint8Array {
  const secret = concatBytes(new TextEncoder().encode(password), salt)
  let last: Uint8Array = new Uint8Array()
  const derived: Uint8Array[] = []
  for (let have = 0; have < octets; have += last.length) {
    last = hash('md5', concatBytes(last, secret))
    derived.push(last)
  }
  return concatBytes(...derived).subarray(0, octets)
}
