import type { KeyUse } from '@chancery/keys'
import { type CertificateRequest, Refusal } from '@chancery/pki'
import {
  type Certificate,
  decodeCertificate,
  type Extension,
  equalBytes,
  findExtension,
  type KeyType,
  NameConstraints,
  type PublicKey,
  type SignatureAlgorithm,
  SubjectKeyIdentifier,
  signatureAlgorithmOf,
  signatureAlgorithmsFor,
} from '@chancery/x509'
import { type Act, recordOf } from '../audit/audit-record.ts'
import type { Authority, Generation } from '../issuers/authority.ts'
import type { OpenIssuer } from '../issuers/issuers.ts'
import { askParent, certifyByParent } from './ask-parent.ts'
import type { Authorities } from './authorities.ts'
import { constraintsFitProfile, profileOfCertificate } from './certificate-profile.ts'
import type { AuthorityProfile } from './create-root.ts'
import { algorithmFor, attributesOf, newKey, openGeneration, signedRequest } from './new-generation.ts'
import { requestedExtensions } from './requested-extensions.ts'
import { selfSign } from './self-sign.ts'

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

/** What a renewal led to: a certificate, or a CSR (DER) that somebody else has to sign. */
export type Renewal =
  | { readonly state: 'renewed' }
  | { readonly state: 'awaiting-certificate'; readonly csr: Uint8Array }

/**
 * Renews a CA. With the same key it stays in its generation; with a new one a generation opens, from which new certificates come
 * once it is certified, and the old one answers until its last certificate has expired. A root signs itself, a CA under a CA of the
 * tenant asks that, any other gets a CSR that asks for the same. Throws `Refusal`; then all is as it was.
 */
export async function renewAuthority(
  authority: Authority,
  asked: RenewAuthority,
  act: Act,
  authorities: Authorities,
): Promise<Renewal> {
  const current = await currentGeneration(authority, authorities)
  const { certificate } = current
  const signer = signerOf(authority, certificate)
  refuseWhatIsLost(asked, certificate, signer)
  const profile = profileOf(asked, certificate)
  const renewed = { authority, current, signer, asked, profile, act, authorities }
  return asked.key === 'same' ? renewSameKey(renewed) : renewNewKey(renewed)
}

/**
 * How a CA of these generations, newest first, stands that somebody asked to renew: renewed, or with a CSR to be signed elsewhere.
 */
export function renewalAsItStands(
  authority: Authority,
  generations: Awaited<ReturnType<Authorities['store']['generations']>>,
): Renewal {
  const [newest] = generations
  const active = newest?.certificates.find((certificate) => certificate.active)
  const waits =
    newest?.status === 'awaiting-certificate' ||
    (active !== undefined && signerOf(authority, decodeCertificate(active.der)) === 'elsewhere')
  return newest !== undefined && waits ? { state: 'awaiting-certificate', csr: newest.csr } : { state: 'renewed' }
}

interface Renewing {
  readonly authority: Authority
  readonly current: Current
  readonly signer: Signer
  readonly asked: RenewAuthority
  readonly profile: AuthorityProfile
  readonly act: Act
  readonly authorities: Authorities
}

interface Current {
  readonly open: OpenIssuer
  /** The number of the newest generation, which may await its certificate. */
  readonly newest: number
  readonly certificate: Certificate
}

/** Who signs the next certificate: the CA itself, the CA of the tenant that is its parent, or somebody who gets its CSR. */
type Signer = 'itself' | 'parent' | 'elsewhere'

function signerOf({ parent }: Authority, { issuer, subject }: Certificate): Signer {
  if (equalBytes(issuer.der, subject.der)) return 'itself'
  return parent === undefined ? 'elsewhere' : 'parent'
}

/** What is asked for, and of what is left out what the certificate says. */
function profileOf({ nameConstraints, ...asked }: RenewAuthority, certificate: Certificate): AuthorityProfile {
  const { nameConstraints: before, ...said } = profileOfCertificate(certificate)
  const constraints = nameConstraints === undefined ? before : nameConstraints
  return { ...said, ...asked, ...(constraints && { nameConstraints: constraints }) }
}

