import { AlgorithmIdentifier } from './algorithm-identifiers.ts'
import { berToDer } from './ber.ts'
import { concatBytes } from './bytes.ts'
import { type Codec, codec, type Infer } from './der/codec.ts'
import { DerError, inField } from './der/der-error.ts'
import { type Oid, oid } from './der/oid.ts'
import { any, explicit, implicit, octetString, smallInteger } from './der/primitives.ts'
import { bmpString } from './der/strings.ts'
import { optional, sequence, sequenceOf, setOf } from './der/structures.ts'
import { CONSTRUCTED, TAG } from './der/tag.ts'
import { EncryptedPrivateKeyInfo } from './private-key.ts'

/** Content types of CMS that PKCS#12 uses (RFC 5652 §4, §8). */
export const CONTENT_TYPES = { data: '1.2.840.113549.1.7.1', encryptedData: '1.2.840.113549.1.7.6' } as const

/**
 * RFC 7292 §4 and RFC 2315 §9.4 (DigestInfo). An absent `iterations` is 1; many writers spell that out.
 *
 *     MacData ::= SEQUENCE {
 *         mac         DigestInfo,
 *         macSalt     OCTET STRING,
 *         iterations  INTEGER DEFAULT 1 }
 */
export const MacData = sequence({
  mac: sequence({ digestAlgorithm: AlgorithmIdentifier, digest: octetString }),
  macSalt: octetString,
  iterations: optional(smallInteger),
})
export type MacData = Infer<typeof MacData>

/** RFC 5652 §3: ContentInfo ::= SEQUENCE { contentType OBJECT IDENTIFIER, content [0] EXPLICIT ANY } */
const ContentInfo = sequence({ contentType: oid, content: optional(explicit(0, any)) })

/**
 * RFC 7292 §4
 *
 *     PFX ::= SEQUENCE {
 *         version     INTEGER {v3(3)}(v3,...),
 *         authSafe    ContentInfo,
 *         macData     MacData OPTIONAL }
 */
const PfxFields = sequence({ version: smallInteger, authSafe: ContentInfo, macData: optional(MacData) })

/** A PKCS#12 file before anything in it is decrypted: `authSafe` is what the MAC is over. */
export interface Pfx {
  readonly authSafe: Uint8Array
  readonly macData: MacData | undefined
}

/** One part of the file, which may be encrypted as a whole. */
export type SafePart =
  | { readonly type: 'plain'; readonly safeContents: Uint8Array }
  | { readonly type: 'encrypted'; readonly algorithm: AlgorithmIdentifier; readonly encrypted: Uint8Array }
  | { readonly type: 'other'; readonly contentType: Oid }

/** One thing in a part. `other`: CRLs, secrets, certificates that are none of X.509. */
export type SafeBag =
  | { readonly type: 'key'; readonly pkcs8: Uint8Array }
  | { readonly type: 'encrypted-key'; readonly key: EncryptedPrivateKeyInfo }
  | { readonly type: 'certificate'; readonly der: Uint8Array }
  | { readonly type: 'other'; readonly bagId: Oid }

/** What a bag says of itself. Java and NSS take the name for the alias, and match a key with its certificate by the id. */
export interface BagLabel {
  readonly friendlyName?: string
  readonly localKeyId?: Uint8Array
}

/** The DER of a PKCS#12 file in password integrity mode. */
export function encodePfx({ authSafe, macData }: Pfx): Uint8Array {
  const content = octetString.encode(authSafe)
  return PfxFields.encode({ version: 3, authSafe: { contentType: CONTENT_TYPES.data, content }, macData })
}

/** The DER of an AuthenticatedSafe, RFC 7292 §4.1: what the MAC is over. */
export function encodeAuthenticatedSafe(parts: readonly Exclude<SafePart, { type: 'other' }>[]): Uint8Array {
  return sequenceOf(ContentInfo).encode(parts.map(contentInfoOf))
}

/** The DER of SafeContents, RFC 7292 §4.2. */
export function encodeSafeContents(bags: readonly (Exclude<SafeBag, { type: 'other' }> & BagLabel)[]): Uint8Array {
  return SafeContents.encode(bags.map((bag) => ({ ...bagFieldsOf(bag), bagAttributes: attributesOf(bag) })))
}

