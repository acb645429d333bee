import { createHash } from 'node:crypto'
import { decryptCbc } from './decrypt-by-password.ts'
import { KeyImportError } from './key-import-error.ts'

const KEY_OCTETS = new Map([
  ['AES-128-CBC', 16],
  ['AES-192-CBC', 24],
  ['AES-256-CBC', 32],
  ['DES-EDE3-CBC', 24],
])

/**
 * Decrypts a PEM block as OpenSSL wrote it before PKCS#8: `Proc-Type: 4,ENCRYPTED` and `DEK-Info: <cipher>,<IV>` (RFC 1421
 * §4.6.1.1, §4.6.1.3), the key being MD5 over the password and the first eight octets of the IV, repeatedly. Throws
 * `KeyImportError`.
 */
export function decryptLegacyPem(
  headers: ReadonlyMap<string, string>,
  encrypted: Uint8Array,
  password: string,
): Uint8Array {
  const [cipher = '', ivHex = ''] = (headers.get('DEK-Info') ?? '').split(',').map((part) => part.trim())
  const octets = KEY_OCTETS.get(cipher)
  if (octets === undefined) {
    throw new KeyImportError(
      'unsupported-encryption',
      'DEK-Info names a cipher that is not read; AES and DES-EDE3-CBC are',
    )
  }
  if (!/^(?:[0-9A-Fa-f]{16}|[0-9A-Fa-f]{32})$/.test(ivHex))
    throw new KeyImportError('broken', 'DEK-Info without its IV')
  const iv = Uint8Array.fromHex(ivHex)
  return decryptCbc(cipher.toLowerCase(), deriveKey(password, iv.subarray(0, 8), octets), iv, encrypted)
}

function deriveKey(password: string, salt: Uint8Array, octets: number): Uint8Array {
  let last: Uint8Array = new Uint8Array()
  const derived: Uint8Array[] = []
  for (let have = 0; have < octets; have += last.length) {
    last = createHash('md5').update(last).update(password, 'utf8').update(salt).digest()
    derived.push(last)
  }
  return Buffer.concat(derived).subarray(0, octets)
}
