import { AlgorithmIdentifier } from './algorithm-identifiers.ts'
import { equalBytes } from './bytes.ts'
import type { Infer } from './der/codec.ts'
import { DerError, inField } from './der/der-error.ts'
import { explicit, implicit, integer, octetString, smallInteger } from './der/primitives.ts'
import { optional, sequence, withDefault } from './der/structures.ts'
import { time5280 } from './der/time.ts'
import { type Extension, Extensions } from './extensions.ts'
import { Name } from './name.ts'
import { PublicKey } from './public-key.ts'
import { Signed } from './signed.ts'

/** A certificate, decoded. Byte arrays are views of `der`; times are milliseconds. */
export interface Certificate {
  /** The whole certificate. */
  readonly der: Uint8Array
  /** TBSCertificate: the bytes that the signature is over. */
  readonly tbs: Uint8Array
  readonly version: 1 | 2 | 3
  /** Positive in what Chancery issues; others have issued zero and negative ones. */
  readonly serialNumber: bigint
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly issuer: Name
  readonly notBefore: number
  readonly notAfter: number
  readonly subject: Name
  readonly publicKey: PublicKey
  readonly extensions: readonly Extension[]
  readonly signature: Uint8Array
}

/** What a certificate says: everything that is signed, but for the version, which follows from it. */
export type TbsCertificate = Omit<Certificate, 'der' | 'tbs' | 'version' | 'signature'>

/**
 * RFC 5280 §4.1. The unique identifiers of version 2 are recognised and not kept: they are never issued (RFC 5280 §4.1.2.8).
 *
 *     TBSCertificate  ::=  SEQUENCE  {
 *          version         [0]  Version DEFAULT v1,
 *          serialNumber         CertificateSerialNumber,
 *          signature            AlgorithmIdentifier,
 *          issuer               Name,
 *          validity             Validity,
 *          subject              Name,
 *          subjectPublicKeyInfo SubjectPublicKeyInfo,
 *          issuerUniqueID  [1]  IMPLICIT UniqueIdentifier OPTIONAL,
 *          subjectUniqueID [2]  IMPLICIT UniqueIdentifier OPTIONAL,
 *          extensions      [3]  Extensions OPTIONAL }
 */
const TbsCertificateSyntax = sequence({
  version: withDefault(explicit(0, smallInteger), 0),
  serialNumber: integer,
  signature: AlgorithmIdentifier,
  issuer: Name,
  validity: sequence({ notBefore: time5280, notAfter: time5280 }),
  subject: Name,
  subjectPublicKeyInfo: PublicKey,
  issuerUniqueID: optional(implicit(1, octetString)),
  subjectUniqueID: optional(implicit(2, octetString)),
  extensions: optional(explicit(3, Extensions)),
})

/**
 * Reads a certificate (RFC 5280 §4.1). Throws `DerError` for bytes that are no certificate, for extensions that are there twice or
 * in a version that has none, and when the two signature algorithms differ. It judges neither values nor the signature.
 */
export function decodeCertificate(der: Uint8Array): Certificate {
  const { tbs, signatureAlgorithm, signature } = Signed.decode(der)
  return inField('tbsCertificate', () => {
    const fields = decodeTbsCertificate(tbs)
    if (!equalBytes(fields.signatureAlgorithm.der, signatureAlgorithm.der))
      throw new DerError('not the signature algorithm that stands beside the signature', 'signature')
    return { der, tbs, ...fields, signature }
  })
}

/** Reads what is signed, before it is signed. Throws `DerError` as `decodeCertificate` does. */
export function decodeTbsCertificate(tbs: Uint8Array): TbsCertificate & Pick<Certificate, 'version'> {
  const fields = TbsCertificateSyntax.decode(tbs)
  const { serialNumber, signature, issuer, subject, subjectPublicKeyInfo, extensions = [] } = fields
  return {
    version: versionOf(fields),
    serialNumber,
    signatureAlgorithm: signature,
    issuer,
    ...fields.validity,
    subject,
    publicKey: subjectPublicKeyInfo,
    extensions,
  }
}

/** The DER of a TBSCertificate, to be signed. Version 3, or 1 when there are no extensions (RFC 5280 §4.1.2.1). */
export function encodeTbsCertificate(certificate: TbsCertificate): Uint8Array {
  const { serialNumber, signatureAlgorithm, issuer, notBefore, notAfter, subject, publicKey, extensions } = certificate
  const hasExtensions = extensions.length > 0
  return TbsCertificateSyntax.encode({
    version: hasExtensions ? 2 : 0,
    serialNumber,
    signature: signatureAlgorithm,
    issuer,
    validity: { notBefore, notAfter },
    subject,
    subjectPublicKeyInfo: publicKey,
    extensions: hasExtensions ? extensions : undefined,
  })
}

/** Versions 1 to 3 are written 0 to 2; each allows what came with it (RFC 5280 §4.1.2.1, §4.1.2.8, §4.1.2.9). */
function versionOf(fields: Infer<typeof TbsCertificateSyntax>): 1 | 2 | 3 {
  const { version, issuerUniqueID, subjectUniqueID, extensions } = fields
  if (extensions !== undefined && version !== 2)
    throw new DerError('extensions are there, so the version must be 3', 'version')
  if ((issuerUniqueID ?? subjectUniqueID) !== undefined && version === 0)
    throw new DerError('unique identifiers are there, so the version must be 2 or 3', 'version')
  if (version === 0) return 1
  if (version === 1) return 2
  if (version === 2) return 3
  throw new DerError('expected version 1, 2 or 3', 'version')
}
