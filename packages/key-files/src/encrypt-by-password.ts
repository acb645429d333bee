import {
  type AlgorithmIdentifier,
  CBC_CIPHERS,
  CbcIv,
  HMAC_OIDS,
  makeAlgorithmIdentifier,
  NULL_PARAMETERS,
  PASSWORD_ALGORITHMS,
  Pbes2Params,
  Pbkdf2Params,
  Pkcs12PbeParams,
} from '@chancery/x509'
import type { MakingCrypto } from './browser-crypto.ts'
import { type FilePassword, filePassword } from './decrypt-by-password.ts'
import { DERIVED, pkcs12Kdf } from './pkcs12-kdf.ts'

/**
 * How a file is protected. `modern`: AES-256 and PBKDF2, SHA-256 throughout. `older`: triple DES and SHA-1, which is what Windows
 * before 10 (1709) and Server 2019, macOS before 13, iOS before 16, Android before 13 and Java before 8u301 open.
 */
export type Protection = 'modern' | 'older'

/**
 * Rounds of hashing between the password and each key. .NET takes up to 300,000 a derivation and 1,000,000 a file, of which there
 * are three in ours. The MAC has as many as the encryption: whoever guesses passwords tries the cheapest of them.
 */
export const ROUNDS: Readonly<Record<Protection, number>> = { modern: 300_000, older: 100_000 }

export interface Encrypted {
  readonly algorithm: AlgorithmIdentifier
  readonly encrypted: Uint8Array
}

/** Encrypts by PBES2 (RFC 8018 §6.2), or by pbeWithSHAAnd3-KeyTripleDES-CBC (RFC 7292 Appendix C). */
export function encryptByPassword(
  plaintext: Uint8Array,
  password: string,
  protection: Protection,
  crypto: MakingCrypto,
): Promise<Encrypted> {
  return protection === 'modern'
    ? encryptPbes2(plaintext, filePassword(password), crypto)
    : encryptOlder(plaintext, filePassword(password), crypto)
}

async function encryptPbes2(plaintext: Uint8Array, { utf8 }: FilePassword, crypto: MakingCrypto): Promise<Encrypted> {
  const [salt, iv] = [crypto.random(16), crypto.random(16)]
  const key = await crypto.pbkdf2('sha256', utf8, salt, ROUNDS.modern, 32)
  const derivation = Pbkdf2Params.encode({
    salt: { kind: 'specified', value: salt },
    iterationCount: ROUNDS.modern,
    prf: makeAlgorithmIdentifier(HMAC_OIDS.sha256, NULL_PARAMETERS),
  })
  const parameters = Pbes2Params.encode({
    keyDerivationFunc: makeAlgorithmIdentifier(PASSWORD_ALGORITHMS.pbkdf2, derivation),
    encryptionScheme: makeAlgorithmIdentifier(CBC_CIPHERS['aes-256-cbc'], CbcIv.encode(iv)),
  })
  return {
    algorithm: makeAlgorithmIdentifier(PASSWORD_ALGORITHMS.pbes2, parameters),
    encrypted: await crypto.encryptCbc('aes-256-cbc', key, iv, plaintext),
  }
}

async function encryptOlder(plaintext: Uint8Array, { pkcs12 }: FilePassword, crypto: MakingCrypto): Promise<Encrypted> {
  const [salt, iterations] = [crypto.random(8), ROUNDS.older]
  const key = await pkcs12Kdf('sha1', DERIVED.key, pkcs12, salt, iterations, 24, crypto)
  const iv = await pkcs12Kdf('sha1', DERIVED.iv, pkcs12, salt, iterations, 8, crypto)
  const parameters = Pkcs12PbeParams.encode({ salt, iterations })
  return {
    algorithm: makeAlgorithmIdentifier(PASSWORD_ALGORITHMS.pbeWithSha1And3KeyTripleDes, parameters),
    encrypted: await crypto.encryptCbc('des-ede3-cbc', key, iv, plaintext),
  }
}
