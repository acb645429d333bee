import { decodeCertificate, decodeCertificationRequest, decodePem, decodePemOrDer, equalBytes } from '@chancery/x509'
import { forgetKey, type KeptKey, keepKey } from './kept-keys.ts'
import type { KeyWish } from './key-form.ts'
import { type CsrNames, makeKey } from './make-key.ts'
import { sealKey, unsealKey } from './seal-key.ts'

/** A key that is open in this page, and under which password it is kept. */
export interface HeldKey {
  readonly kept: KeptKey
  /** PKCS#8, DER. */
  readonly pkcs8: Uint8Array<ArrayBuffer>
  readonly password: string
}

/** What a key is made for. */
export interface KeyPurpose {
  /** Under which it is kept: of one id there is one key. */
  readonly id: string
  /** Until when it is kept, in milliseconds since the epoch. */
  readonly expiresAt: number
  /** What its request names; nothing unless given. */
  readonly names?: CsrNames
}

/**
 * Makes a key and keeps it in this browser under its password: before anybody hears of it, so that no certificate has a key that is
 * lost. `isKept` is false where the browser keeps nothing. Throws when another window made one for the same purpose.
 */
export async function makeAndKeep(
  { id, expiresAt, names }: KeyPurpose,
  { keyType, password, system }: KeyWish,
): Promise<{ readonly held: HeldKey; readonly isKept: boolean }> {
  const { pkcs8, csr } = await makeKey(keyType, names)
  const kept = { id, csr, system, expiresAt, ...(await sealKey(pkcs8, password, id)) }
  const held = { kept, pkcs8, password }
  try {
    await keepKey(kept)
    return { held, isKept: true }
  } catch (error) {
    if (error instanceof DOMException && error.name === 'ConstraintError') throw new Error(OTHER_WINDOW)
    return { held, isKept: false }
  }
}

const OTHER_WINDOW = 'Another window of this browser has made the key meanwhile. Go on there, or reload this page.'

/** What to tell where `isKept` is false. */
export const KEPT_NOTHING =
  'This browser keeps nothing for this page: it may be a private window. Go on in an ordinary one, or do not close this page before you have the file.'

/** Opens a key that is kept. Throws for another password. */
export async function openKept(kept: KeptKey, password: string): Promise<HeldKey> {
  const pkcs8 = await unsealKey(kept, password, kept.id)
  if (pkcs8 === undefined) throw new Error('This is not the password that was set for the key.')
  return { kept, pkcs8, password }
}

/** Removes a key from the browser, and from this page. */
export async function release({ kept, pkcs8 }: HeldKey): Promise<void> {
  await forgetKey(kept.id)
  pkcs8.fill(0)
}

/** Whether the first certificate of this text (PEM) is that of the key that is kept. */
export function isFor(chain: string, { csr }: KeptKey): boolean {
  const [own] = decodePem(chain)
  if (own === undefined) return false
  const asked = decodeCertificationRequest(decodePemOrDer(csr, 'CERTIFICATE REQUEST'))
  return equalBytes(decodeCertificate(own.der).publicKey.der, asked.publicKey.der)
}
