import { digest, openManagedKey } from '@chancery/keys'
import { type CertificateRequest, OCSP_RESPONDER_PROFILE, Refusal } from '@chancery/pki'
import {
  type Certificate,
  decodeCertificate,
  findExtension,
  type KeyType,
  keyTypeOf,
  makeName,
  type Name,
  NameConstraints,
  type SignatureAlgorithm,
  signatureAlgorithmsFor,
} from '@chancery/x509'
import type { OpenIssuer } from '../issuers/issuers.ts'
import type { OcspResponder } from '../revocation/ocsp-responder.ts'
import { makeServiceCertificate, type Services } from './make-service-certificate.ts'
import type { ServiceCertificate } from './service-certificate-store.ts'

const PURPOSE = 'ocsp-responder' as const
const DAY = 86_400_000
/** The responder's certificate lives for 90 days and is renewed from day 30 on. */
const RENEWED_AFTER_MS = 30 * DAY

/** What responders need of the world, for one tenant. */
export type Responders = Services

/** Whether a responder must have a new certificate before it signs again. `lastsUntil`: the end of its CA, which no new one outlives. */
function isSpent({ notAfter, revoked }: ServiceCertificate, lastsUntil: number, now: number): boolean {
  return revoked || now > notAfter || (now >= notAfter - DAY && notAfter < lastsUntil)
}

/** Whether it is time to renew, while the old one goes on answering. */
export function isDue(certificate: ServiceCertificate, lastsUntil: number, now: number): boolean {
  const { notBefore, notAfter } = certificate
  return isSpent(certificate, lastsUntil, now) || (now >= notBefore + RENEWED_AFTER_MS && notAfter < lastsUntil)
}

/** Until when a generation's services can be certified. Throws `Refusal` 'issuer-inactive' when it cannot certify them any more. */
export function servicesLastUntil({ issuer, stored }: OpenIssuer, now: number): number {
  const { name } = stored.authority
  if (issuer === undefined)
    throw new Refusal('issuer-inactive', `The CA "${name}" has no services: it awaits its certificate.`)
  if (now > issuer.certificate.notAfter)
    throw new Refusal('issuer-inactive', `The CA "${name}" has no services any more: its certificate has expired.`)
  return issuer.certificate.notAfter
}

/** The responder of a generation, opened; a new one when there is none that may sign. */
export async function responderOf(open: OpenIssuer, responders: Responders): Promise<OcspResponder> {
  const current = await responders.store.current(open.stored.generation.id, PURPOSE)
  const now = responders.now()
  const usable =
    current !== undefined && !isSpent(current, servicesLastUntil(open, now), now)
      ? current
      : await makeResponder(open, responders)
  return openResponder(usable, open, responders)
}

/**
 * Issues a responder certificate through the ordinary path, by the CA that it answers for, and keeps it with its sealed key. Throws
 * `Refusal` when the CA issues nothing, `KeyUnavailable` when its key is away.
 */
export async function makeResponder(open: OpenIssuer, responders: Responders): Promise<ServiceCertificate> {
  // Asked before a key is made, which may take seconds.
  servicesLastUntil(open, responders.now())
  const request = { ...responderName(open), subjectAltNames: [] }
  const ask = { purpose: PURPOSE, keyType: serviceKeyType(open), profile: OCSP_RESPONDER_PROFILE, request }
  return makeServiceCertificate(open, ask, responders)
}

/**
 * A responder is named after its CA, within the bound of a common name (RFC 5280 Appendix A.1), and where the CA may
 * name (RFC 5280 §4.2.1.10): among the names that it permits, else beside itself.
 */
function responderName({ issuer, stored }: OpenIssuer): Pick<CertificateRequest, 'subject' | 'exactSubject'> {
  const value = `${[...stored.authority.name].slice(0, 49).join('').trimEnd()} OCSP Responder`
  const beside = issuer?.subject.rdns.filter((rdn) => !rdn.some(({ type }) => type === COMMON_NAME))
  const above = permittedName(issuer?.certificate)?.rdns ?? beside ?? []
  const exactSubject = makeName([...above, [{ type: COMMON_NAME, value }]])
  return { subject: [{ type: 'commonName', value }], exactSubject }
}
const COMMON_NAME = '2.5.4.3'

function permittedName(certificate: Certificate | undefined): Name | undefined {
  const { permitted } = findExtension(certificate?.extensions ?? [], NameConstraints) ?? {}
  return permitted?.map(({ base }) => base).find((base) => base.type === 'directoryName')?.value
}

/** Of the CA's own type, unless its settings say otherwise; SLH-DSA is too slow to answer by. */
function serviceKeyType({ stored }: OpenIssuer): KeyType {
  const { keyType } = stored.generation
  return (
    stored.authority.settings.serviceCertificates.keyType ?? (keyType.startsWith('slh-dsa-') ? 'ml-dsa-65' : keyType)
  )
}

/** The algorithm that the settings name, where the key has it; else the key's default. */
function serviceAlgorithm(keyType: KeyType, chosen: SignatureAlgorithm | undefined): SignatureAlgorithm {
  const fitting = signatureAlgorithmsFor(keyType)
  const [first] = fitting
  if (first === undefined) throw new TypeError(`no signature algorithm for ${keyType}`)
  return chosen !== undefined && fitting.includes(chosen) ? chosen : first
}

function openResponder(
  current: ServiceCertificate,
  open: OpenIssuer,
  { tenant, sealer, pool }: Responders,
): OcspResponder {
  const { publicKey, notAfter } = decodeCertificate(current.der)
  const keyType = keyTypeOf(publicKey) ?? open.stored.generation.keyType
  const algorithm = serviceAlgorithm(keyType, open.stored.authority.settings.serviceCertificates.signatureAlgorithm)
  const pkcs8 = sealer.open(current.sealedKey, { tenant, purpose: PURPOSE, id: current.id })
  const key = openManagedKey(pkcs8, algorithm, pool.for(tenant))
  return {
    certificate: current.der,
    keyHash: digest('sha1', publicKey.key),
    notAfter,
    algorithm,
    sign: (message) => key.sign(message, 'ocsp-response'),
  }
}
