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
import type { TemplateStore } from '../templates/template-store.ts'
import type { Ask, Door } from './enroll.ts'
import { rereadCsr } from './read-csr.ts'
import type { EnrollmentRequest } from './request-store.ts'
import { sanTexts } from './san-texts.ts'

/** Leaves a request for a person to decide. */
export async function park(
  { request, wishes = {}, evidence, template }: Ask,
  act: Act,
  { requests }: Door,
): Promise<Outcome> {
  if (evidence.by !== 'submitted-csr' || request.csr === undefined)
    throw new TypeError('only a submitted CSR waits for approval')
  const parked: EnrollmentRequest = {
    id: evidence.request,
    authority: template.authority,
    template: template.id,
    templateRevision: template.revision,
    status: 'pending',
    csr: request.csr,
    subject: nameToString(decodeCertificationRequest(request.csr).subject),
    subjectAltNames: sanTexts(request.subjectAltNames),
    overrides: wishes,
    evidence,
    createdAt: act.at,
  }
  const details = { subject: parked.subject, template: template.id }
  await requests.create(
    parked,
    recordOf(act, { action: 'request.submit', object: { type: 'request', id: parked.id }, details }),
  )
  return { state: 'pending', id: parked.id, waitsFor: 'approval' }
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
  return observed(door.issuance, yes.request.evidence.by, () => sign(yes, act, door))
}

async function sign(
  { request, approval, overrides, templateRevision, mayUsePrivileged }: SignRequest,
  act: Act,
  door: Door & { readonly templates: TemplateStore },
): Promise<Outcome> {
  if (request.status !== 'pending') throw alreadyDecided(request)
  const template = await templateOf(request, door.templates)
  if (templateRevision !== undefined && templateRevision !== template.revision) {
    throw new Refusal('conflict', 'The template was changed meanwhile. Look at the request again.')
  }
  const grant = approve({
    request: requested(request),
    evidence: request.evidence,
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

/** Declines a pending request, with a reason for whoever asks later. Throws `Refusal` 'not-found', 'conflict'. */
export async function declineRequest(
  id: string,
  note: string | undefined,
  act: Act,
  { requests }: Pick<Door, 'requests'>,
): Promise<EnrollmentRequest> {
  const by = act.actor.kind === 'account' ? act.actor.account : act.actor.kind
  const record = recordOf(act, {
    action: 'request.decline',
    object: { type: 'request', id },
    details: { note: note ?? null },
  })
  const declined = await requests.decline(id, { by, at: act.at, ...(note !== undefined && { note }) }, record)
  if (declined === undefined) throw new Refusal('not-found', 'There is no such request.')
  return declined
}

/** The request as it came, without the approver's overrides. Its signature was checked when it was parked. */
export function requested({ csr }: EnrollmentRequest): CertificateRequest {
  return rereadCsr(csr)
}

async function templateOf(request: EnrollmentRequest, templates: TemplateStore): Promise<Template> {
  const template = await templates.find(request.template)
  if (template === undefined) throw new Refusal('conflict', 'The template of this request is gone. Decline it.')
  return template
}

function alreadyDecided({ status }: EnrollmentRequest): Refusal {
  return new Refusal('conflict', `This request is not pending any more: it is ${status}.`)
}
