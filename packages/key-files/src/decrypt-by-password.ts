import {
  type AlgorithmIdentifier,
  CBC_CIPHERS,
  CbcIv,
  concatBytes,
  DerError,
  HMAC_OIDS,
  PASSWORD_ALGORITHMS,
  Pbes2Params,
  Pbkdf2Params,
  Pkcs12PbeParams,
  ScryptParams,
} from '@chancery/x509'
import type { FileCipher, FileCrypto, FileHash } from './file-crypto.ts'
import { type ImportBudget, PKCS12_ROUND_WEIGHT } from './import-budget.ts'
import { KeyImportError } from './key-import-error.ts'
import { DERIVED, pkcs12Kdf, pkcs12Password } from './pkcs12-kdf.ts'
import { decryptRc2Cbc } from './rc2.ts'

/** A password in the two forms in which files hash it. */
export interface FilePassword {
  readonly utf8: Uint8Array
  readonly pkcs12: Uint8Array
}

export function filePassword(password: string): FilePassword {
  return { utf8: new TextEncoder().encode(password), pkcs12: pkcs12Password(password) }
}

/**
 * Decrypts by PBES2 (PBKDF2 or scrypt, AES or triple DES in CBC mode; RFC 8018 §6.2) or by the older algorithms of RFC 7292
 * Appendix C. Derivations run off the event loop or leave it room. Throws `KeyImportError`: an algorithm that is not read, more
 * iterations than the budget has, a password that does not fit (as far as padding shows it).
 */
export async function decryptByPassword(
  { algorithm, parameters }: AlgorithmIdentifier,
  encrypted: Uint8Array,
  password: FilePassword,
  budget: ImportBudget,
  crypto: FileCrypto,
): Promise<Uint8Array> {
  if (parameters === undefined) throw new KeyImportError('broken', 'a password-based encryption without parameters')
  if (algorithm === PASSWORD_ALGORITHMS.pbes2) return decryptPbes2(parameters, encrypted, password, budget, crypto)
  const scheme = PKCS12_SCHEMES.get(algorithm)
  if (scheme === undefined) throw unsupported(`the encryption ${algorithm}`)

  const { salt, iterations } = Pkcs12PbeParams.decode(parameters)
  budget.spend(2 * iterations, PKCS12_ROUND_WEIGHT)
  const key = await pkcs12Kdf('sha1', DERIVED.key, password.pkcs12, salt, iterations, scheme.keyOctets, crypto)
  const iv = await pkcs12Kdf('sha1', DERIVED.iv, password.pkcs12, salt, iterations, 8, crypto)
  return scheme.decrypt(key, iv, encrypted, crypto)
}

/** Decrypts in CBC mode and takes the padding off; padding that is wrong means the wrong key. Throws `KeyImportError`. */
export async function decryptCbc(
  cipher: FileCipher,
  key: Uint8Array,
  iv: Uint8Array,
  encrypted: Uint8Array,
  crypto: FileCrypto,
): Promise<Uint8Array> {
  const block = cipher === 'des-ede3-cbc' ? 8 : 16
  if (iv.length !== block || encrypted.length === 0 || encrypted.length % block !== 0) throw impossibleLength()
  const decrypted = await crypto.decryptCbc(cipher, key, iv, encrypted)
  if (decrypted === undefined) throw wrongPassword()
  return decrypted
}

/** PBKDF2, RFC 8018 §5.2, in its ASN.1 form; `octets` unless the parameters say how many. */
export async function derivePbkdf2(
  parameters: Pbkdf2Params,
  password: Uint8Array,
  octets: number,
  budget: ImportBudget,
  crypto: FileCrypto,
): Promise<Uint8Array> {
  const { salt, iterationCount, keyLength, prf } = parameters
  if (salt.kind !== 'specified') throw unsupported('a PBKDF2 salt from elsewhere')
  if (keyLength !== undefined && keyLength !== octets)
    throw new KeyImportError('broken', 'a PBKDF2 key length that does not fit')
  const hash = prf === undefined ? 'sha1' : hashOfHmac(prf)
  budget.spend(iterationCount)
  return crypto.pbkdf2(hash, password, salt.value, iterationCount, octets)
}

/** The hash of an HMAC identifier. Throws `KeyImportError`. */
export function hashOfHmac({ algorithm }: AlgorithmIdentifier): FileHash {
  const name = HMACS.find((candidate) => HMAC_OIDS[candidate] === algorithm)
  if (name === undefined) throw unsupported(`the pseudorandom function ${algorithm}`)
  return name
}
const HMACS = ['sha1', 'sha224', 'sha256', 'sha384', 'sha512'] as const

export function wrongPassword(): KeyImportError {
  return new KeyImportError('wrong-password', 'the password does not open this file, or the file was changed')
}