/** Reads the outside of a PKCS#12 file, DER or BER. Only password integrity mode is read. Throws `DerError`. */
export function decodePfx(file: Uint8Array): Pfx {
  const { version, authSafe, macData } = PfxFields.decode(berToDer(file))
  if (version !== 3) throw new DerError(`expected version 3, found ${version}`, 'version')
  if (authSafe.contentType !== CONTENT_TYPES.data) {
    throw new DerError('a PKCS#12 file in public-key integrity mode, which is not read', 'authSafe.contentType')
  }
  return { authSafe: inField('authSafe', () => octetString.decode(contentOf(authSafe.content))), macData }
}

/** The parts of the file, RFC 7292 §4.1: AuthenticatedSafe ::= SEQUENCE OF ContentInfo. Throws `DerError`. */
export function decodeAuthenticatedSafe(authSafe: Uint8Array): readonly SafePart[] {
  const parts = inField('authSafe', () => sequenceOf(ContentInfo).decode(berToDer(authSafe)))
  return parts.map((part, at) => inField(`authSafe.${at}`, () => safePartOf(part)))
}

/**
 * What is in a part, decrypted; bags within bags come out flat. RFC 7292 §4.2. Throws `DerError`.
 *
 *     SafeContents ::= SEQUENCE OF SafeBag
 *     SafeBag ::= SEQUENCE {
 *         bagId          BAG-TYPE.&id ({PKCS12BagSet}),
 *         bagValue       [0] EXPLICIT BAG-TYPE.&Type({PKCS12BagSet}{@bagId}),
 *         bagAttributes  SET OF PKCS12Attribute OPTIONAL }
 */
export function decodeSafeContents(safeContents: Uint8Array): readonly SafeBag[] {
  return bagsOf(berToDer(safeContents), 0)
}
const SafeContents = sequenceOf(sequence({ bagId: oid, bagValue: explicit(0, any), bagAttributes: optional(any) }))

const BAGS = '1.2.840.113549.1.12.10.1'
const [KEY_BAG, SHROUDED_KEY_BAG, CERT_BAG, NESTED_BAG] = [`${BAGS}.1`, `${BAGS}.2`, `${BAGS}.3`, `${BAGS}.6`]
const X509_CERTIFICATE: Oid = '1.2.840.113549.1.9.22.1'
const DEEPEST_BAG = 4

/** RFC 7292 §4.2.3: CertBag ::= SEQUENCE { certId OBJECT IDENTIFIER, certValue [0] EXPLICIT ANY } */
const CertBag = sequence({ certId: oid, certValue: explicit(0, any) })

/**
 * RFC 7292 §4.2
 *
 *     PKCS12Attribute ::= SEQUENCE {
 *         attrId      ATTRIBUTE.&id ({PKCS12AttrSet}),
 *         attrValues  SET OF ATTRIBUTE.&Type ({PKCS12AttrSet}{@attrId}) }
 */
const BagAttributes = setOf(sequence({ attrId: oid, attrValues: setOf(any) }))
/** friendlyName and localKeyId, RFC 2985 §5.5.1, §5.5.2. */
const FRIENDLY_NAME: Oid = '1.2.840.113549.1.9.20'
const LOCAL_KEY_ID: Oid = '1.2.840.113549.1.9.21'

function attributesOf({ friendlyName, localKeyId }: BagLabel): Uint8Array | undefined {
  const attributes = [
    ...(friendlyName === undefined ? [] : [{ attrId: FRIENDLY_NAME, attrValues: [bmpString.encode(friendlyName)] }]),
    ...(localKeyId === undefined ? [] : [{ attrId: LOCAL_KEY_ID, attrValues: [octetString.encode(localKeyId)] }]),
  ]
  return attributes.length === 0 ? undefined : BagAttributes.encode(attributes)
}

