import { type IssuedCertificate, type PendingCertificate, toTimestamp } from '@chancery/api'
import { Refusal } from '@chancery/pki'
import { encodePem } from '@chancery/x509'
import type { RegisteredCertificate } from '../../certificates/certificate-register.ts'
import { outcomeOf } from '../../enrollment/outcome-of.ts'
import type { ApiDomain } from './api-domain.ts'
import { type Chain, pemText } from './downloads.ts'
import { derOf } from './present-certificate.ts'

/** The answer of routes that issue: 201 with the certificate, or 202 while the key of the CA cannot be reached. */
export type IssuedAnswer =
  | { readonly status: 201; readonly body: IssuedCertificate; readonly location: string }
  | { readonly status: 202; readonly body: PendingCertificate; readonly location: string }

/**
 * What an issuance has led to so far, by the id that its certificate has or will have: told after the first call and after each
 * repetition of it. Throws `Refusal` 'not-found', 'gone'.
 */
export async function issuedAnswer(id: string, domain: ApiDomain): Promise<IssuedAnswer> {
  const location = `/api/v1/certificates/${id}`
  const registered = await domain.stores.certificates.find(id)
  if (registered !== undefined) return { status: 201, location, body: await presentIssued(registered, domain) }
  const outcome = await outcomeOf(id, domain.door.issuance.ledger)
  if (outcome.state === 'pending') return { ...pendingAnswer(id), location }
  throw new Refusal('conflict', 'The certificate has just been issued. Ask again.')
}

/** The answer while a certificate waits for its signature. */
export function pendingAnswer(id: string): { readonly status: 202; readonly body: PendingCertificate } {
  return { status: 202, body: { id, state: 'pending', waitsFor: 'key' } }
}

/** A certificate (DER) and those above it, nearest first, as far as they are known. */
export async function chainOf(registered: RegisteredCertificate, { issuers }: ApiDomain): Promise<Chain> {
  const { issuer } = await issuers.generation(registered.generation)
  return [derOf(registered), ...(issuer?.chain ?? []).map(({ der }) => der)]
}

async function presentIssued(registered: RegisteredCertificate, domain: ApiDomain): Promise<IssuedCertificate> {
  const { id, authority, template, request, serialNumber, subject, fingerprint } = registered
  const [own, ...above] = await chainOf(registered, domain)
  return {
    id,
    state: 'issued',
    authority,
    ...(template !== undefined && { template }),
    ...(request !== undefined && { request }),
    serialNumber,
    subject,
    notBefore: toTimestamp(registered.notBefore),
    notAfter: toTimestamp(registered.notAfter),
    fingerprint: fingerprint?.toHex() ?? '',
    certificate: encodePem('CERTIFICATE', own),
    chain: pemText(above),
  }
}
