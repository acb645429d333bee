import {
  type CertificateRequest,
  type GrantId,
  intermediateProfile,
  type RequestedValidity,
  type SubjectAttribute,
  type SystemPurpose,
} from '@chancery/pki'
import { decodeCertificate, type PublicKey } from '@chancery/x509'
import { type Act, continued, recordOf } from '../audit/audit-record.ts'
import { enrollSystem } from '../enrollment/enroll.ts'
import type { Authorities } from './authorities.ts'
import type { PlannedIssuance } from './authority-store.ts'
import type { AuthorityProfile } from './create-root.ts'

/** What a CA of the tenant is asked for: a certificate for a generation of a CA below it. */
type ParentAsk = Parameters<typeof enrollSystem>[0]

const PURPOSE: SystemPurpose = 'intermediate-ca'

/** The question to a parent. `certificate`: the id that the certificate will have. A CA that is renewed keeps its name, and with its key the identifier of that. */
export function askParent(
  { subject, validity, pathLength, ...profile }: AuthorityProfile & { readonly subject: readonly SubjectAttribute[] },
  {
    parent,
    generation,
    publicKey,
    certificate,
    ...renewed
  }: {
    readonly parent: string
    readonly generation: string
    readonly publicKey: PublicKey
    readonly certificate: string
  } & Pick<CertificateRequest, 'exactSubject' | 'keyIdentifier'>,
  { actor }: Act,
): ParentAsk {
  const wished: { readonly validity?: RequestedValidity } = validity === undefined ? {} : { validity }
  const account = actor.kind === 'account' && { account: actor.account }
  return {
    request: {
      publicKey,
      subject,
      ...renewed,
      subjectAltNames: [],
      extensions: [],
      ...wished,
    },
    evidence: { by: 'system', purpose: PURPOSE, generation, ...account },
    profile: intermediateProfile({ ...profile, ...(pathLength !== undefined && { pathLength }) }),
    authority: parent,
    grantId: certificate as GrantId,
  }
}

/**
 * Lets the parent issue, and takes the certificate over. `store` writes what the certificate is for in the transaction that records
 * the parent's intent: what the parent refuses leaves nothing, and what is interrupted afterwards is completed by the sweeps. False
 * when the parent's key is away: so is that.
 */
export async function certifyByParent(
  ask: ParentAsk,
  act: Act,
  authorities: Authorities,
  store?: (planned: PlannedIssuance) => Promise<void>,
): Promise<boolean> {
  const { issuance } = authorities.door
  const outcome = await (store === undefined
    ? enrollSystem(ask, act, { issuance })
    : enrollSystem(ask, continued(act), {
        issuance: { ...issuance, ledger: { ...issuance.ledger, recordIntent: (...planned) => store(planned) } },
      }))
  if (outcome.state === 'pending') return false
  await takeOver(outcome.id, continued(act), authorities)
  return true
}

/**
 * Makes a certificate that a CA of the tenant issued by one click the active one of the generation that it is for. May be done any
 * number of times. Throws `Refusal` 'conflict' when that CA was archived or deleted meanwhile.
 */
export async function takeOver(certificate: string, act: Act, authorities: Authorities): Promise<void> {
  const { store, issuers, certificates, makeServices } = authorities
  const issued = await certificates.find(certificate)
  const { evidence } = issued ?? {}
  if (issued?.der === undefined || evidence?.by !== 'system' || evidence.generation === undefined) return

  const { generation } = evidence
  const { stored } = await issuers.generation(generation)
  if (stored.certificates.some(({ id }) => id === issued.id)) return
  const { notBefore, notAfter } = decodeCertificate(issued.der)
  // By whose key it is signed, in whatever state that is now: the parent may have been renewed or archived since.
  const signer = await issuers.generation(issued.generation)
  const above = signer.issuer?.chain ?? []
  await store.addCertificate(
    {
      id: issued.id,
      generation,
      der: issued.der,
      notBefore,
      notAfter,
      active: true,
      issuedAs: issued.id,
      chain: above.map(({ der }) => der),
    },
    recordOf(act, {
      action: 'authority.certify',
      object: { type: 'authority', id: stored.authority.id },
      details: { certificate: issued.id, parent: issued.authority },
    }),
  )
  await makeServices(generation)
}
