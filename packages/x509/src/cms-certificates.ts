import { type TaggedCodec, tagged } from './der/codec.ts'
import { DerError, inField } from './der/der-error.ts'
import { type Oid, oid } from './der/oid.ts'
import { any, explicit, implicit, sequenceBytes, smallInteger } from './der/primitives.ts'
import { optional, sequence } from './der/structures.ts'
import { TAG } from './der/tag.ts'

const SIGNED_DATA: Oid = '1.2.840.113549.1.7.2'
const DATA: Oid = '1.2.840.113549.1.7.1'

/** What a certs-only message carries: DER, in the order in which it stands there. */
export interface CmsCertificates {
  readonly certificates: readonly Uint8Array[]
  readonly crls: readonly Uint8Array[]
}

/**
 * SET OF in the sender's order. CMS is BER but for what is signed (RFC 5652 §5.3), OpenSSL writes these sets
 * as they come, and simple clients take the first certificate for the one they asked for: so the order is kept both ways.
 */
const setInOrder: TaggedCodec<readonly Uint8Array[]> = tagged(TAG.set, {
  writeContents: (out, elements) => {
    for (const element of elements.toReversed()) out.octets(element)
  },
  readContents: (contents) => {
    const elements: Uint8Array[] = []
    while (!contents.atEnd) elements.push(contents.element())
    return elements
  },
})

/**
 * RFC 5652 §3, §5.1
 *
 *     ContentInfo ::= SEQUENCE {
 *          contentType   ContentType,
 *          content       [0] EXPLICIT ANY DEFINED BY contentType }
 *
 *     SignedData ::= SEQUENCE {
 *          version            CMSVersion,
 *          digestAlgorithms   DigestAlgorithmIdentifiers,
 *          encapContentInfo   EncapsulatedContentInfo,
 *          certificates       [0] IMPLICIT CertificateSet OPTIONAL,
 *          crls               [1] IMPLICIT RevocationInfoChoices OPTIONAL,
 *          signerInfos        SignerInfos }
 *
 *     EncapsulatedContentInfo ::= SEQUENCE {
 *          eContentType   ContentType,
 *          eContent       [0] EXPLICIT OCTET STRING OPTIONAL }
 */
const contentInfo = sequence({ contentType: oid, content: explicit(0, sequenceBytes) })
const signedData = sequence({
  version: smallInteger,
  digestAlgorithms: setInOrder,
  encapContentInfo: sequence({ eContentType: oid, eContent: optional(explicit(0, any)) }),
  certificates: optional(implicit(0, setInOrder)),
  crls: optional(implicit(1, setInOrder)),
  signerInfos: setInOrder,
})

/**
 * The DER of a SignedData that nobody signed and that carries certificates and CRLs (RFC 5652 §5.2; `.p7b`, `.p7c`,
 * `application/pkcs7-mime; smime-type=certs-only`). Their order is kept.
 */
export function encodeCmsCertificates({ certificates, crls = [] }: Partial<CmsCertificates>): Uint8Array {
  const content = signedData.encode({
    version: 1,
    digestAlgorithms: [],
    encapContentInfo: { eContentType: DATA },
    certificates,
    crls: crls.length === 0 ? undefined : crls,
    signerInfos: [],
  })
  return contentInfo.encode({ contentType: SIGNED_DATA, content })
}

/**
 * Reads a certs-only message; the certificates and CRLs in it are not decoded. Throws `DerError`, also for a message with content
 * or signers and for certificates that are not X.509.
 */
export function decodeCmsCertificates(der: Uint8Array): CmsCertificates {
  const { contentType, content } = contentInfo.decode(der)
  if (contentType !== SIGNED_DATA) throw new DerError(`expected SignedData, found ${contentType}`, 'contentType')
  return inField('content', () => {
    const message = signedData.decode(content)
    if (message.encapContentInfo.eContent !== undefined || message.signerInfos.length > 0)
      throw new DerError('a signed message, where only certificates are due', 'encapContentInfo')
    return {
      certificates: inField('certificates', () => onlySequences(message.certificates)),
      crls: inField('crls', () => onlySequences(message.crls)),
    }
  })
}

/** X.509 certificates and CRLs are SEQUENCEs; attribute certificates and other forms have tags of their own. */
function onlySequences(elements: readonly Uint8Array[] = []): readonly Uint8Array[] {
  for (const [index, element] of elements.entries())
    if (element[0] !== TAG.sequence) throw new DerError('neither a certificate nor a CRL of X.509', `${index}`)
  return elements
}
