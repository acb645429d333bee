import { AlgorithmIdentifier } from './algorithm-identifiers.ts'
import { berToDer } from './ber.ts'
import { contentInfo, SIGNED_DATA, setInOrder, signedData } from './cms-content.ts'
import { DerError, inField } from './der/der-error.ts'
import { type Oid, oid } from './der/oid.ts'
import { any, implicit, octetString, smallInteger } from './der/primitives.ts'
import { optional, sequence } from './der/structures.ts'

/** A message that carries what was signed (RFC 5652 §5). Whose signatures these are is not looked at here. */
export interface CmsSignedData {
  readonly contentType: Oid
  readonly content: Uint8Array
  /** At least one. */
  readonly signers: readonly CmsSigner[]
}

/** One signature, and what it is over. */
export interface CmsSigner {
  readonly digestAlgorithm: AlgorithmIdentifier
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly signature: Uint8Array
  /** What is signed in place of the content: its DER as a SET OF (RFC 5652 §5.4), and what it says of the content. */
  readonly signedAttributes?: {
    readonly der: Uint8Array
    readonly contentType: Oid
    readonly messageDigest: Uint8Array
  }
}

const MOST_SIGNERS = 4
/** Attributes that are signed in place of the content: what it is, and its digest (RFC 5652 §11.1, §11.2). */
export const CONTENT_TYPE: Oid = '1.2.840.113549.1.9.3'
export const MESSAGE_DIGEST: Oid = '1.2.840.113549.1.9.4'

/**
 * RFC 5652 §5.3. Who signed is known otherwise: when read, the identifier is stepped over.
 *
 *     SignerInfo ::= SEQUENCE {
 *          version              CMSVersion,
 *          sid                  SignerIdentifier,
 *          digestAlgorithm      DigestAlgorithmIdentifier,
 *          signedAttrs          [0] IMPLICIT SignedAttributes OPTIONAL,
 *          signatureAlgorithm   SignatureAlgorithmIdentifier,
 *          signature            SignatureValue,
 *          unsignedAttrs        [1] IMPLICIT UnsignedAttributes OPTIONAL }
 *
 *     Attribute ::= SEQUENCE {
 *          attrType     OBJECT IDENTIFIER,
 *          attrValues   SET OF AttributeValue }
 */
export const SignerInfo = sequence({
  version: smallInteger,
  sid: any,
  digestAlgorithm: AlgorithmIdentifier,
  signedAttrs: optional(implicit(0, setInOrder)),
  signatureAlgorithm: AlgorithmIdentifier,
  signature: octetString,
  unsignedAttrs: optional(implicit(1, setInOrder)),
})
export const CmsAttribute = sequence({ type: oid, values: setInOrder })

/** Reads a SignedData with its content and one to four signers. Streaming writers may have made it. Throws `DerError`. */
export function decodeCmsSignedData(ber: Uint8Array): CmsSignedData {
  // What is signed is DER in itself, and stays as it is; what is not, would not verify anyway.
  const { contentType, content } = contentInfo.decode(berToDer(ber))
  if (contentType !== SIGNED_DATA) throw new DerError(`expected SignedData, found ${contentType}`, 'contentType')
  return inField('content', () => {
    const { encapContentInfo, signerInfos } = signedData.decode(content)
    const { eContentType, eContent } = encapContentInfo
    if (eContent === undefined) throw new DerError('without what was signed', 'encapContentInfo.eContent')
    if (signerInfos.length === 0 || signerInfos.length > MOST_SIGNERS) {
      throw new DerError(`${signerInfos.length} signers, where one to ${MOST_SIGNERS} are due`, 'signerInfos')
    }
    return {
      contentType: eContentType,
      content: inField('encapContentInfo', () => octetString.decode(eContent)),
      signers: signerInfos.map((der, at) => inField(`signerInfos.${at}`, () => signerOf(der))),
    }
  })
}

function signerOf(der: Uint8Array): CmsSigner {
  const { digestAlgorithm, signatureAlgorithm, signature, signedAttrs } = SignerInfo.decode(der)
  const same = { digestAlgorithm, signatureAlgorithm, signature }
  if (signedAttrs === undefined) return same
  const attributes = signedAttrs.map((one) => CmsAttribute.decode(one))
  const only = (type: Oid): Uint8Array => {
    const [first, ...others] = attributes.filter((one) => one.type === type)
    const [value, ...more] = first?.values ?? []
    if (value !== undefined && others.length === 0 && more.length === 0) return value
    throw new DerError(`the attribute ${type} is due, once, with one value`, 'signedAttrs')
  }
  return {
    ...same,
    signedAttributes: {
      // The tag of the SET OF itself is signed, not the [0] that stands here.
      der: setInOrder.encode(signedAttrs),
      contentType: oid.decode(only(CONTENT_TYPE)),
      messageDigest: octetString.decode(only(MESSAGE_DIGEST)),
    },
  }
}
