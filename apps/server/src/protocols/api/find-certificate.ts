import { Refusal } from '@chancery/pki'
import type { RegisteredCertificate } from '../../certificates/certificate-register.ts'
import { authorityOfIntent } from '../../enrollment/outcome-of.ts'
import type { ApiDomain } from './api-domain.ts'

/** Whose CA's a certificate is, or will be. */
export const OF_CERTIFICATE = {
  authorityOf: async ({ domain, params }: { readonly domain: ApiDomain; readonly params: { readonly id: string } }) =>
    (await domain.stores.certificates.find(params.id))?.authority ??
    (await authorityOfIntent(params.id, domain.door.issuance.ledger)),
}

/** A certificate of the tenant. Throws `Refusal` 'not-found'. */
export async function findCertificate(id: string, { stores }: ApiDomain): Promise<RegisteredCertificate> {
  const certificate = await stores.certificates.find(id)
  if (certificate === undefined) throw new Refusal('not-found', 'There is no such certificate.')
  return certificate
}
