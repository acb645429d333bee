import { type CertificateRequest, Refusal } from '@chancery/pki'
import {
  type Certificate,
  type Extension,
  equalBytes,
  findExtension,
  type KeyType,
  NameConstraints,
  type SignatureAlgorithm,
  SubjectKeyIdentifier,
  signatureAlgorithmOf,
  signatureAlgorithmsFor,
} from '@chancery/x509'
import type { Act } from '../audit/audit-record.ts'
import type { Authority } from '../issuers/authority.ts'
import type { OpenIssuer } from '../issuers/issuers.ts'
import { askParent } from './ask-parent.ts'
import type { Authorities } from './authorities.ts'
import { constraintsFitProfile, profileOfCertificate } from './certificate-profile.ts'
import type { AuthorityProfile } from './create-root.ts'
import { algorithmFor, attributesOf } from './new-generation.ts'
import type { RequestedKey, RequestedProfile } from './requested-extensions.ts'

/** How a CA is renewed. What is left out stays as the certificate there is has it; the validity starts anew. */
export interface RenewAuthority extends Omit<AuthorityProfile, 'nameConstraints'> {
  /** `same`: another certificate for the key there is; `new`: a new generation with a key of its own. */
  readonly key: 'same' | 'new'
  /** Of a new key. */
  readonly keyType?: KeyType
  /** How the key signs from now on. */
  readonly signatureAlgorithm?: SignatureAlgorithm
  /** `null`: none from now on. */
  readonly nameConstraints?: AuthorityProfile['nameConstraints'] | null
}

/** What a renewal comes to, before anything of it is done. */
export interface RenewalPlan {
  readonly authority: Authority
  /** The newest generation that has a certificate. */
  readonly open: OpenIssuer
  readonly certificate: Certificate
  /** The number of the newest generation, which may await its certificate. */
  readonly newest: number
  readonly signer: RenewalSigner
  readonly asked: RenewAuthority
  /** What is asked for, and of what is left out what the certificate says. */
  readonly profile: AuthorityProfile
}

/** Who signs the next certificate: the CA itself, the CA of the tenant that is its parent, or somebody who gets its CSR. */
export type RenewalSigner = 'itself' | 'parent' | 'elsewhere'

/** Throws `Refusal`: 'conflict' for a CA that cannot be renewed, 'not-permitted' for what the next certificate would not say. */
export async function planRenewal(
  authority: Authority,
  asked: RenewAuthority,
  { store, issuers }: Pick<Authorities, 'store' | 'issuers'>,
): Promise<RenewalPlan> {
  const { id, name, status } = authority
  refuseUnrenewable(authority)
  const generations = (await store.generations(id)).toSorted((a, b) => b.number - a.number)
  const current = generations.find((generation) => generation.status === 'active')
  const open = current && (await issuers.generation(current.id))
  if (open?.issuer === undefined) throw new Refusal('conflict', `The CA "${name}" cannot be renewed: it is ${status}.`)
  const { certificate } = open.issuer
  const signer = signerOf(authority, certificate)
  refuseWhatIsLost(asked, certificate, signer)
  const newest = generations[0]?.number ?? 0
  return { authority, open, certificate, newest, signer, asked, profile: profileOf(asked, certificate) }
}

export function signerOf({ parent }: Authority, { issuer, subject }: Certificate): RenewalSigner {
  if (equalBytes(issuer.der, subject.der)) return 'itself'
  return parent === undefined ? 'elsewhere' : 'parent'
}

/** The key that is kept. What it has signed points to the identifier that it has, by whatever method that was made. */
export function keptKeyOf({ publicKey, extensions }: Certificate): RequestedKey {
  const keyIdentifier = findExtension(extensions, SubjectKeyIdentifier)
  return { publicKey, ...(keyIdentifier !== undefined && { keyIdentifier }) }
}

/**
 * By what a key that is kept signs: what is asked for, else what was said of it, else, of a root, what its certificate is signed by.
 * Throws `Refusal`.
 */
export function algorithmOfKeptKey({ asked, open, signer, certificate }: RenewalPlan): SignatureAlgorithm {
  const { keyType, signatureAlgorithm } = open.stored.generation
  const before =
    signatureAlgorithm ?? (signer === 'itself' ? signatureAlgorithmOf(certificate.signatureAlgorithm) : undefined)
  return algorithmFor(keyType, asked.signatureAlgorithm ?? before)
}

/** A new key signs by what is asked for, else as the one before it was said to, if keys of its type can. */
export function algorithmOfNewKey({ asked, open }: RenewalPlan, keyType: KeyType): SignatureAlgorithm | undefined {
  const before = open.stored.generation.signatureAlgorithm
  if (asked.signatureAlgorithm !== undefined || before === undefined) return asked.signatureAlgorithm
  return signatureAlgorithmsFor(keyType).includes(before) ? before : undefined
}

/** What the CSR asks for. Name constraints of which nothing was said are `kept`: those of the certificate, octet for octet. */
export function requestedAgain({ certificate, asked, profile }: RenewalPlan): RequestedProfile & {
  readonly kept: readonly Extension[]
} {
  const kept = certificate.extensions.filter(({ id }) => id === NameConstraints.id)
  if (asked.nameConstraints !== undefined) return { ...profile, kept: [] }
  const { nameConstraints: _, ...unconstrained } = profile
  return { ...unconstrained, kept }
}

/** The question to the parent, where it is a CA of the tenant. The CA keeps its name, octet for octet. */
export function askAgain(
  { authority: { parent }, certificate: { subject: exactSubject }, profile }: RenewalPlan,
  key: Pick<CertificateRequest, 'publicKey' | 'keyIdentifier'>,
  names: { readonly generation: string; readonly certificate: string },
  act: Act,
) {
  if (parent === undefined) return undefined
  const subject = attributesOf(exactSubject)
  return askParent({ ...profile, subject }, { parent, ...key, ...names, exactSubject }, act)
}

/** Throws `Refusal` 'conflict', which says what is to be done instead. */
function refuseUnrenewable({ name, status }: Authority): void {
  if (status === 'active') return
  if (status !== 'awaiting-certificate')
    throw new Refusal('conflict', `The CA "${name}" cannot be renewed: it is ${status}.`)
  throw new Refusal(
    'conflict',
    `The CA "${name}" has no certificate yet that could be renewed. Have its CSR signed, and import the certificate.`,
  )
}

function profileOf({ nameConstraints, ...asked }: RenewAuthority, certificate: Certificate): AuthorityProfile {
  const { nameConstraints: before, ...said } = profileOfCertificate(certificate)
  const constraints = nameConstraints === undefined ? before : nameConstraints
  return { ...said, ...asked, ...(constraints && { nameConstraints: constraints }) }
}

/** What the next certificate would not say although it was asked for, or although the last one says it, is refused. */
function refuseWhatIsLost(asked: RenewAuthority, certificate: Certificate, signer: RenewalSigner): void {
  if (signer === 'elsewhere') {
    if (asked.validity === undefined) return
    const detail =
      'Whoever signs the CSR says how long the certificate is valid: a CSR cannot ask for it. Leave it out.'
    throw new Refusal('not-permitted', detail, [{ field: '/validity', detail }])
  }
  if (asked.nameConstraints !== undefined || constraintsFitProfile(certificate)) return
  const detail =
    'Its certificate constrains names of a type that is not constrained here, and the next one would not. Say which name constraints it is to have, or that it is to have none.'
  throw new Refusal('not-permitted', detail, [{ field: '/nameConstraints', detail }])
}
