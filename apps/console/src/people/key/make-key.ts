import {
  algorithmIdentifier,
  assembleSigned,
  type Extension,
  ecdsaSignatureOf,
  encodeCertificationRequestInfo,
  encodePem,
  Name,
  PublicKey,
  type SignatureAlgorithm,
} from '@chancery/x509'
import type { KeyType } from '../../api/operations.ts'

/** A key that was made here. Nothing sends `pkcs8` (DER) anywhere. */
export interface MadeKey {
  readonly pkcs8: Uint8Array<ArrayBuffer>
  /** The certification request for it, PEM. */
  readonly csr: string
}

const RSA = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', publicExponent: Uint8Array.of(1, 0, 1) }
const MADE = {
  'ecdsa-p256': [{ name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }, 'ecdsa-sha256'],
  'ecdsa-p384': [{ name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' }, 'ecdsa-sha384'],
  'rsa-2048': [{ ...RSA, modulusLength: 2048 }, 'rsa-sha256'],
  'rsa-3072': [{ ...RSA, modulusLength: 3072 }, 'rsa-sha256'],
  'rsa-4096': [{ ...RSA, modulusLength: 4096 }, 'rsa-sha256'],
} as const satisfies Partial<Record<KeyType, readonly [object, SignatureAlgorithm]>>

/** The kinds of keys that every browser makes, the one to choose first. */
export type MadeKeyType = keyof typeof MADE
export const MADE_KEY_TYPES: readonly MadeKeyType[] = ['ecdsa-p256', 'ecdsa-p384', 'rsa-2048', 'rsa-3072', 'rsa-4096']

/** Those of them that are certified. */
export function makeable(keyTypes: readonly KeyType[]): readonly MadeKeyType[] {
  return MADE_KEY_TYPES.filter((keyType) => keyTypes.includes(keyType))
}

/** Why this browser can make no key here; `undefined` when it can. */
export function whyNoKey(): string | undefined {
  if (!isSecureContext) return 'A key is made on pages that came by https alone. Open this page by its https address.'
  if (!('fromBase64' in Uint8Array)) return 'This browser is too old to make a key here. Use a current one.'
  return undefined
}

/** What a request names. */
export interface CsrNames {
  readonly subject: Name
  readonly extensions: readonly Extension[]
}

/** Makes a key, and the request for its certificate, in this browser. RSA of 4096 bits takes seconds. */
export async function makeKey(keyType: MadeKeyType, names: CsrNames = NO_NAMES): Promise<MadeKey> {
  const [parameters, algorithm] = MADE[keyType]
  const { privateKey, publicKey } = await crypto.subtle.generateKey(parameters, true, ['sign', 'verify'])
  const spki = new Uint8Array(await crypto.subtle.exportKey('spki', publicKey))
  const info = encodeCertificationRequestInfo({ ...names, publicKey: PublicKey.decode(spki) })
  const raw = new Uint8Array(await crypto.subtle.sign(parameters, privateKey, new Uint8Array(info)))
  const signature = parameters.name === 'ECDSA' ? ecdsaSignatureOf(raw) : raw
  return {
    pkcs8: new Uint8Array(await crypto.subtle.exportKey('pkcs8', privateKey)),
    csr: encodePem('CERTIFICATE REQUEST', assembleSigned(info, algorithmIdentifier(algorithm), signature)),
  }
}

/** An empty SEQUENCE: those that were approved are certified. */
const NO_NAMES: CsrNames = { subject: Name.decode(Uint8Array.of(0x30, 0)), extensions: [] }
