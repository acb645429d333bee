import type { AlgorithmIdentifier } from './algorithm-identifiers.ts'
import { decodeCertificate } from './certificate.ts'
import { contentInfo, DATA, SIGNED_DATA, setInOrder, signedData } from './cms-content.ts'
import { CmsAttribute, CONTENT_TYPE, MESSAGE_DIGEST, SignerInfo } from './cms-signed-data.ts'
import { oid } from './der/oid.ts'
import { integer, octetString } from './der/primitives.ts'
import { sequence, setOf } from './der/structures.ts'
import { Name } from './name.ts'

/** RFC 5652 §10.2.4: IssuerAndSerialNumber ::= SEQUENCE { issuer Name, serialNumber CertificateSerialNumber } */
const IssuerAndSerialNumber = sequence({ issuer: Name, serialNumber: integer })

/**
 * What is signed in place of the content, RFC 5652 §5.4: the DER of the signed attributes as a SET OF. They say that the content is
 * plain data with this digest.
 */
export function encodeSignedAttributes(messageDigest: Uint8Array): Uint8Array {
  return setOf(CmsAttribute).encode([
    { type: CONTENT_TYPE, values: [oid.encode(DATA)] },
    { type: MESSAGE_DIGEST, values: [octetString.encode(messageDigest)] },
  ])
}

/** A message, and what one signer says of it. */
export interface CmsSigning {
  readonly content: Uint8Array
  /** DER: whose key signed. It goes along. */
  readonly certificate: Uint8Array
  readonly digestAlgorithm: AlgorithmIdentifier
  readonly signatureAlgorithm: AlgorithmIdentifier
  /** What `encodeSignedAttributes` gave. */
  readonly signedAttributes: Uint8Array
  /** Over these, as X.509 carries signatures. */
  readonly signature: Uint8Array
}

/** The DER of a SignedData that carries its content, signed by one (RFC 5652 §5). Throws `DerError` for a certificate that is none. */
export function encodeCmsSignedData(signing: CmsSigning): Uint8Array {
  const { content, certificate, digestAlgorithm, signatureAlgorithm, signedAttributes, signature } = signing
  const { issuer, serialNumber } = decodeCertificate(certificate)
  const signer = SignerInfo.encode({
    version: 1,
    sid: IssuerAndSerialNumber.encode({ issuer, serialNumber }),
    digestAlgorithm,
    signedAttrs: setInOrder.decode(signedAttributes),
    signatureAlgorithm,
    signature,
  })
  const message = signedData.encode({
    version: 1,
    digestAlgorithms: [digestAlgorithm.der],
    encapContentInfo: { eContentType: DATA, eContent: octetString.encode(content) },
    certificates: [certificate],
    signerInfos: [signer],
  })
  return contentInfo.encode({ contentType: SIGNED_DATA, content: message })
}
