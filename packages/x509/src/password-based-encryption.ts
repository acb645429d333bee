import { AlgorithmIdentifier } from './algorithm-identifiers.ts'
import type { Infer } from './der/codec.ts'
import { octetString, smallInteger } from './der/primitives.ts'
import { choice, optional, sequence } from './der/structures.ts'

/** Algorithms that turn a password into a key, RFC 8018 and RFC 7292 Appendix C, by object identifier. */
export const PASSWORD_ALGORITHMS = {
  pbes2: '1.2.840.113549.1.5.13',
  pbmac1: '1.2.840.113549.1.5.14',
  pbkdf2: '1.2.840.113549.1.5.12',
  scrypt: '1.3.6.1.4.1.11591.4.11',
  pbeWithSha1And3KeyTripleDes: '1.2.840.113549.1.12.1.3',
  pbeWithSha1And2KeyTripleDes: '1.2.840.113549.1.12.1.4',
  pbeWithSha1And128BitRc2: '1.2.840.113549.1.12.1.5',
  pbeWithSha1And40BitRc2: '1.2.840.113549.1.12.1.6',
} as const

/** HMACs by object identifier (RFC 8018 Appendix B.1): the pseudorandom functions of PBKDF2, the MACs of PBMAC1. */
export const HMAC_OIDS = {
  sha1: '1.2.840.113549.2.7',
  sha224: '1.2.840.113549.2.8',
  sha256: '1.2.840.113549.2.9',
  sha384: '1.2.840.113549.2.10',
  sha512: '1.2.840.113549.2.11',
} as const

/** Block ciphers in CBC mode whose parameters are an IV: RFC 8018 Appendix B.2.5 (AES) and B.2.2 (DES-EDE3). */
export const CBC_CIPHERS = {
  'aes-128-cbc': '2.16.840.1.101.3.4.1.2',
  'aes-192-cbc': '2.16.840.1.101.3.4.1.22',
  'aes-256-cbc': '2.16.840.1.101.3.4.1.42',
  'des-ede3-cbc': '1.2.840.113549.3.7',
} as const

/** The parameters of those ciphers: an OCTET STRING. */
export const CbcIv = octetString

/**
 * RFC 8018 Appendix A.4
 *
 *     PBES2-params ::= SEQUENCE {
 *         keyDerivationFunc AlgorithmIdentifier {{PBES2-KDFs}},
 *         encryptionScheme AlgorithmIdentifier {{PBES2-Encs}} }
 */
export const Pbes2Params = sequence({ keyDerivationFunc: AlgorithmIdentifier, encryptionScheme: AlgorithmIdentifier })

/**
 * RFC 8018 Appendix A.5; in PKCS#12: RFC 9879.
 *
 *     PBMAC1-params ::= SEQUENCE {
 *         keyDerivationFunc AlgorithmIdentifier {{PBMAC1-KDFs}},
 *         messageAuthScheme AlgorithmIdentifier {{PBMAC1-MACs}} }
 */
export const Pbmac1Params = sequence({ keyDerivationFunc: AlgorithmIdentifier, messageAuthScheme: AlgorithmIdentifier })

/**
 * RFC 8018 Appendix A.2. `prf` is HMAC-SHA-1 when absent; many writers spell that out, which is no reason to refuse a file.
 *
 *     PBKDF2-params ::= SEQUENCE {
 *         salt CHOICE {
 *             specified OCTET STRING,
 *             otherSource AlgorithmIdentifier {{PBKDF2-SaltSources}} },
 *         iterationCount INTEGER (1..MAX),
 *         keyLength INTEGER (1..MAX) OPTIONAL,
 *         prf AlgorithmIdentifier {{PBKDF2-PRFs}} DEFAULT algid-hmacWithSHA1 }
 */
export const Pbkdf2Params = sequence({
  salt: choice({ specified: octetString, otherSource: AlgorithmIdentifier }),
  iterationCount: smallInteger,
  keyLength: optional(smallInteger),
  prf: optional(AlgorithmIdentifier),
})
export type Pbkdf2Params = Infer<typeof Pbkdf2Params>

/**
 * RFC 7914 §7
 *
 *     scrypt-params ::= SEQUENCE {
 *         salt OCTET STRING,
 *         costParameter INTEGER (1..MAX),
 *         blockSize INTEGER (1..MAX),
 *         parallelizationParameter INTEGER (1..MAX),
 *         keyLength INTEGER (1..MAX) OPTIONAL }
 */
export const ScryptParams = sequence({
  salt: octetString,
  costParameter: smallInteger,
  blockSize: smallInteger,
  parallelizationParameter: smallInteger,
  keyLength: optional(smallInteger),
})
export type ScryptParams = Infer<typeof ScryptParams>

/** RFC 7292 Appendix C: pkcs-12PbeParams ::= SEQUENCE { salt OCTET STRING, iterations INTEGER } */
export const Pkcs12PbeParams = sequence({ salt: octetString, iterations: smallInteger })
