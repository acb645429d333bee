import {
  algorithmIdentifier,
  EMPTY_NAME,
  type KeyType,
  makeName,
  type Name,
  type SignatureAlgorithm,
  signatureAlgorithmsFor,
} from '@chancery/x509'
import { certificateExtensions } from './certificate-extensions.ts'
import type { Draft } from './draft.ts'
import { orRefuse } from './encode-draft.ts'
import type { Grant } from './grant.ts'
import type { Issuer } from './issuer.ts'
import { takeNames } from './names-taken.ts'
import { Refusal } from './refusal.ts'
import type { TypedAttribute } from './subject.ts'
import { decideValidity } from './validity.ts'

/** What a draft takes from neither grant nor issuer. */
export interface Fill {
  /** 128 random bits, positive. */
  readonly serialNumber: bigint
  /** The subjectKeyIdentifier of the certified key. */
  readonly keyIdentifier: Uint8Array
  /** Milliseconds since the epoch. */
  readonly now: number
}

/**
 * The certificate that a grant and an issuer make, before it is encoded. Throws `Refusal`: `not-permitted` (a validity or a
 * signature algorithm that cannot be given), `issuer-inactive` (the issuer is not valid now), `name-not-allowed` (a name that
 * cannot be encoded).
 */
export function fillTemplate(grant: Pick<Grant, 'profile' | 'request'>, issuer: Issuer, fill: Fill): Draft {
  const { profile, request } = grant
  const { notBefore, notAfter } = decideValidity(profile.validity, request.validity, {
    issuer: issuer.certificate,
    now: fill.now,
  })
  const algorithm = signatureAlgorithm(profile.signatureAlgorithm, issuer.keyType)
  const taken = takeNames(profile, request)
  const subject = orRefuse(() => subjectName(taken.subject))
  const extensions = orRefuse(() =>
    certificateExtensions(profile, {
      authorityKeyIdentifier: issuer.keyIdentifier,
      subjectKeyIdentifier: fill.keyIdentifier,
      publicKey: request.publicKey,
      subjectAltNames: taken.subjectAltNames,
      subjectIsEmpty: taken.subject.length === 0,
      addresses: issuer.addresses,
      requested: request.extensions,
    }),
  )
  return {
    serialNumber: fill.serialNumber,
    algorithm,
    signatureAlgorithm: algorithmIdentifier(algorithm),
    issuer: issuer.subject,
    notBefore,
    notAfter,
    subject,
    publicKey: request.publicKey,
    extensions,
  }
}

/** One attribute in each relative distinguished name: what all software expects. Throws `DerError`. */
export function subjectName(attributes: readonly TypedAttribute[]): Name {
  return attributes.length === 0 ? EMPTY_NAME : makeName(attributes.map((attribute) => [attribute]))
}

/** The algorithm asked for, or the key's default. Throws `Refusal` `not-permitted` when the key cannot sign that way. */
export function signatureAlgorithm(wanted: SignatureAlgorithm | undefined, keyType: KeyType): SignatureAlgorithm {
  const [first, ...others] = signatureAlgorithmsFor(keyType)
  if (first === undefined) throw new Error(`no signature algorithm for ${keyType}`)
  if (wanted === undefined || wanted === first || others.includes(wanted)) return wanted ?? first
  const detail = `The template asks for ${wanted}, and the CA has a key of type ${keyType}. Choose one of: ${[first, ...others].join(', ')}.`
  throw new Refusal('not-permitted', detail, [
    { field: '/signatureAlgorithm', rule: 'Signature algorithms fit the key that signs.', cites: 'template', detail },
  ])
}
