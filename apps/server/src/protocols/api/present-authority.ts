import { hash } from 'node:crypto'
import { type Authority as AuthorityBody, type AuthoritySummary, toTimestamp } from '@chancery/api'
import { decodeCertificate, nameToString, serialToHex } from '@chancery/x509'
import type { Principal } from '../../accounts/roles.ts'
import type { Authority, AuthorityCertificate, Generation } from '../../issuers/authority.ts'
import type { ApiDomain } from './api-domain.ts'

type GenerationBody = AuthorityBody['generations'][number]

/** A CA as lists show it. Who is bound to it does not learn the id of the CA above. */
export function presentAuthoritySummary(
  { id, publicId, name, status, parent, createdAt }: Authority,
  principal: Principal,
): AuthoritySummary {
  return {
    id,
    publicId,
    name,
    status,
    ...(parent !== undefined && principal.authority === undefined && { parent }),
    createdAt: toTimestamp(createdAt),
  }
}

/** A CA with its keys, certificates, and how its services stand. */
export async function presentAuthority(
  authority: Authority,
  principal: Principal,
  domain: ApiDomain,
): Promise<AuthorityBody> {
  const generations = await domain.stores.authorities.generations(authority.id)
  return {
    ...presentAuthoritySummary(authority, principal),
    cps: authority.cps,
    settings: authority.settings,
    generations: await Promise.all(generations.map((generation) => presentGeneration(generation, principal, domain))),
  }
}

async function presentGeneration(
  generation: Generation & { readonly certificates: readonly AuthorityCertificate[] },
  principal: Principal,
  domain: ApiDomain,
): Promise<GenerationBody> {
  const { id, publicId, number, status, keyType, keyOrigin, historyKnown, createdAt, certificates } = generation
  return {
    id,
    publicId,
    number,
    status,
    keyType,
    keyOrigin,
    historyKnown,
    createdAt: toTimestamp(createdAt),
    certificates: certificates.map((certificate) => presentCaCertificate(certificate, principal)),
    services: await presentServices(id, domain),
  }
}

function presentCaCertificate(
  { id, active, der, notBefore, notAfter, issuedAs }: AuthorityCertificate,
  principal: Principal,
): GenerationBody['certificates'][number] {
  const { subject, issuer, serialNumber } = decodeCertificate(der)
  return {
    id,
    active,
    subject: nameToString(subject),
    issuer: nameToString(issuer),
    serialNumber: serialToHex(serialNumber),
    notBefore: toTimestamp(notBefore),
    notAfter: toTimestamp(notAfter),
    fingerprint: hash('sha256', der, 'hex'),
    ...(issuedAs !== undefined && principal.authority === undefined && { issuedAs }),
  }
}

async function presentServices(
  generation: string,
  { crls, stores, now }: ApiDomain,
): Promise<GenerationBody['services']> {
  const crl = await crls.latest({ generation, partition: 0, delta: false })
  const responder = await stores.serviceCertificates.current(generation, 'ocsp-responder')
  return {
    ...(crl !== undefined && {
      crl: {
        number: crl.number,
        thisUpdate: toTimestamp(crl.thisUpdate),
        nextUpdate: toTimestamp(crl.nextUpdate),
        entries: crl.entries,
        overdue: now() > crl.nextUpdate,
      },
    }),
    ...(responder !== undefined && {
      ocspResponder: {
        certificate: responder.certificate,
        notAfter: toTimestamp(responder.notAfter),
        overdue: responder.revoked || now() > responder.notAfter,
      },
    }),
  }
}
