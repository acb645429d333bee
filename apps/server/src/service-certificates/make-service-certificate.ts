import { generateKey, type KeyPool, KeyUnavailable, type Sealer } from '@chancery/keys'
import type { CertificateRequest, GrantId, Profile } from '@chancery/pki'
import { decodeCertificate, type KeyType } from '@chancery/x509'
import { type Act, recordOf } from '../audit/audit-record.ts'
import { type Door, enrollSystem } from '../enrollment/enroll.ts'
import type { OpenIssuer } from '../issuers/issuers.ts'
import type { ServiceCertificate, ServiceCertificateStore, ServicePurpose } from './service-certificate-store.ts'

/** What the services of CAs need of the world, for one tenant. */
export interface Services {
  readonly tenant: string
  readonly store: ServiceCertificateStore
  readonly door: Pick<Door, 'issuance'>
  readonly sealer: Sealer
  readonly pool: KeyPool
  readonly newId: () => string
  readonly now: () => number
}

/** What a service's certificate is to say. */
export interface ServiceAsk {
  readonly purpose: ServicePurpose
  readonly keyType: KeyType
  readonly profile: Profile
  readonly request: Pick<CertificateRequest, 'subject' | 'exactSubject' | 'subjectAltNames'>
}

/**
 * Makes a key for a service of a generation, has it certified by that generation through the ordinary path, and keeps both, the key
 * sealed. Throws `Refusal` when the CA issues nothing, `KeyUnavailable` when its key is away.
 */
export async function makeServiceCertificate(
  { stored }: OpenIssuer,
  { purpose, keyType, profile, request }: ServiceAsk,
  { tenant, store, door, sealer, pool, newId, now }: Services,
): Promise<ServiceCertificate> {
  const { authority, generation } = stored
  const id = newId()
  const { pkcs8, publicKey } = await generateKey(keyType, pool.for(tenant))
  const sealedKey = sealer.seal(pkcs8, { tenant, purpose, id })
  pkcs8.fill(0)

  const act: Act = { tenant, actor: { kind: 'system' }, at: now() }
  const outcome = await enrollSystem(
    {
      request: { publicKey, ...request, extensions: [] },
      evidence: { by: 'system', purpose, generation: generation.id },
      profile,
      authority: authority.id,
      grantId: newId() as GrantId,
    },
    act,
    door,
  )
  if (outcome.state === 'pending') {
    await giveUp(outcome.id as GrantId, act, door)
    throw new KeyUnavailable('the CA cannot sign the certificate of its service now')
  }

  const { notBefore, notAfter } = decodeCertificate(outcome.certificate)
  const made = {
    id,
    tenant,
    authority: authority.id,
    generation: generation.id,
    purpose,
    certificate: outcome.id,
    der: outcome.certificate,
    sealedKey,
    notBefore,
    notAfter,
  }
  await store.add(
    made,
    recordOf(act, {
      action: 'service-certificate.make',
      object: { type: 'service-certificate', id },
      details: { purpose, certificate: outcome.id },
    }),
  )
  return { ...made, revoked: false }
}

/** Its key is kept nowhere yet: the certificate would be of no use to anybody when the CA's key is back. */
async function giveUp(id: GrantId, act: Act, { issuance }: Services['door']): Promise<void> {
  const reason = 'The key of the CA was away; the service asks again with another key.'
  const object = { type: 'certificate', id }
  await issuance.ledger.abandon(
    id,
    reason,
    recordOf(act, { action: 'certificate.abandon', object, details: { reason } }),
  )
}