/** Memory that scrypt may take. */
const MOST_SCRYPT_OCTETS = 64 * 1024 * 1024

const KEY_OCTETS = { 'aes-128-cbc': 16, 'aes-192-cbc': 24, 'aes-256-cbc': 32, 'des-ede3-cbc': 24 } as const
const CIPHERS = ['aes-128-cbc', 'aes-192-cbc', 'aes-256-cbc', 'des-ede3-cbc'] as const

async function decryptPbes2(
  parameters: Uint8Array,
  encrypted: Uint8Array,
  { utf8 }: FilePassword,
  budget: ImportBudget,
  crypto: FileCrypto,
): Promise<Uint8Array> {
  const { keyDerivationFunc: kdf, encryptionScheme: scheme } = Pbes2Params.decode(parameters)
  const cipher = CIPHERS.find((name) => CBC_CIPHERS[name] === scheme.algorithm)
  if (cipher === undefined) throw unsupported(`the cipher ${scheme.algorithm}`)
  if (kdf.parameters === undefined || scheme.parameters === undefined)
    throw new DerError('PBES2 without its parameters')
  const iv = CbcIv.decode(scheme.parameters)
  const octets = KEY_OCTETS[cipher]
  if (kdf.algorithm === PASSWORD_ALGORITHMS.pbkdf2) {
    const key = await derivePbkdf2(Pbkdf2Params.decode(kdf.parameters), utf8, octets, budget, crypto)
    return decryptCbc(cipher, key, iv, encrypted, crypto)
  }
  if (kdf.algorithm !== PASSWORD_ALGORITHMS.scrypt) throw unsupported(`the key derivation ${kdf.algorithm}`)
  const key = await deriveScrypt(ScryptParams.decode(kdf.parameters), utf8, octets, budget, crypto)
  return decryptCbc(cipher, key, iv, encrypted, crypto)
}

async function deriveScrypt(
  { salt, costParameter: N, blockSize: r, parallelizationParameter: p, keyLength }: ScryptParams,
  password: Uint8Array,
  octets: number,
  budget: ImportBudget,
  crypto: FileCrypto,
): Promise<Uint8Array> {
  if (keyLength !== undefined && keyLength !== octets)
    throw new KeyImportError('broken', 'an scrypt key length that does not fit')
  if (128 * N * r > MOST_SCRYPT_OCTETS)
    throw new KeyImportError('too-costly', 'scrypt parameters that take more than 64 MiB')
  budget.spend(N * r * p)
  try {
    return await crypto.scrypt(password, salt, octets, { N, r, p })
  } catch {
    throw new KeyImportError('broken', 'impossible scrypt parameters')
  }
}

interface Pkcs12Scheme {
  readonly keyOctets: number
  readonly decrypt: (
    key: Uint8Array,
    iv: Uint8Array,
    encrypted: Uint8Array,
    crypto: FileCrypto,
  ) => Uint8Array | Promise<Uint8Array>
}

const PKCS12_SCHEMES = new Map<string, Pkcs12Scheme>([
  [
    PASSWORD_ALGORITHMS.pbeWithSha1And3KeyTripleDes,
    { keyOctets: 24, decrypt: (key, ...more) => decryptCbc('des-ede3-cbc', key, ...more) },
  ],
  [
    PASSWORD_ALGORITHMS.pbeWithSha1And2KeyTripleDes,
    {
      keyOctets: 16,
      decrypt: (key, ...more) => decryptCbc('des-ede3-cbc', concatBytes(key, key.subarray(0, 8)), ...more),
    },
  ],
  [PASSWORD_ALGORITHMS.pbeWithSha1And128BitRc2, { keyOctets: 16, decrypt: decryptRc2 }],
  [PASSWORD_ALGORITHMS.pbeWithSha1And40BitRc2, { keyOctets: 5, decrypt: decryptRc2 }],
])

function decryptRc2(key: Uint8Array, iv: Uint8Array, encrypted: Uint8Array): Uint8Array {
  if (encrypted.length === 0 || encrypted.length % 8 !== 0) throw impossibleLength()
  const plaintext = decryptRc2Cbc(key, key.length * 8, iv, encrypted)
  const padding = plaintext.at(-1) ?? 0
  const isPadded = padding >= 1 && padding <= 8 && plaintext.subarray(-padding).every((octet) => octet === padding)
  if (!isPadded) throw wrongPassword()
  return plaintext.subarray(0, -padding)
}

function impossibleLength(): KeyImportError {
  return new KeyImportError('broken', 'encrypted octets of an impossible length')
}

function unsupported(what: string): KeyImportError {
  return new KeyImportError('unsupported-encryption', `${what} is not read; export the key with AES-256 and PBKDF2`)
}
