import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { KeyImportError } from '@chancery/key-files'
import {
  DerError,
  describePublicKey,
  equalBytes,
  isKeyAlgorithm,
  KEY_OIDS,
  type KeyDescription,
  type KeyType,
  keyTypeOf,
  PrivateKeyInfo,
  PublicKey,
  RsaPrivateKey,
  signatureAlgorithmsFor,
} from '@chancery/x509'
import { costOfSigning, type KeyTurns } from './key-pool.ts'
import { signWith } from './managed-key.ts'
import { plainBytes } from './plain-bytes.ts'
import { KeyFault } from './signing-key.ts'
import { isOpenSslError, loadPublicKey, verifyWith } from './verify-signature.ts'

/** A key that signs, in the PKCS#8 form that OpenSSL gives it. */
export interface CheckedKey {
  readonly pkcs8: Uint8Array
  readonly keyType: KeyType
  readonly publicKey: PublicKey
}

/** The tag of an OBJECT IDENTIFIER. */
const OBJECT_IDENTIFIER = 0x06

/** Octets of a PKCS#8 key that are looked at; the largest of ours, ML-DSA-87 in both forms, has about 5,000. */
const LARGEST_KEY = 16_384

/**
 * Whether this PKCS#8 DER is a key that Chancery signs with, and a whole one: the public half that it brings is its own, and a
 * signature by it verifies. Throws `KeyImportError` and `DerError`.
 */
export async function checkImportedKey(pkcs8: Uint8Array, turns?: KeyTurns): Promise<CheckedKey> {
  if (pkcs8.length > LARGEST_KEY) throw new KeyImportError('unsupported-key', 'a key larger than any that is taken')
  const info = PrivateKeyInfo.decode(pkcs8)
  if (info.version > 1) throw new DerError(`expected version 0 or 1, found ${info.version}`, 'version')
  const privateKey = loadKey(info)
  const publicKey = PublicKey.decode(plainBytes(createPublicKey(privateKey).export({ type: 'spki', format: 'der' })))
  const keyType = typeOf(publicKey)
  if (keyType.startsWith('rsa-') && !isConsistentRsa(RsaPrivateKey.decode(info.privateKey))) throw inconsistent()
  if (info.publicKey !== undefined && !equalBytes(info.publicKey, publicKey.key)) throw inconsistent()
  await trySigning(privateKey, publicKey, keyType, turns)
  return { pkcs8: plainBytes(privateKey.export({ type: 'pkcs8', format: 'der' })), keyType, publicKey }
}

/** Its type, if it is one of ours. Parameters or a point in a form that we do not write are no ground to call a file broken. */
function typeOf(publicKey: PublicKey): KeyType {
  try {
    const keyType = keyTypeOf(publicKey)
    if (keyType !== undefined) return keyType
  } catch (error) {
    if (error instanceof DerError) throw new KeyImportError('unsupported-key', error.message)
    throw error
  }
  throw unsupportedKey(describePublicKey(publicKey))
}

/** RFC 8017 §3.2: what the numbers of a key are to each other. OpenSSL signs without looking at all of them. */
function isConsistentRsa(key: RsaPrivateKey): boolean {
  const {
    modulus,
    publicExponent: e,
    privateExponent: d,
    prime1: p,
    prime2: q,
    exponent1,
    exponent2,
    coefficient,
  } = key
  if (p < 3n || q < 3n || p * q !== modulus) return false
  const inverses =
    (e * exponent1) % (p - 1n) === 1n && (e * exponent2) % (q - 1n) === 1n && (q * coefficient) % p === 1n
  return inverses && d % (p - 1n) === exponent1 && d % (q - 1n) === exponent2
}

/**
 * Without the attributes and the public half, which OpenSSL does not read in every form. It sees none but our own algorithms, on
 * named curves: of others it computes the public half as it loads them, which a DSA key of 4,000 octets makes last half a minute,
 * on the event loop.
 */
function loadKey({ algorithm, privateKey }: PrivateKeyInfo): KeyObject {
  if (!isKeyAlgorithm(algorithm.algorithm))
    throw new KeyImportError('unsupported-key', `a key of the algorithm ${algorithm.algorithm}. ${TAKEN}`)
  if (algorithm.algorithm === KEY_OIDS.ec && algorithm.parameters?.[0] !== OBJECT_IDENTIFIER)
    throw new KeyImportError('unsupported-key', 'a curve that is not named; a key that names its curve is due')
  const octets = Buffer.from(PrivateKeyInfo.encode({ version: 0, algorithm, privateKey }))
  try {
    return createPrivateKey({ key: octets, format: 'der', type: 'pkcs8' })
  } catch (error) {
    if (!isOpenSslError(error)) throw error
    throw new KeyImportError('broken', 'octets that are no key of their algorithm')
  } finally {
    octets.fill(0)
  }
}

/** A signature, verified: halves that do not belong together, and RSA keys with a wrong number in them, fail here. */
async function trySigning(
  privateKey: KeyObject,
  publicKey: PublicKey,
  keyType: KeyType,
  turns: KeyTurns | undefined,
): Promise<void> {
  const [algorithm] = signatureAlgorithmsFor(keyType)
  if (algorithm === undefined) throw new Error(`no signature algorithm for ${keyType}`)
  const verifier = loadPublicKey(publicKey, algorithm)
  const message = new TextEncoder().encode('a key is imported')
  const work = async (): Promise<boolean> => {
    const signature = await signWith(privateKey, algorithm, message)
    return verifier !== undefined && verifyWith(verifier, algorithm, message, signature)
  }
  const signs = await (turns === undefined ? work() : turns.take(costOfSigning(keyType), work)).catch((error) => {
    if (error instanceof KeyFault) return false
    throw error
  })
  if (!signs) throw inconsistent()
}

const TAKEN = 'Taken are RSA of 2048, 3072 or 4096 bits, P-256, P-384, P-521, Ed25519, ML-DSA and SLH-DSA'

function unsupportedKey(key: KeyDescription): KeyImportError {
  const found =
    key.family === 'rsa'
      ? `an RSA key of ${key.bits} bits`
      : key.family === 'ec'
        ? `an EC key on the curve ${key.curve}`
        : `a key of the algorithm ${key.family === 'unknown' ? key.algorithm : key.family}`
  return new KeyImportError('unsupported-key', `${found}. ${TAKEN}`)
}

function inconsistent(): KeyImportError {
  return new KeyImportError('inconsistent', 'the private and the public half of this key do not belong together')
}
