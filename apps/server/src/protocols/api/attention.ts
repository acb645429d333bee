import { type AttentionItem, toTimestamp } from '@chancery/api'
import type { Template } from '@chancery/pki'
import type { AuthorityCertificate, Authority as StoredAuthority } from '../../issuers/authority.ts'
import type { ApiDomain } from './api-domain.ts'

type Finding = Omit<AttentionItem, 'authority' | 'name' | 'at'> & { readonly at?: number }

const MINUTE = 60_000
const DAY = 86_400_000
/** So long before a CA ends somebody has to think of its renewal. */
const CA_ENDS_SOON_MS = 90 * DAY
/** A CA that was just made has its CRL and its responder within moments. */
const SERVICES_WITHIN_MS = 10 * MINUTE

/** What is the matter with a CA, if anything is: its certificate, its CRL, its OCSP responder. */
export async function attentionOf(authority: StoredAuthority, domain: ApiDomain): Promise<readonly AttentionItem[]> {
  const findings = await findingsOf(authority, domain)
  return findings.map(({ at, ...finding }) => ({
    ...finding,
    authority: authority.id,
    name: authority.name,
    ...(at !== undefined && { at: toTimestamp(at) }),
  }))
}

async function findingsOf(authority: StoredAuthority, domain: ApiDomain): Promise<readonly Finding[]> {
  const { stores, now } = domain
  if (authority.status === 'deleted') return []
  const generations = await stores.authorities.generations(authority.id)
  const answering = generations.filter(({ certificates }) => certificates.some(({ notAfter }) => notAfter > now()))
  const services = await Promise.all(answering.map(({ id, createdAt }) => servicesOf(id, createdAt, domain)))
  if (authority.status === 'archived') return services.flat()
  const issuing = generations.find(({ status }) => status === 'active')
  const active = issuing?.certificates.find((certificate) => certificate.active)
  if (active === undefined) return [AWAITING]
  const { items: templates } = await stores.templates.list({ authority: authority.id }, { limit: 200 })
  return [...endOf(active, templates, now()), ...services.flat()]
}

const AWAITING: Finding = {
  kind: 'awaiting-certificate',
  severity: 'warning',
  detail: 'It waits for its certificate: have its CSR signed, and import the answer.',
}

function endOf({ notAfter }: AuthorityCertificate, templates: readonly Template[], now: number): readonly Finding[] {
  if (notAfter < now) {
    return [{ kind: 'ca-ended', severity: 'error', detail: 'Its certificate has expired: renew it.', at: notAfter }]
  }
  if (notAfter - now < CA_ENDS_SOON_MS) {
    return [{ kind: 'ca-ends', severity: 'warning', detail: 'Its certificate ends soon: renew it.', at: notAfter }]
  }
  const cut = templates.filter(({ enabled, profile }) => enabled && lengthOf(profile.validity.default) > notAfter - now)
  if (cut.length === 0) return []
  const names = cut.length === 1 ? `"${cut[0]?.name}"` : `${cut.length} of its templates`
  const detail = `It ends before certificates from ${names} would: these are cut short. Renew it.`
  return [{ kind: 'cuts-short', severity: 'warning', detail, at: notAfter }]
}

function lengthOf(validity: Template['profile']['validity']['default']): number {
  return 'days' in validity ? validity.days * DAY : (validity.hours * DAY) / 24
}

async function servicesOf(
  generation: string,
  since: number,
  { stores, crls, now }: ApiDomain,
): Promise<readonly Finding[]> {
  const crl = await crls.latest({ generation, partition: 0, delta: false })
  const responder = await stores.serviceCertificates.current(generation, 'ocsp-responder')
  const isNew = now() - since < SERVICES_WITHIN_MS
  const findings: Finding[] = []
  if (crl === undefined && !isNew) {
    findings.push({ kind: 'crl-missing', severity: 'error', detail: 'It has no CRL: its key could not be reached.' })
  }
  if (crl !== undefined && now() > crl.nextUpdate) {
    const detail = 'Its CRL is out of date, so its certificates are refused: its key could not be reached.'
    findings.push({ kind: 'crl-overdue', severity: 'error', detail, at: crl.nextUpdate })
  }
  if (responder === undefined && !isNew) {
    const detail = 'It has no OCSP responder: its key could not be reached.'
    findings.push({ kind: 'responder-missing', severity: 'error', detail })
  }
  if (responder !== undefined && (responder.revoked || now() > responder.notAfter)) {
    const detail = responder.revoked
      ? 'The certificate of its OCSP responder was revoked: a new one is made as soon as its key can be reached.'
      : 'The certificate of its OCSP responder has expired: its key could not be reached.'
    findings.push({ kind: 'responder-overdue', severity: 'error', detail, at: responder.notAfter })
  }
  return findings
}