function bagFieldsOf(bag: Exclude<SafeBag, { type: 'other' }>): { readonly bagId: Oid; readonly bagValue: Uint8Array } {
  switch (bag.type) {
    case 'key':
      return { bagId: KEY_BAG, bagValue: bag.pkcs8 }
    case 'encrypted-key':
      return { bagId: SHROUDED_KEY_BAG, bagValue: EncryptedPrivateKeyInfo.encode(bag.key) }
    case 'certificate': {
      const certValue = octetString.encode(bag.der)
      return { bagId: CERT_BAG, bagValue: CertBag.encode({ certId: X509_CERTIFICATE, certValue }) }
    }
  }
}

function bagsOf(der: Uint8Array, depth: number): readonly SafeBag[] {
  if (depth > DEEPEST_BAG) throw new DerError('bags within bags, too deep')
  return SafeContents.decode(der).flatMap(({ bagId, bagValue }, at): readonly SafeBag[] =>
    inField(`${at}.bagValue`, () => {
      switch (bagId) {
        case KEY_BAG:
          return [{ type: 'key', pkcs8: bagValue }]
        case SHROUDED_KEY_BAG:
          return [{ type: 'encrypted-key', key: EncryptedPrivateKeyInfo.decode(bagValue) }]
        case NESTED_BAG:
          return bagsOf(bagValue, depth + 1)
        case CERT_BAG: {
          const { certId, certValue } = CertBag.decode(bagValue)
          if (certId === X509_CERTIFICATE) return [{ type: 'certificate', der: octetString.decode(certValue) }]
          return [{ type: 'other', bagId }]
        }
        default:
          return [{ type: 'other', bagId }]
      }
    }),
  )
}

/** `[0] IMPLICIT OCTET STRING`, which BER may have left in pieces: `berToDer` cannot know what the tag stands for. */
const encryptedContent: Codec<Uint8Array> = codec({
  tags: [0x80, 0x80 | CONSTRUCTED],
  write: (out, value) => implicit(0, octetString).write(out, value),
  read: (input) => {
    if (input.peek() === 0x80) return input.contents(0x80)
    const outer = input.enter(0x80 | CONSTRUCTED)
    const found: Uint8Array[] = []
    while (!input.atEnd) found.push(input.contents(TAG.octetString))
    input.leave(outer)
    return concatBytes(...found)
  },
})

/**
 * RFC 5652 §8, §6.1
 *
 *     EncryptedData ::= SEQUENCE {
 *         version CMSVersion,
 *         encryptedContentInfo EncryptedContentInfo,
 *         unprotectedAttrs [1] IMPLICIT UnprotectedAttributes OPTIONAL }
 *
 *     EncryptedContentInfo ::= SEQUENCE {
 *         contentType ContentType,
 *         contentEncryptionAlgorithm ContentEncryptionAlgorithmIdentifier,
 *         encryptedContent [0] IMPLICIT EncryptedContent OPTIONAL }
 */
const EncryptedData = sequence({
  version: smallInteger,
  encryptedContentInfo: sequence({ contentType: oid, algorithm: AlgorithmIdentifier, encryptedContent }),
  unprotectedAttrs: optional(any),
})

function contentInfoOf(part: Exclude<SafePart, { type: 'other' }>): Infer<typeof ContentInfo> {
  if (part.type === 'plain') {
    return { contentType: CONTENT_TYPES.data, content: octetString.encode(part.safeContents) }
  }
  const { algorithm, encrypted: encryptedContent } = part
  const encryptedContentInfo = { contentType: CONTENT_TYPES.data, algorithm, encryptedContent }
  return {
    contentType: CONTENT_TYPES.encryptedData,
    content: EncryptedData.encode({ version: 0, encryptedContentInfo }),
  }
}

function safePartOf({ contentType, content }: Infer<typeof ContentInfo>): SafePart {
  if (contentType === CONTENT_TYPES.data) {
    return { type: 'plain', safeContents: octetString.decode(contentOf(content)) }
  }
  if (contentType !== CONTENT_TYPES.encryptedData) return { type: 'other', contentType }
  const { algorithm, encryptedContent: encrypted } = EncryptedData.decode(contentOf(content)).encryptedContentInfo
  return { type: 'encrypted', algorithm, encrypted }
}

function contentOf(content: Uint8Array | undefined): Uint8Array {
  if (content === undefined) throw new DerError('a ContentInfo without content', 'content')
  return content
}
