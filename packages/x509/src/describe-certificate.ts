import { type AlgorithmIdentifier, signatureAlgorithmOf } from './algorithm-identifiers.ts'
import { attributeTypeName } from './attribute-types.ts'
import type { TbsCertificate } from './certificate.ts'
import type { CertificationRequest } from './certification-request.ts'
import { DerError } from './der/der-error.ts'
import { type DescribedExtension, describeExtension } from './describe-extension.ts'
import { type Extension, findExtension } from './extensions.ts'
import type { GeneralName } from './general-name.ts'
import { describePublicKey, type KeyDescription } from './key-type.ts'
import type { Name } from './name.ts'
import { SubjectAltName } from './name-extensions.ts'
import { nameToString } from './name-string.ts'
import type { PublicKey } from './public-key.ts'
import { serialToHex } from './serial-number.ts'

/** A distinguished name for people. */
export interface DescribedName {
  /** RFC 4514. */
  readonly text: string
  readonly attributes: readonly { readonly type: string; readonly value: string }[]
}

/** A public key for people. `type` is one of ours, or what it is instead: `rsa-1024`, `ecdsa-1.3.132.0.10`, an object identifier. */
export interface DescribedKey {
  readonly type: string
  readonly bits?: number
  readonly curve?: string
}

/** What a certificate says, for people. Times in milliseconds. */
export interface DescribedCertificate {
  readonly serialNumber: string
  readonly signatureAlgorithm: string
  readonly issuer: DescribedName
  readonly subject: DescribedName
  readonly subjectAltNames: readonly { readonly type: GeneralName['type']; readonly value: string }[]
  readonly notBefore: number
  readonly notAfter: number
  readonly publicKey: DescribedKey
  readonly extensions: readonly DescribedExtension[]
}

/** What a certification request says, for people. Its challenge password is a secret and stays out. */
export type DescribedRequest = Pick<
  DescribedCertificate,
  'subject' | 'subjectAltNames' | 'publicKey' | 'signatureAlgorithm' | 'extensions'
>

/** Explains a certificate, signed or not yet. What is broken inside an extension is shown as octets; nothing throws. */
export function describeCertificate(certificate: TbsCertificate): DescribedCertificate {
  const { serialNumber, signatureAlgorithm, issuer, notBefore, notAfter, subject, publicKey, extensions } = certificate
  return {
    serialNumber: serialToHex(serialNumber),
    signatureAlgorithm: describeAlgorithm(signatureAlgorithm),
    issuer: describeName(issuer),
    subject: describeName(subject),
    subjectAltNames: describeNames(extensions),
    notBefore,
    notAfter,
    publicKey: describeKey(publicKey),
    extensions: extensions.map(describeExtension),
  }
}

/** Explains a certification request, signed or not yet. */
export function describeRequest(
  request: Pick<CertificationRequest, 'subject' | 'publicKey' | 'signatureAlgorithm' | 'requestedExtensions'>,
): DescribedRequest {
  const { subject, publicKey, signatureAlgorithm, requestedExtensions } = request
  return {
    subject: describeName(subject),
    subjectAltNames: describeNames(requestedExtensions),
    publicKey: describeKey(publicKey),
    signatureAlgorithm: describeAlgorithm(signatureAlgorithm),
    extensions: requestedExtensions.map(describeExtension),
  }
}

/** The alternative names among these extensions, as text; none when they are broken. */
export function describeNames(extensions: readonly Extension[]): DescribedCertificate['subjectAltNames'] {
  try {
    return (findExtension(extensions, SubjectAltName) ?? []).map((name) => ({ type: name.type, value: nameText(name) }))
  } catch (error) {
    if (error instanceof DerError) return []
    throw error
  }
}

function describeName(name: Name): DescribedName {
  return {
    text: nameToString(name),
    attributes: name.rdns.flat().map(({ type, value }) => ({ type: attributeTypeName(type), value })),
  }
}

function nameText(name: GeneralName): string {
  switch (name.type) {
    case 'directoryName':
      return nameToString(name.value)
    case 'otherName':
      return `${name.typeId}=#${name.value.toHex()}`
    case 'unsupported':
      return `#${name.der.toHex()}`
    default:
      return name.value
  }
}

function describeKey(key: PublicKey): DescribedKey {
  try {
    return keyInWords(describePublicKey(key))
  } catch (error) {
    if (error instanceof DerError) return { type: key.algorithm.algorithm }
    throw error
  }
}

function keyInWords(key: KeyDescription): DescribedKey {
  switch (key.family) {
    case 'rsa':
      return { type: `rsa-${key.bits}`, bits: key.bits }
    case 'ec':
      return { type: `ecdsa-${key.curve}`, curve: key.curve }
    case 'unknown':
      return { type: key.algorithm }
    default:
      return { type: key.family }
  }
}

function describeAlgorithm(algorithm: AlgorithmIdentifier): string {
  return signatureAlgorithmOf(algorithm) ?? algorithm.algorithm
}
