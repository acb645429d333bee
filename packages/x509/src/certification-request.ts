import type { AlgorithmIdentifier } from './algorithm-identifiers.ts'
import { equalBytes } from './bytes.ts'
import type { Infer } from './der/codec.ts'
import { DerError, inField } from './der/der-error.ts'
import { type Oid, oid } from './der/oid.ts'
import { any, implicit, smallInteger } from './der/primitives.ts'
import { optional, sequence, sequenceOf, setOf } from './der/structures.ts'
import { DirectoryString } from './directory-string.ts'
import { type Extension, Extensions } from './extensions.ts'
import { Name } from './name.ts'
import { PublicKey } from './public-key.ts'
import { Signed } from './signed.ts'

/** A PKCS#10 certification request, decoded. Byte arrays are views of `der`. */
export interface CertificationRequest {
  readonly der: Uint8Array
  /** CertificationRequestInfo: the bytes that the signature is over. */
  readonly info: Uint8Array
  readonly subject: Name
  readonly publicKey: PublicKey
  /** All attributes as they came, those included that the next two fields explain. */
  readonly attributes: readonly RequestAttribute[]
  /** What the extension request asks for; empty when there is none. */
  readonly requestedExtensions: readonly Extension[]
  readonly challengePassword?: string
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly signature: Uint8Array
}

/** challengePassword (RFC 2985 §5.4.1). */
export const CHALLENGE_PASSWORD: Oid = '1.2.840.113549.1.9.7'
/** extensionRequest (RFC 2985 §5.4.2). */
export const EXTENSION_REQUEST: Oid = '1.2.840.113549.1.9.14'
/** The same under Microsoft's older identifier, which Windows still sends. */
const MICROSOFT_EXTENSION_REQUEST: Oid = '1.3.6.1.4.1.311.2.1.14'

const RequestAttribute = sequence({ type: oid, values: setOf(any) })
/** An attribute of a request; the values are DER. */
export type RequestAttribute = Infer<typeof RequestAttribute>

/** The first is the only one that there is. Libraries write the last as well, the number of a certificate with extensions. */
const VERSIONS = [0, 1, 2]

const head = { version: smallInteger, subject: Name, subjectPKInfo: PublicKey }

/**
 * RFC 2986 §4.1
 *
 *     CertificationRequestInfo ::= SEQUENCE {
 *          version       INTEGER { v1(0) },
 *          subject       Name,
 *          subjectPKInfo SubjectPublicKeyInfo,
 *          attributes    [0] IMPLICIT SET OF Attribute }
 *
 * Written in that form. Read, the attributes may stand in any order, [0] may be missing when there are none, and the version may
 * be any that a certificate has: signed requests of other programs come so, and none of it changes what they mean.
 */
const WrittenInfo = sequence({ ...head, attributes: implicit(0, setOf(RequestAttribute)) })
const ReadInfo = sequence({ ...head, attributes: optional(implicit(0, sequenceOf(RequestAttribute))) })

/**
 * Reads a certification request (RFC 2986). Throws `DerError` for bytes that are none, an attribute that is there twice, and a
 * challenge password or extension request that cannot be read. The signature is not checked here.
 */
export function decodeCertificationRequest(der: Uint8Array): CertificationRequest {
  const { tbs: info, signatureAlgorithm, signature } = Signed.decode(der)
  return inField('certificationRequestInfo', () => {
    const { version, subject, subjectPKInfo, attributes = [] } = ReadInfo.decode(info)
    if (!VERSIONS.includes(version)) throw new DerError('expected version 1, which is written 0', 'version')
    return {
      der,
      info,
      subject,
      publicKey: subjectPKInfo,
      ...inField('attributes', () => readAttributes(attributes)),
      signatureAlgorithm,
      signature,
    }
  })
}

/** The DER of a CertificationRequestInfo, to be signed. The challenge password is written as UTF8String. */
export function encodeCertificationRequestInfo(request: {
  readonly subject: Name
  readonly publicKey: PublicKey
  readonly extensions: readonly Extension[]
  readonly challengePassword?: string
}): Uint8Array {
  const { subject, publicKey, extensions, challengePassword } = request
  const attributes: RequestAttribute[] = []
  if (challengePassword !== undefined)
    attributes.push({ type: CHALLENGE_PASSWORD, values: [DirectoryString.encode(challengePassword)] })
  if (extensions.length > 0) attributes.push({ type: EXTENSION_REQUEST, values: [Extensions.encode(extensions)] })
  return WrittenInfo.encode({ version: 0, subject, subjectPKInfo: publicKey, attributes })
}

function readAttributes(
  attributes: readonly RequestAttribute[],
): Pick<CertificationRequest, 'attributes' | 'requestedExtensions' | 'challengePassword'> {
  const challenge = onlyValue(attributes, CHALLENGE_PASSWORD, 'challengePassword')
  const requestedExtensions = requestedBy(attributes, EXTENSION_REQUEST)
  const known = new Map(requestedExtensions.map((extension) => [extension.id, extension]))
  for (const extension of requestedBy(attributes, MICROSOFT_EXTENSION_REQUEST)) {
    const same = known.get(extension.id)
    if (same === undefined) requestedExtensions.push(extension)
    else if (same.critical !== extension.critical || !equalBytes(same.value, extension.value))
      throw new DerError(`the extension ${extension.id} is requested twice, with different values`)
  }
  return {
    attributes,
    requestedExtensions,
    ...(challenge && { challengePassword: inField('challengePassword', () => DirectoryString.decode(challenge)) }),
  }
}

function requestedBy(attributes: readonly RequestAttribute[], type: Oid): Extension[] {
  const value = onlyValue(attributes, type, 'extensionRequest')
  return value === undefined ? [] : inField('extensionRequest', () => [...Extensions.decode(value)])
}

/** The value of an attribute that is there at most once, with one value (RFC 2985 §5.4: both are SINGLE VALUE). */
function onlyValue(attributes: readonly RequestAttribute[], type: Oid, name: string): Uint8Array | undefined {
  const [first, second] = attributes.filter((attribute) => attribute.type === type)
  if (first === undefined) return undefined
  const [value, more] = first.values
  if (second !== undefined || value === undefined || more !== undefined)
    throw new DerError(`the attribute ${name} (${type}) must be there once, with one value`)
  return value
}
