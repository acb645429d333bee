import {
  algorithmIdentifier,
  type KeyUsageBit,
  keyTypeOf,
  type Name,
  type Oid,
  type PublicKey,
  type SignatureAlgorithm,
} from '@chancery/x509'
import { intermediateProfile } from './built-in-profiles.ts'
import { certificateExtensions } from './certificate-extensions.ts'
import type { RequestedValidity, SubjectAttribute } from './certificate-request.ts'
import type { Draft } from './draft.ts'
import { orRefuse } from './or-refuse.ts'
import type { Profile } from './profile.ts'
import { Refusal } from './refusal.ts'
import { chooseSignatureAlgorithm } from './signature-algorithm.ts'
import { inOrder, subjectName, typed } from './subject.ts'
import { decideValidity } from './validity.ts'

/** A self-signed root: what a person may choose of it, and its key. */
export interface Root {
  /** A name that was read is kept octet for octet: a renewed root is known by it. */
  readonly subject: readonly SubjectAttribute[] | Name
  readonly publicKey: PublicKey
  /** Absent: the default of the key. */
  readonly signatureAlgorithm?: SignatureAlgorithm
  /** Absent: ten years. */
  readonly validity?: RequestedValidity
  /** Absent: keyCertSign and cRLSign. */
  readonly keyUsage?: readonly KeyUsageBit[]
  /** Absent: no extendedKeyUsage extension. */
  readonly extendedKeyUsage?: readonly Oid[]
  readonly pathLength?: number
  readonly nameConstraints?: NonNullable<Profile['nameConstraints']>
  readonly serialNumber: bigint
  readonly keyIdentifier: Uint8Array
  readonly now: number
}

const TEN_YEARS = { days: 3652 }
const NO_ADDRESSES = { crl: '', ocsp: '', aia: '', cps: '' }
const NO_ISSUER = { notBefore: Number.NEGATIVE_INFINITY, notAfter: Number.POSITIVE_INFINITY }

/**
 * The draft of a self-signed root (RFC 5280 §3.2). It names no CRL, OCSP or AIA address: nobody but itself could
 * answer for it. Its authorityKeyIdentifier is its own, which RFC 5280 §4.2.1.1 leaves free and some software wants.
 * Throws `Refusal` as `fillTemplate` does, and `bad-key` for a key of no known type.
 */
export function fillRoot(root: Root): Draft {
  const keyType = orRefuse(() => keyTypeOf(root.publicKey), 'subjectPublicKeyInfo')
  if (keyType === undefined) throw new Refusal('bad-key', 'The key is of no type that a CA can have here.')
  const { notBefore, notAfter } = decideValidity(
    { default: TEN_YEARS, backdateMinutes: 5, beyondIssuer: 'refuse' },
    root.validity,
    { issuer: NO_ISSUER, now: root.now },
  )
  const algorithm = chooseSignatureAlgorithm(root.signatureAlgorithm, keyType)
  const subject = orRefuse(() => nameOf(root.subject), 'subject')
  const extensions = orRefuse(() =>
    certificateExtensions(profileOf(root), {
      authorityKeyIdentifier: root.keyIdentifier,
      subjectKeyIdentifier: root.keyIdentifier,
      publicKey: root.publicKey,
      subjectAltNames: [],
      subjectIsEmpty: false,
      addresses: NO_ADDRESSES,
      requested: [],
    }),
  )
  const { serialNumber, publicKey } = root
  const signature = { algorithm, signatureAlgorithm: algorithmIdentifier(algorithm) }
  return { serialNumber, ...signature, issuer: subject, notBefore, notAfter, subject, publicKey, extensions }
}

function nameOf(subject: Root['subject']): Name {
  return 'der' in subject ? subject : subjectName(inOrder(typed(subject)))
}

/** A root looks like an intermediate without addresses. */
function profileOf({ pathLength, nameConstraints, keyUsage, extendedKeyUsage }: Root): Profile {
  const profile = intermediateProfile({
    pathLength: pathLength ?? null,
    ...(nameConstraints && { nameConstraints }),
    ...(keyUsage && { keyUsage }),
    ...(extendedKeyUsage && { extendedKeyUsage }),
  })
  return { ...profile, addresses: { crl: false, ocsp: false, aia: false } }
}
