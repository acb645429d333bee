import { type TaggedCodec, tagged } from './der/codec.ts'
import { type Oid, oid } from './der/oid.ts'
import { any, explicit, implicit, sequenceBytes, smallInteger } from './der/primitives.ts'
import { optional, sequence } from './der/structures.ts'
import { TAG } from './der/tag.ts'

export const SIGNED_DATA: Oid = '1.2.840.113549.1.7.2'
export const DATA: Oid = '1.2.840.113549.1.7.1'

/**
 * SET OF in the sender's order. CMS is BER but for what is signed (RFC 5652 §5.3), OpenSSL writes these sets
 * as they come, and simple clients take the first certificate for the one they asked for: so the order is kept both ways.
 */
export const setInOrder: TaggedCodec<readonly Uint8Array[]> = tagged(TAG.set, {
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
export const contentInfo = sequence({ contentType: oid, content: explicit(0, sequenceBytes) })
export const signedData = sequence({
  version: smallInteger,
  digestAlgorithms: setInOrder,
  encapContentInfo: sequence({ eContentType: oid, eContent: optional(explicit(0, any)) }),
  certificates: optional(implicit(0, setInOrder)),
  crls: optional(implicit(1, setInOrder)),
  signerInfos: setInOrder,
})
