import { Refusal } from '@chancery/pki'
import {
  type Certificate,
  equalBytes,
  type KeyType,
  type SignatureAlgorithm,
  signatureAlgorithmOf,
  signatureAlgorithmsFor,
} from '@chancery/x509'
import { type Act, continued, recordOf } from '../audit/audit-record.ts'
import type { Authority } from '../issuers/authority.ts'
import type { OpenIssuer } from '../issuers/issuers.ts'
import { askParent, certifyByParent, rehearse } from './ask-parent.ts'
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
  readonly certificate: Certificate
}

async function renewSameKey({ authority, current, profile, act, authorities }: Renewing): Promise<Renewal> {
  const { open, certificate } = current
  const { generation } = open.stored
  const subject = attributesOf(certificate.subject)
  if (isRoot(certificate)) {
    const algorithm =
      profile.signatureAlgorithm ??
      signatureAlgorithmOf(certificate.signatureAlgorithm) ??
      signatureAlgorithmsFor(generation.keyType)[0]
    if (algorithm === undefined) throw new TypeError(`no signature algorithm for ${generation.keyType}`)
    const { publicKey } = certificate
    const signer = { publicKey, algorithm, sign: (message: Uint8Array) => open.sign(algorithm, message, 'certificate') }
    const signed = await selfSign({ ...profile, subject }, generation.id, signer, authorities)
    await authorities.store.addCertificate(signed, renewRecord(act, authority, { key: 'same' }))
    return { state: 'renewed' }
  }
  if (authority.parent === undefined) return { state: 'awaiting-certificate', csr: generation.csr }
  const names = { parent: authority.parent, publicKey: certificate.publicKey, certificate: authorities.newId() }
  const done = await certifyByParent(askParent({ ...profile, subject }, names, act), generation, act, authorities)
  return done ? { state: 'renewed' } : { state: 'awaiting-certificate', csr: generation.csr }
}

async function renewNewKey(
  { authority, current, profile, act, authorities }: Renewing,
  { keyType }: RenewAuthority,
): Promise<Renewal> {
  const { open, certificate } = current
  const subject = attributesOf(certificate.subject)
  const key = await newKey(keyType ?? open.stored.generation.keyType, authorities)
  const root = isRoot(certificate)
  const { generation, signingKey } = await openGeneration(
    key,
    {
      authority: authority.id,
      number: open.stored.generation.number + 1,
      subject: certificate.subject,
      signatureAlgorithm: profile.signatureAlgorithm,
      pathLength: profile.pathLength ?? undefined,
      status: root ? 'active' : 'awaiting-certificate',
      historyKnown: true,
    },
    authorities,
  )
  const { parent } = authority
  const ask =
    parent === undefined || root
      ? undefined
      : askParent({ ...profile, subject }, { parent, publicKey: key.publicKey, certificate: generation.id }, act)
  if (ask !== undefined) await rehearse(ask, act, authorities)

  const first = root ? await selfSign({ ...profile, subject }, generation.id, signingKey, authorities) : undefined
  await authorities.store.addGeneration(
    generation,
    first,
    renewRecord(act, authority, { key: 'new', keyType: generation.keyType }),
  )
  if (root) {
    await authorities.makeServices(generation.id)
    return { state: 'renewed' }
  }
  const done = ask !== undefined && (await certifyByParent(ask, generation, continued(act), authorities))
  return done ? { state: 'renewed' } : { state: 'awaiting-certificate', csr: generation.csr }
}

/** The newest generation that has a certificate. */
async function currentGeneration({ id, name, status }: Authority, { store, issuers }: Authorities): Promise<Current> {
  if (status !== 'active') throw new Refusal('conflict', `The CA "${name}" cannot be renewed: it is ${status}.`)
  const [newest] = (await store.generations(id))
    .filter((generation) => generation.status === 'active')
    .toSorted((a, b) => b.number - a.number)
  if (newest === undefined)
    throw new Refusal('conflict', `The CA "${name}" has no certificate yet that could be renewed.`)
  const open = await issuers.generation(newest.id)
  if (open.issuer === undefined)
    throw new Refusal('conflict', `The CA "${name}" has no certificate yet that could be renewed.`)
  return { open, certificate: open.issuer.certificate }
}

function isRoot({ issuer, subject }: Certificate): boolean {
  return equalBytes(issuer.der, subject.der)
}

function renewRecord(act: Act, { id }: Authority, details: Readonly<Record<string, string>>) {
  return recordOf(act, { action: 'authority.renew', object: { type: 'authority', id }, details })
}
