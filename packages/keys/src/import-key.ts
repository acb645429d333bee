import type { KeyType, PublicKey } from '@chancery/x509'
import { KeyImportError } from './key-import-error.ts'

/** A key out of a file, with the certificates that came beside it (DER, in the file's order). `pkcs8` is secret. */
export interface ImportedKey {
  readonly pkcs8: Uint8Array
  readonly keyType: KeyType
  readonly publicKey: PublicKey
  readonly certificates: readonly Uint8Array[]
}

/**
 * Reads a private key: PEM or DER of PKCS#8 (plain or encrypted by PBES2), SEC1 and PKCS#1 (plain, or encrypted as OpenSSL did
 * before), with certificates beside it in PEM, or PKCS#12. Throws `KeyImportError`.
 */
export async function importKey(_file: string | Uint8Array, _password?: string): Promise<ImportedKey> {
  throw new KeyImportError('broken', 'not read yet')
}
