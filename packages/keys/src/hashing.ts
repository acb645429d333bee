import { hash } from 'node:crypto'
import type { HashName } from '@chancery/x509'
import { plainBytes } from './plain-bytes.ts'

/** The digest of these bytes. SHA-1 is here for OCSP's CertID and old identifiers, never for a signature. */
export function digest(name: HashName, bytes: Uint8Array): Uint8Array {
  return plainBytes(hash(name, bytes, 'buffer'))
}

/** SHA-256, by which certificates are found (fingerprint) and most things are named. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return plainBytes(hash('sha256', bytes, 'buffer'))
}
