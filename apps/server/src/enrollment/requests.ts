import {
  type Approval,
  approve,
  type CertificateRequest,
  type GrantId,
  type Overrides,
  Refusal,
  type Template,
} from '@chancery/pki'
import { decodeCertificationRequest, nameToString } from '@chancery/x509'
import { type Act, recordOf } from '../audit/audit-record.ts'
import { issueCertificate, type Outcome } from '../issuance/issue-certificate.ts'
import { observed } from '../issuance/observed.ts'
import type { OutgoingMail } from '../mail/mail-store.ts'
import type { TemplateStore } from '../templates/template-store.ts'
import type { Ask, Door } from './enroll.ts'
import { rereadCsr } from './read-csr.ts'
import type { RequestDesk } from './request-desk.ts'
import { declinedLetter } from './request-letters.ts'
import type { EnrollmentRequest, ParkedEvidence } from './request-store.ts'
import { sanTexts } from './san-texts.ts'

/** Leaves a request for a person to decide. */
export async function park(
  { request, wishes = {}, evidence, template, from }: Ask,
  act: Act,
  { requests }: Door,
): Promise<Outcome> {
  if (!isParked(evidence) || request.csr === undefined) throw new TypeError('only a CSR waits for approval')
  const parked: EnrollmentRequest = {
    id: evidence.request,
    authority: template.authority,
    template: template.id,
    templateRevision: template.revision,
    status: from === undefined ? 'pending' : 'unconfirmed',
    csr: request.csr,
    subject: nameToString(decodeCertificationRequest(request.csr).subject),
    subjectAltNames: sanTexts(request.subjectAltNames),
    overrides: wishes,
    evidence,
    ...(from !== undefined && { email: from.email }),
    createdAt: act.at,
  }
  const details = { subject: parked.subject, template: template.id }
  await requests.create(
    parked,
    recordOf(act, { action: 'request.submit', object: { type: 'request', id: parked.id }, details }),
    from?.send(parked),
  )
  return { state: 'pending', id: parked.id, waitsFor: 'approval' }
}

function isParked(evidence: Ask['evidence']): evidence is ParkedEvidence {
  switch (evidence.by) {
    case 'submitted-csr':
    case 'web-form':
      return true
    case 'renewal':
      return evidence.request !== undefined
    default:
      return false
  }
}

/** An approver's yes. */
export interface SignRequest {
  readonly request: EnrollmentRequest
  readonly approval: Approval
  /** In place of what was requested; each part that is absent leaves what the requester wished. */
  readonly overrides?: Overrides
  /** The revision of the template that the approver saw, if that is to be judged and no other. */
  readonly templateRevision?: number
  readonly mayUsePrivileged: boolean
}

/**
 * Signs a pending request. Template, rules and issuer are judged as they are now. Throws `Refusal` 'conflict' when it was decided
 * already (also by somebody else at the same moment) or the template is not the one that the approver saw, and all that policy and lints refuse; then the request stays pending.
 */
export function signRequest(
  yes: SignRequest,
  act: Act,
  door: Door & { readonly templates: TemplateStore },
): Promise<Outcome> {
  return observed(door.issuance, evidenceName(yes.request), () => sign(yes, act, door))
}

async function sign(
  { request, approval, overrides, templateRevision, mayUsePrivileged }: SignRequest,
  act: Act,
  door: Door & { readonly templates: TemplateStore },
): Promise<Outcome> {
  if (request.status !== 'pending') throw alreadyDecided(request)
  const { evidence } = request
  if (evidence.by === 'pre-approved' || request.csr === undefined) {
    throw new Refusal('conflict', 'This request has no key yet: approve it, and its certificate is claimed.')
  }
  const template = await templateOf(request, door.templates)
  if (templateRevision !== undefined && templateRevision !== template.revision) {
    throw new Refusal('conflict', 'The template was changed meanwhile. Look at the request again.')
  }
  const grant = approve({
    request: rereadCsr(request.csr),
    evidence,
    template,
    tenant: act.tenant,
    grantId: door.newId() as GrantId,
    mayUsePrivileged,
    now: act.at,
    approval,
    wishes: request.overrides,
    ...(overrides !== undefined && { overrides }),
  })
  return issueCertificate(grant, act, door.issuance)
}

/** What the metrics call its evidence. */
function evidenceName({ evidence }: EnrollmentRequest) {
  return evidence.by === 'pre-approved' ? 'claim' : evidence.by
}

/** Declines a pending or approved request, with a reason for who asked: by mail, if there is an address. Throws `Refusal` 'not-found', 'conflict'. */
export async function declineRequest(
  id: string,
  note: string | undefined,
  act: Act,
  { door, mail: desk, namesOf }: Pick<RequestDesk, 'door' | 'mail' | 'namesOf'>,
): Promise<EnrollmentRequest> {
  const by = act.actor.kind === 'account' ? act.actor.account : act.actor.kind
  const record = recordOf(act, {
    action: 'request.decline',
    object: { type: 'request', id },
    details: { note: note ?? null },
  })
  const request = await door.requests.find(id)
  if (request === undefined) throw new Refusal('not-found', 'There is no such request.')
  const { email: to } = request
  const mail = to === undefined ? undefined : await declinedMail(request, to, note, act, { door, mail: desk, namesOf })
  const decision = { by, at: act.at, ...(note !== undefined && { note }) }
  const declined = await door.requests.decline(id, decision, record, mail)
  if (declined === undefined) throw new Refusal('not-found', 'There is no such request.')
  return declined
}

/** How long it is worth saying. */
const NOTICE_MS = 7 * 86_400_000

async function declinedMail(
  request: EnrollmentRequest,
  to: string,
  note: string | undefined,
  { tenant, at }: Act,
  { door, mail, namesOf }: Pick<RequestDesk, 'door' | 'mail' | 'namesOf'>,
): Promise<OutgoingMail> {
  const template = await door.templates.find(request.template)
  const letter = declinedLetter(request, await namesOf({ name: template?.name ?? '' }), note)
  const times = { at, expiresAt: at + NOTICE_MS }
  return mail.write({ tenant, kind: 'request-declined', to, about: request.id, letter, ...times })
}

/** The request as it came, without the approver's overrides; nothing for a form. Its signature was checked when it was parked. */
export function requested({ csr }: EnrollmentRequest): CertificateRequest | undefined {
  return csr && rereadCsr(csr)
}

async function templateOf(request: EnrollmentRequest, templates: TemplateStore): Promise<Template> {
  const template = await templates.find(request.template)
  if (template === undefined) throw new Refusal('conflict', 'The template of this request is gone. Decline it.')
  return template
}

function alreadyDecided({ status }: EnrollmentRequest): Refusal {
  return new Refusal('conflict', `This request is not pending any more: it is ${status}.`)
}
