import { hash } from 'node:crypto'
import { type Authority as AuthorityBody, type AuthoritySummary, toTimestamp } from '@chancery/api'
import { decodeCertificate, nameToString, serialToHex } from '@chancery/x509'
import { type Principal, roleFor } from '../../accounts/roles.ts'
import type { Authority, AuthorityCertificate, Generation } from '../../issuers/authority.ts'
import { usualAlgorithm } from '../../issuers/usual-algorithm.ts'
import type { ApiDomain } from './api-domain.ts'

type GenerationBody = AuthorityBody['generations'][number]

/** A CA as lists show it. Who has no role for the CA above does not learn its id. */
export function presentAuthoritySummary(
  { id, publicId, name, status, parent, createdAt }: Authority,
  principal: Principal,
): AuthoritySummary {
  return {
    id,
    publicId,
    name,
    status,
    ...(parent !== undefined && roleFor(principal, parent) !== undefined && { parent }),
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
  const seesAbove = roleFor(principal, authority.parent) !== undefined
  return {
    ...presentAuthoritySummary(authority, principal),
    cps: authority.cps,
    revision: authority.revision,
    settings: authority.settings,
    generations: await Promise.all(generations.map((generation) => presentGeneration(generation, seesAbove, domain))),
  }
}

async function presentGeneration(
  generation: Generation & { readonly certificates: readonly AuthorityCertificate[] },
  seesAbove: boolean,
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
    signatureAlgorithm: usualAlgorithm(generation),
    historyKnown,
    createdAt: toTimestamp(createdAt),
    certificates: certificates.map((certificate) => presentCaCertificate(certificate, seesAbove)),
    services: await presentServices(id, domain),
  }
}

function presentCaCertificate(
  { id, active, der, notBefore, notAfter, issuedAs }: AuthorityCertificate,
  seesAbove: boolean,
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
    ...(issuedAs !== undefined && seesAbove && { issuedAs }),
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
