import { algorithmIdentifier } from '@chancery/x509'
import { certificateExtensions } from './certificate-extensions.ts'
import type { Draft } from './draft.ts'
import type { Grant } from './grant.ts'
import type { Issuer } from './issuer.ts'
import { takeNames } from './names-taken.ts'
import { orRefuse } from './or-refuse.ts'
import { chooseSignatureAlgorithm } from './signature-algorithm.ts'
import { subjectName } from './subject.ts'
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
 * The certificate that a grant and an issuer make, before it is encoded. Throws `Refusal`: `not-permitted` (a
 * validity or a signature algorithm that cannot be given), `issuer-inactive` (the issuer is not valid now),
 * `name-not-allowed` (a name that cannot be encoded).
 */
export function fillTemplate(grant: Pick<Grant, 'profile' | 'request'>, issuer: Issuer, fill: Fill): Draft {
  const { profile, request } = grant
  const { notBefore, notAfter } = decideValidity(profile.validity, request.validity, {
    issuer: issuer.certificate,
    now: fill.now,
  })
  const algorithm = chooseSignatureAlgorithm(profile.signatureAlgorithm ?? issuer.signatureAlgorithm, issuer.keyType)
  const taken = takeNames(profile, request)
  const subject = request.exactSubject ?? orRefuse(() => subjectName(taken.subject), 'subject')
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
