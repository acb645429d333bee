import { hash } from 'node:crypto'
import { type CertificateRequest, type Overrides, Refusal, type RenewalRules, type Template } from '@chancery/pki'
import {
  attributeTypeName,
  type Certificate,
  findExtension,
  type GeneralName,
  generalNameToString,
  SubjectAltName,
} from '@chancery/x509'
import type { Act } from '../audit/audit-record.ts'
import type { CertificateRegister, RegisteredCertificate } from '../certificates/certificate-register.ts'
import type { Outcome } from '../issuance/issue-certificate.ts'
import type { TemplateStore } from '../templates/template-store.ts'
import { type Door, enroll } from './enroll.ts'
import { outcomeOf } from './outcome-of.ts'
import { sanTexts } from './san-texts.ts'

const DAY = 86_400_000

/** What renewing needs of a tenant. */
export interface RenewalDesk {
  readonly door: Door & { readonly templates: TemplateStore }
  readonly certificates: Pick<CertificateRegister, 'list'>
}

/** The holder of a certificate wants the next one; that they have its key was checked. */
export interface Renewal {
  readonly authority: string
  readonly old: Certificate
  readonly request: CertificateRequest & { readonly csr: Uint8Array }
}

/**
 * Renews a certificate by its template's rules: once in its life, for one CSR, whose repetition gets the same answer. What asks for other
 * names than the old one has goes to the pending requests. Throws `Refusal` 'forbidden' for a certificate that renews nothing (revoked,
 * held, expired, foreign), 'not-permitted' where the template lets none renew or the time has not come, 'conflict' when it was renewed.
 */
export async function renew({ authority, old, request }: Renewal, act: Act, desk: RenewalDesk): Promise<Outcome> {
  const fingerprint = Uint8Array.from(hash('sha256', old.der, 'buffer'))
  const found = await desk.certificates.list({ authority, fingerprint }, act.at, { limit: 1 })
  const [registered] = found.items
  const csr = hash('sha256', request.csr, 'hex')
  const alive = checkAlive(registered, act.at)
  const earlier = await desk.door.requests.renewalOf(alive.id)
  if (earlier !== undefined) return repeated(earlier, csr, desk)

  const { template, rules } = await rulesFor(alive, desk)
  checkWindow(alive, rules, act.at)
  const names = namesOf(old)
  const wishes: Overrides = rules.copyNames ? names : {}
  const isMore = !rules.copyNames && asksForMore(request, old)
  const waiting = isMore ? await waitingFor(alive.id, template.id, desk) : undefined
  if (waiting !== undefined) return waiting
  const by = { by: 'renewal', certificate: alive.id, csr, supersedes: rules.revokeOld } as const
  const evidence = isMore ? { ...by, request: desk.door.newId() } : by
  // Only names and key are taken of it: what else it asks for nobody has looked at.
  const asked = { ...request, extensions: [] }
  try {
    return await enroll({ request: asked, wishes, evidence, template }, act, desk.door)
  } catch (error) {
    // Of two calls at once one renews, and the other has its answer.
    const meanwhile = error instanceof Refusal ? await desk.door.requests.renewalOf(alive.id) : undefined
    if (meanwhile === undefined) throw error
    return repeated(meanwhile, csr, desk)
  }
}

/** A renewal that waits for somebody's yes: one certificate has one at a time. */
async function waitingFor(certificate: string, template: string, { door }: RenewalDesk): Promise<Outcome | undefined> {
  const { items } = await door.requests.list({ template, status: 'pending' }, { limit: MOST_LOOKED_AT })
  const waiting = items.find(({ evidence }) => evidence.by === 'renewal' && evidence.certificate === certificate)
  return waiting && { state: 'pending', id: waiting.id, waitsFor: 'approval' }
}
const MOST_LOOKED_AT = 200

function checkAlive(registered: RegisteredCertificate | undefined, now: number): RegisteredCertificate {
  if (registered === undefined) throw forbidden('is none of this certificate authority')
  if (registered.revocation !== undefined) throw forbidden('was revoked, or is on hold')
  if (registered.notAfter < now) throw forbidden('has expired')
  if (registered.notBefore > now) throw forbidden('is not valid yet')
  return registered
}

async function rulesFor(
  { template: id }: RegisteredCertificate,
  { door }: RenewalDesk,
): Promise<{ readonly template: Template; readonly rules: RenewalRules }> {
  const template = id === undefined ? undefined : await door.templates.find(id)
  const rules = template?.enrollment.renewal
  if (template !== undefined && rules !== undefined) return { template, rules }
  throw new Refusal(
    'not-permitted',
    'Certificates of this template are not renewed by their holders: ask for a new one.',
  )
}

function checkWindow({ notAfter }: RegisteredCertificate, { withinDays }: RenewalRules, now: number): void {
  const from = notAfter - withinDays * DAY
  if (now >= from) return
  const day = new Date(from).toISOString().slice(0, 10)
  throw new Refusal('not-permitted', `It is too early: this certificate is renewed from ${day} on.`)
}

async function repeated(
  earlier: { readonly next: string; readonly csr: string },
  csr: string,
  { door }: RenewalDesk,
): Promise<Outcome> {
  if (earlier.csr === csr) return outcomeOf(earlier.next, door.issuance.ledger)
  throw new Refusal('conflict', 'This certificate was renewed already, for another CSR. Renew the newer one.')
}

function namesOf(old: Certificate): Overrides {
  const subject = old.subject.rdns.flat().map(({ type, value }) => ({ type: attributeTypeName(type), value }))
  return { subject, subjectAltNames: sanTexts(findExtension(old.extensions, SubjectAltName) ?? []) }
}

/** Names may be dropped; one that the old certificate does not have is another certificate. */
function asksForMore({ subject, subjectAltNames }: CertificateRequest, old: Certificate): boolean {
  const had = new Set(old.subject.rdns.flat().map(({ type, value }) => `${attributeTypeName(type)}=${value}`))
  const named = new Set((findExtension(old.extensions, SubjectAltName) ?? []).map(nameKey))
  return (
    subject.some(({ type, value }) => !had.has(`${type}=${value}`)) ||
    subjectAltNames.some((name) => !named.has(nameKey(name)))
  )
}

function nameKey(name: GeneralName): string {
  return `${name.type}:${generalNameToString(name).toLowerCase()}`
}

function forbidden(why: string): Refusal {
  return new Refusal('forbidden', `This certificate ${why}: it renews nothing.`)
}
