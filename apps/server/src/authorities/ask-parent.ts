import { keyIdentifier } from '@chancery/keys'
import {
  encodeDraft,
  fillTemplate,
  type GrantId,
  grantToSystem,
  intermediateProfile,
  lintDraft,
  type RequestedValidity,
  type SubjectAttribute,
} from '@chancery/pki'
import { decodeCertificate, type PublicKey } from '@chancery/x509'
import { type Act, recordOf } from '../audit/audit-record.ts'
import { enrollSystem } from '../enrollment/enroll.ts'
import type { Generation } from '../issuers/authority.ts'
import type { Authorities } from './authorities.ts'
import type { AuthorityProfile } from './create-root.ts'

/** What a CA of the tenant is asked for: a certificate for a CA below it. */
export type ParentAsk = Parameters<typeof enrollSystem>[0]

/** `certificate`: the id that the certificate will have, so that what was interrupted is found again. */
export function askParent(
  { subject, validity, pathLength, ...profile }: AuthorityProfile & { readonly subject: readonly SubjectAttribute[] },
  {
    parent,
    publicKey,
    certificate,
  }: { readonly parent: string; readonly publicKey: PublicKey; readonly certificate: string },
  { actor }: Act,
): ParentAsk {
  const wished: { readonly validity?: RequestedValidity } = validity === undefined ? {} : { validity }
  return {
    request: { publicKey, subject, subjectAltNames: [], extensions: [], ...wished },
    evidence: { by: 'system', purpose: 'intermediate-ca', ...(actor.kind === 'account' && { account: actor.account }) },
    profile: intermediateProfile({ ...profile, ...(pathLength !== undefined && { pathLength }) }),
    authority: parent,
    grantId: certificate as GrantId,
  }
}

/** What the parent would refuse, it refuses now, before anything is stored. Throws `Refusal`. */
export async function rehearse(ask: ParentAsk, act: Act, { issuers, serialNumber }: Authorities): Promise<void> {
  const { issuer } = await issuers.active(ask.authority)
  const fill = { serialNumber: serialNumber(), keyIdentifier: keyIdentifier(ask.request.publicKey), now: act.at }
  lintDraft(encodeDraft(fillTemplate(grantToSystem({ ...ask, tenant: act.tenant }), issuer, fill)), issuer)
}

/** Lets the parent issue, and takes the certificate over. False when its key is away: the sweep takes it over later. */
export async function certifyByParent(
  ask: ParentAsk,
  generation: Pick<Generation, 'id' | 'authority'>,
  act: Act,
  authorities: Authorities,
): Promise<boolean> {
  const outcome = await enrollSystem(ask, act, authorities.door)
  if (outcome.state === 'pending') return false
  await takeOver(
    { certificate: outcome.certificate, issuedAs: outcome.id, parent: ask.authority, generation },
    act,
    authorities,
  )
  return true
}

/** Makes a certificate that a CA of the tenant issued the active one of its generation. */
export async function takeOver(
  issued: {
    readonly certificate: Uint8Array
    readonly issuedAs: string
    readonly parent: string
    readonly generation: Pick<Generation, 'id' | 'authority'>
  },
  act: Act,
  { store, issuers, makeServices, newId }: Authorities,
): Promise<void> {
  const { generation, certificate: der, issuedAs } = issued
  const { notBefore, notAfter } = decodeCertificate(der)
  const { issuer } = await issuers.active(issued.parent)
  await store.addCertificate(
    {
      id: newId(),
      generation: generation.id,
      der,
      notBefore,
      notAfter,
      active: true,
      issuedAs,
      chain: issuer.chain.map((above) => above.der),
    },
    recordOf(act, {
      action: 'authority.certify',
      object: { type: 'authority', id: generation.authority },
      details: { certificate: issuedAs, parent: issued.parent },
    }),
  )
  await makeServices(generation.id)
}