/** What the next certificate would not say although it was asked for, or although the last one says it, is refused. */
function refuseWhatIsLost(asked: RenewAuthority, certificate: Certificate, signer: Signer): void {
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

async function renewSameKey(renewing: Renewing): Promise<Renewal> {
  const { authority, current, signer, asked, profile, act, authorities } = renewing
  const { open, certificate } = current
  const { generation } = open.stored
  const { subject, publicKey } = certificate
  const algorithm = algorithmOfKey(asked, generation, signer === 'itself' ? certificate : undefined)
  const key = {
    publicKey,
    algorithm,
    sign: (message: Uint8Array, use: KeyUse) => open.sign(algorithm, message, use),
  }
  const same = { publicKey, ...keyIdentifierOf(certificate) }
  const extensions = requestedAgain(renewing, same)
  const { signatureAlgorithm } = asked
  const renewed = {
    generation: generation.id,
    csr: await signedRequest({ subject, publicKey, extensions }, key),
    ...(signatureAlgorithm !== undefined && { signatureAlgorithm }),
  }
  const record = renewRecord(act, authority, { key: 'same' })
  const { store } = authorities
  if (signer === 'itself') {
    const own = { ...profile, subject, ...keyIdentifierOf(certificate) }
    const signed = await selfSign(own, generation.id, key, authorities)
    await store.renewKey({ ...renewed, certificate: signed }, record)
    return { state: 'renewed' }
  }
  const ask = askAgain(renewing, generation.id, same)
  if (ask === undefined) {
    await store.renewKey(renewed, record)
    return { state: 'awaiting-certificate', csr: renewed.csr }
  }
  const done = await certifyByParent(ask, act, authorities, (planned) =>
    store.renewKey({ ...renewed, planned }, record),
  )
  return done ? { state: 'renewed' } : { state: 'awaiting-certificate', csr: renewed.csr }
}

async function renewNewKey(renewing: Renewing): Promise<Renewal> {
  const { authority, current, signer, asked, profile, act, authorities } = renewing
  const { certificate, open } = current
  const key = await newKey(asked.keyType ?? open.stored.generation.keyType, authorities)
  const { generation, signingKey } = await openGeneration(
    key,
    {
      authority: authority.id,
      number: current.newest + 1,
      subject: certificate.subject,
      signatureAlgorithm: asked.signatureAlgorithm ?? keptAlgorithm(open.stored.generation, key.keyType),
      extensions: requestedAgain(renewing, key),
      status: signer === 'itself' ? 'active' : 'awaiting-certificate',
      historyKnown: true,
    },
    authorities,
  )
  const record = renewRecord(act, authority, { key: 'new', keyType: generation.keyType })
  const { store } = authorities
  if (signer === 'itself') {
    const { subject } = certificate
    const first = await selfSign({ ...profile, subject }, generation.id, signingKey, authorities)
    await store.addGeneration(generation, first, record)
    await authorities.makeServices(generation.id)
    return { state: 'renewed' }
  }
  const ask = askAgain(renewing, generation.id, { publicKey: key.publicKey })
  if (ask === undefined) {
    await store.addGeneration(generation, undefined, record)
    return { state: 'awaiting-certificate', csr: generation.csr }
  }
  const done = await certifyByParent(ask, act, authorities, (planned) =>
    store.addGeneration(generation, undefined, record, planned),
  )
  return done ? { state: 'renewed' } : { state: 'awaiting-certificate', csr: generation.csr }
}

/**
 * By what a key that is kept signs: what is asked for, else what was said of it, else, of a root, what its certificate is signed by.
 * Throws `Refusal`.
 */
function algorithmOfKey(
  { signatureAlgorithm: asked }: RenewAuthority,
  { keyType, signatureAlgorithm }: Generation,
  root: Certificate | undefined,
): SignatureAlgorithm {
  const before = signatureAlgorithm ?? (root && signatureAlgorithmOf(root.signatureAlgorithm))
  return algorithmFor(keyType, asked ?? before)
}

/** A new key goes on signing as the one before it was said to, if keys of its type can. */
function keptAlgorithm({ signatureAlgorithm }: Generation, keyType: KeyType): SignatureAlgorithm | undefined {
  if (signatureAlgorithm === undefined) return undefined
  return signatureAlgorithmsFor(keyType).includes(signatureAlgorithm) ? signatureAlgorithm : undefined
}

/** What the CSR asks for. Name constraints of which nothing was said are those of the certificate, octet for octet. */
function requestedAgain(
  { current: { certificate }, asked, profile, act }: Renewing,
  key: { readonly publicKey: PublicKey; readonly keyIdentifier?: Uint8Array },
): readonly Extension[] {
  const { nameConstraints: _, ...unconstrained } = profile
  const kept = certificate.extensions.find(({ id }) => id === NameConstraints.id)
  if (asked.nameConstraints !== undefined || kept === undefined) return requestedExtensions(profile, key, act.at)
  return [...requestedExtensions(unconstrained, key, act.at), kept]
}

/** The question to the parent, where it is a CA of the tenant. The CA keeps its name, octet for octet. */
function askAgain(
  { authority, current, profile, act, authorities }: Renewing,
  generation: string,
  key: Pick<CertificateRequest, 'publicKey' | 'keyIdentifier'>,
) {
  const { parent } = authority
  if (parent === undefined) return undefined
  const exactSubject = current.certificate.subject
  const subject = attributesOf(exactSubject)
  const certificate = authorities.newId()
  return askParent({ ...profile, subject }, { parent, generation, ...key, certificate, exactSubject }, act)
}

/** What the key has signed points to the identifier that it has, by whatever method that was made. */
function keyIdentifierOf({ extensions }: Certificate): Pick<CertificateRequest, 'keyIdentifier'> {
  const keyIdentifier = findExtension(extensions, SubjectKeyIdentifier)
  return keyIdentifier === undefined ? {} : { keyIdentifier }
}

/** The newest generation that has a certificate. */
async function currentGeneration({ id, name, status }: Authority, { store, issuers }: Authorities): Promise<Current> {
  if (status !== 'active') throw new Refusal('conflict', `The CA "${name}" cannot be renewed: it is ${status}.`)
  const generations = (await store.generations(id)).toSorted((a, b) => b.number - a.number)
  const current = generations.find((generation) => generation.status === 'active')
  const open = current && (await issuers.generation(current.id))
  if (open?.issuer === undefined)
    throw new Refusal('conflict', `The CA "${name}" has no certificate yet that could be renewed.`)
  return { open, newest: generations[0]?.number ?? 0, certificate: open.issuer.certificate }
}

function renewRecord(act: Act, { id }: Authority, details: Readonly<Record<string, string>>) {
  return recordOf(act, { action: 'authority.renew', object: { type: 'authority', id }, details })
}
