import type { KeyUse } from '@chancery/keys'
import { decodeCertificate, type Extension } from '@chancery/x509'
import { type Act, recordOf } from '../audit/audit-record.ts'
import type { Authority } from '../issuers/authority.ts'
import { certifyByParent } from './ask-parent.ts'
import type { Authorities } from './authorities.ts'
import { newKey, openGeneration, signedRequest } from './new-generation.ts'
import {
  algorithmOfKeptKey,
  algorithmOfNewKey,
  askAgain,
  keptKeyOf,
  planRenewal,
  type RenewAuthority,
  type RenewalPlan,
  requestedAgain,
  signerOf,
} from './plan-renewal.ts'
import { type RequestedKey, requestedExtensions } from './requested-extensions.ts'
import { selfSign } from './self-sign.ts'

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
  const plan = await planRenewal(authority, asked, authorities)
  return asked.key === 'same' ? renewSameKey(plan, act, authorities) : renewNewKey(plan, act, authorities)
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

async function renewSameKey(plan: RenewalPlan, act: Act, authorities: Authorities): Promise<Renewal> {
  const { authority, open, certificate, signer, profile, asked } = plan
  const { generation } = open.stored
  const { subject, publicKey } = certificate
  const algorithm = algorithmOfKeptKey(plan)
  const key = {
    publicKey,
    algorithm,
    sign: (message: Uint8Array, use: KeyUse) => open.sign(algorithm, message, use),
  }
  const kept = keptKeyOf(certificate)
  const extensions = extensionsOf(plan, kept, act)
  const { signatureAlgorithm } = asked
  const renewed = {
    generation: generation.id,
    csr: await signedRequest({ subject, publicKey, extensions }, key),
    ...(signatureAlgorithm !== undefined && { signatureAlgorithm }),
  }
  const record = renewRecord(act, authority, { key: 'same' })
  const { store } = authorities
  if (signer === 'itself') {
    const signed = await selfSign({ ...profile, ...kept, subject }, generation.id, key, authorities)
    await store.renewKey({ ...renewed, certificate: signed }, record)
    return { state: 'renewed' }
  }
  const ask = askAgain(plan, kept, { generation: generation.id, certificate: authorities.newId() }, act)
  if (ask === undefined) {
    await store.renewKey(renewed, record)
    return { state: 'awaiting-certificate', csr: renewed.csr }
  }
  const done = await certifyByParent(ask, act, authorities, (planned) =>
    store.renewKey({ ...renewed, planned }, record),
  )
  return done ? { state: 'renewed' } : { state: 'awaiting-certificate', csr: renewed.csr }
}

async function renewNewKey(plan: RenewalPlan, act: Act, authorities: Authorities): Promise<Renewal> {
  const { authority, open, certificate, newest, signer, profile, asked } = plan
  const key = await newKey(asked.keyType ?? open.stored.generation.keyType, authorities)
  const { generation, signingKey } = await openGeneration(
    key,
    {
      authority: authority.id,
      number: newest + 1,
      subject: certificate.subject,
      signatureAlgorithm: algorithmOfNewKey(plan, key.keyType),
      extensions: extensionsOf(plan, key, act),
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
  const { publicKey } = key
  const ask = askAgain(plan, { publicKey }, { generation: generation.id, certificate: authorities.newId() }, act)
  if (ask === undefined) {
    await store.addGeneration(generation, undefined, record)
    return { state: 'awaiting-certificate', csr: generation.csr }
  }
  const done = await certifyByParent(ask, act, authorities, (planned) =>
    store.addGeneration(generation, undefined, record, planned),
  )
  return done ? { state: 'renewed' } : { state: 'awaiting-certificate', csr: generation.csr }
}

/** What the CSR for this key asks for. */
function extensionsOf(plan: RenewalPlan, key: RequestedKey, act: Act): readonly Extension[] {
  const { kept, ...requested } = requestedAgain(plan)
  return [...requestedExtensions(requested, key, act.at), ...kept]
}

function renewRecord(act: Act, { id }: Authority, details: Readonly<Record<string, string>>) {
  return recordOf(act, { action: 'authority.renew', object: { type: 'authority', id }, details })
}
