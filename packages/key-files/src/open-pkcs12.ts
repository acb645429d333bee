import {
  type AlgorithmIdentifier,
  decodeAuthenticatedSafe,
  decodePfx,
  decodeSafeContents,
  hashOf,
  type MacData,
  PASSWORD_ALGORITHMS,
  Pbkdf2Params,
  Pbmac1Params,
  type SafeBag,
  type SafePart,
} from '@chancery/x509'
import {
  decryptByPassword,
  derivePbkdf2,
  type FilePassword,
  filePassword,
  hashOfHmac,
  wrongPassword,
} from './decrypt-by-password.ts'
import type { FileCrypto } from './file-crypto.ts'
import { type ImportBudget, PKCS12_ROUND_WEIGHT } from './import-budget.ts'
import { KeyImportError } from './key-import-error.ts'
import { DERIVED, pkcs12Kdf } from './pkcs12-kdf.ts'

/** What a PKCS#12 file holds, decrypted: keys as PKCS#8 DER, certificates as DER. */
export interface Pkcs12Contents {
  readonly keys: readonly Uint8Array[]
  readonly certificates: readonly Uint8Array[]
}

/**
 * Opens a PKCS#12 file (RFC 7292). Its MAC is verified first, where it has one: HMAC by the derivation of Appendix B, or PBMAC1
 * (RFC 9879). Without a password the empty one is tried, as which files without a password are made. Throws `KeyImportError` and
 * `DerError`.
 */
export async function openPkcs12(
  file: Uint8Array,
  password: string | undefined,
  budget: ImportBudget,
  crypto: FileCrypto,
): Promise<Pkcs12Contents> {
  const { authSafe, macData } = decodePfx(file)
  const opened = await passwordOf(macData, authSafe, password, budget, crypto)
  const bags: SafeBag[] = []
  for (const part of decodeAuthenticatedSafe(authSafe)) {
    bags.push(...decodeSafeContents(await contentsOf(part, opened, budget, crypto)))
  }
  const keys: Uint8Array[] = []
  for (const bag of bags) {
    if (bag.type === 'key') keys.push(bag.pkcs8)
    if (bag.type === 'encrypted-key') {
      keys.push(await decryptByPassword(bag.key.algorithm, bag.key.encryptedData, opened, budget, crypto))
    }
  }
  return { keys, certificates: bags.flatMap((bag) => (bag.type === 'certificate' ? [bag.der] : [])) }
}

/** The form of the password that the MAC confirms. The empty password is a zero character to some writers, nothing to others. */
async function passwordOf(
  macData: MacData | undefined,
  authSafe: Uint8Array,
  password: string | undefined,
  budget: ImportBudget,
  crypto: FileCrypto,
): Promise<FilePassword> {
  const asked = filePassword(password ?? '')
  if (macData === undefined) return asked
  const candidates = password ? [asked] : [asked, { ...asked, pkcs12: new Uint8Array() }]
  for (const candidate of candidates) {
    if (isSame(await macOf(macData, authSafe, candidate, budget, crypto), macData.mac.digest)) return candidate
  }
  if (password === undefined) throw new KeyImportError('password-required', 'this file needs a password')
  throw wrongPassword()
}

async function macOf(
  { mac, macSalt, iterations = 1 }: MacData,
  authSafe: Uint8Array,
  password: FilePassword,
  budget: ImportBudget,
  crypto: FileCrypto,
): Promise<Uint8Array> {
  const { digestAlgorithm } = mac
  if (digestAlgorithm.algorithm === PASSWORD_ALGORITHMS.pbmac1) {
    return pbmac1(digestAlgorithm, authSafe, password.utf8, budget, crypto)
  }
  const hash = hashOf(digestAlgorithm)
  if (hash === undefined) {
    throw new KeyImportError('unsupported-encryption', `a MAC by ${digestAlgorithm.algorithm}, which is not read`)
  }
  budget.spend(iterations, PKCS12_ROUND_WEIGHT)
  const key = await pkcs12Kdf(hash, DERIVED.macKey, password.pkcs12, macSalt, iterations, MAC_OCTETS[hash], crypto)
  return crypto.hmac(hash, key, authSafe)
}

const MAC_OCTETS = { sha1: 20, sha224: 28, sha256: 32, sha384: 48, sha512: 64 } as const

/** PBMAC1, RFC 8018 §7.1: a key by PBKDF2, then HMAC. The key's length must be said (RFC 9879). */
async function pbmac1(
  { parameters }: AlgorithmIdentifier,
  authSafe: Uint8Array,
  password: Uint8Array,
  budget: ImportBudget,
  crypto: FileCrypto,
): Promise<Uint8Array> {
  const { keyDerivationFunc: kdf, messageAuthScheme } = Pbmac1Params.decode(parameters ?? new Uint8Array())
  if (kdf.algorithm !== PASSWORD_ALGORITHMS.pbkdf2) {
    throw new KeyImportError('unsupported-encryption', `PBMAC1 by ${kdf.algorithm}, which is not read`)
  }
  const derivation = Pbkdf2Params.decode(kdf.parameters ?? new Uint8Array())
  const octets = derivation.keyLength ?? 0
  if (octets < 20 || octets > 64)
    throw new KeyImportError('broken', 'a PBMAC1 key of less than 20 or more than 64 octets')
  const key = await derivePbkdf2(derivation, password, octets, budget, crypto)
  return crypto.hmac(hashOfHmac(messageAuthScheme), key, authSafe)
}

async function contentsOf(
  part: SafePart,
  password: FilePassword,
  budget: ImportBudget,
  crypto: FileCrypto,
): Promise<Uint8Array> {
  switch (part.type) {
    case 'plain':
      return part.safeContents
    case 'encrypted':
      return decryptByPassword(part.algorithm, part.encrypted, password, budget, crypto)
    case 'other':
      throw new KeyImportError('unsupported-encryption', 'a PKCS#12 file encrypted for a public key, which is not read')
  }
}

/** Looks at every octet, wherever the first difference is. */
function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.reduce((difference, octet, at) => difference | (octet ^ (b[at] ?? 0)), 0) === 0
}
