import { KeyImportError, readKeyFile } from '@chancery/key-files'
import { DerError, decodeCertificate, equalBytes, type KeyType, type PublicKey } from '@chancery/x509'
import { checkImportedKey } from './check-imported-key.ts'
import type { KeyTurns } from './key-pool.ts'
import { nodeFileCrypto } from './node-file-crypto.ts'

/** A key out of a file, with the certificates that came beside it (DER), the key's own first. `pkcs8` (DER) is secret. */
export interface ImportedKey {
  readonly pkcs8: Uint8Array
  readonly keyType: KeyType
  readonly publicKey: PublicKey
  readonly certificates: readonly Uint8Array[]
}

/**
 * Reads a private key from a file: PEM or DER of PKCS#8 (plain, or encrypted by a password), SEC1 and PKCS#1 (in PEM also
 * encrypted as OpenSSL did before PKCS#8), with certificates beside it, or PKCS#12. The form is recognised, whatever the file is
 * called. The key is tried before it is returned, in its turn where `turns` are given. Throws `KeyImportError`.
 */
export async function importKey(file: string | Uint8Array, password?: string, turns?: KeyTurns): Promise<ImportedKey> {
  try {
    const { keys, certificates } = await readKeyFile(file, password, nodeFileCrypto)
    const [pkcs8, second] = keys
    if (pkcs8 === undefined) throw new KeyImportError('no-key', 'the file holds no private key')
    if (second !== undefined)
      throw new KeyImportError('several-keys', `the file holds ${keys.length} private keys; one is due`)
    const key = await checkImportedKey(pkcs8, turns)
    pkcs8.fill(0)
    return { ...key, certificates: ownFirst(certificates, key.publicKey) }
  } catch (error) {
    if (error instanceof DerError) throw new KeyImportError('broken', error.message)
    throw error
  }
}

function ownFirst(certificates: readonly Uint8Array[], publicKey: PublicKey): readonly Uint8Array[] {
  const own = certificates.filter((der) => isCertificateOf(der, publicKey))
  return [...own, ...certificates.filter((der) => !own.includes(der))]
}

function isCertificateOf(der: Uint8Array, publicKey: PublicKey): boolean {
  try {
    return equalBytes(decodeCertificate(der).publicKey.der, publicKey.der)
  } catch (error) {
    if (error instanceof DerError) return false
    throw error
  }
}
