import { type CertificateRequest, Refusal } from '@chancery/pki'
import {
  type Certificate,
  equalBytes,
  findExtension,
  type KeyType,
  type SignatureAlgorithm,
  SubjectKeyIdentifier,
  signatureAlgorithmOf,
  signatureAlgorithmsFor,
} from '@chancery/x509'
import { type Act, recordOf } from '../audit/audit-record.ts'
import type { Authority } from '../issuers/authority.ts'
import type { OpenIssuer } from '../issuers/issuers.ts'
import { askParent, certifyByParent } from './ask-parent.ts'
import type { Authorities } from './authorities.ts'
import { profileOfCertificate } from './certificate-profile.ts'
import type { AuthorityProfile } from './create-root.ts'
import { attributesOf, newKey, openGeneration } from './new-generation.ts'
import { selfSign } from './self-sign.ts'

/** How a CA is renewed. What is left out stays as the certificate there is has it; the validity starts anew. */
export interface RenewAuthority extends AuthorityProfile {
  /** `same`: another certificate for the key there is; `new`: a new generation with a key of its own. */
  readonly key: 'same' | 'new'
  /** Of a new key. */
  readonly keyType?: KeyType
  readonly signatureAlgorithm?: SignatureAlgorithm
}

/** What a renewal led to: a certificate, or a CSR (DER) that somebody else has to sign. */
export type Renewal =
  | { readonly state: 'renewed' }
  | { readonly state: 'awaiting-certificate'; readonly csr: Uint8Array }

/**
 * Renews a CA. With the same key it stays in its generation; with a new one a generation opens, from which new certificates come
 * once it is certified, and the old one answers until its last certificate has expired. A root signs itself, a CA under a CA of the
 * tenant asks that, any other gets its CSR. Throws `Refusal`; then all is as it was.
 */
export async function renewAuthority(
  authority: Authority,
  asked: RenewAuthority,
  act: Act,
  authorities: Authorities,
): Promise<Renewal> {
  const current = await currentGeneration(authority, authorities)
  const profile = { ...profileOfCertificate(current.certificate), ...asked }
  const renewed = { authority, current, profile, act, authorities }
  return asked.key === 'same' ? renewSameKey(renewed) : renewNewKey(renewed, asked)
}

interface Renewing {
  readonly authority: Authority
  readonly current: Current
  readonly profile: AuthorityProfile & { readonly signatureAlgorithm?: SignatureAlgorithm }
  readonly act: Act
  readonly authorities: Authorities
}

interface Current {
  readonly open: OpenIssuer
  /** The number of the newest generation, which may await its certificate. */
  readonly newest: number
  readonly certificate: Certificate
}

async function renewSameKey({ authority, current, profile, act, authorities }: Renewing): Promise<Renewal> {
  const { open, certificate } = current
  const { generation } = open.stored
  if (isRoot(certificate)) {
    const algorithm =
      profile.signatureAlgorithm ??
      signatureAlgorithmOf(certificate.signatureAlgorithm) ??
      signatureAlgorithmsFor(generation.keyType)[0]
    if (algorithm === undefined) throw new TypeError(`no signature algorithm for ${generation.keyType}`)
    const { subject, publicKey } = certificate
    const signer = { publicKey, algorithm, sign: (message: Uint8Array) => open.sign(algorithm, message, 'certificate') }
    const same = { subject, ...keyIdentifierOf(certificate) }
    const signed = await selfSign({ ...profile, ...same }, generation.id, signer, authorities)
    await authorities.store.addCertificate(signed, renewRecord(act, authority, { key: 'same' }))
    return { state: 'renewed' }
  }
  const renewing = { authority, current, profile, act, authorities }
  const same = { publicKey: certificate.publicKey, ...keyIdentifierOf(certificate) }
  const ask = askAgain(renewing, generation.id, same)
  const done = ask !== undefined && (await certifyByParent(ask, act, authorities))
  return done ? { state: 'renewed' } : { state: 'awaiting-certificate', csr: generation.csr }
}

async function renewNewKey(renewing: Renewing, { keyType }: RenewAuthority): Promise<Renewal> {
  const { authority, current, profile, act, authorities } = renewing
  const { certificate } = current
  const key = await newKey(keyType ?? current.open.stored.generation.keyType, authorities)
  const root = isRoot(certificate)
  const { generation, signingKey } = await openGeneration(
    key,
    {
      authority: authority.id,
      number: current.newest + 1,
      subject: certificate.subject,
      signatureAlgorithm: profile.signatureAlgorithm,
      pathLength: profile.pathLength ?? undefined,
      status: root ? 'active' : 'awaiting-certificate',
      historyKnown: true,
    },
    authorities,
  )
  const record = renewRecord(act, authority, { key: 'new', keyType: generation.keyType })
  const { store } = authorities
  if (root) {
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

function isRoot({ issuer, subject }: Certificate): boolean {
  return equalBytes(issuer.der, subject.der)
}

function renewRecord(act: Act, { id }: Authority, details: Readonly<Record<string, string>>) {
  return recordOf(act, { action: 'authority.renew', object: { type: 'authority', id }, details })
}
