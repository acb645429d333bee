import { publicKeyFingerprint } from '@chancery/keys'
import {
  type Approval,
  type CertificateRequest,
  type Overrides,
  Refusal,
  refuseOutsiders,
  type Template,
} from '@chancery/pki'
import { decodeCertificate } from '@chancery/x509'
import { type Act, recordOf } from '../audit/audit-record.ts'
import type { Outcome } from '../issuance/issue-certificate.ts'
import { enroll } from './enroll.ts'
import { refuseProblems, requestedNames, subjectText } from './form-names.ts'
import { outcomeOf } from './outcome-of.ts'
import type { RequestDesk } from './request-desk.ts'
import { claimLetter } from './request-letters.ts'
import { newLink } from './request-links.ts'
import type { EnrollmentRequest, LinkedRequest, SentLink } from './request-store.ts'

/** A claim link as it goes out; the address is shown where nobody gets it by mail. */
export interface SentClaim {
  readonly request: string
  readonly address: string
  readonly mailed: boolean
}

/** What somebody approves before anybody asks. */
export interface PreApproval {
  readonly template: Template
  readonly names: Overrides
  /** Whom the claim goes to, in lower case; absent: who approves redeems it. */
  readonly email?: string
  readonly approval: Approval
}

/** Approves a certificate for somebody, key unseen. Throws `Refusal` for what the template does not allow, 'forbidden' for privileged ones. */
export async function preApprove(
  { template, names, email, approval }: PreApproval,
  act: Act,
  desk: RequestDesk,
): Promise<SentClaim> {
  const approved = await judged(template, names, desk)
  const id = desk.door.newId()
  const request: EnrollmentRequest = {
    id,
    authority: template.authority,
    template: template.id,
    templateRevision: template.revision,
    status: 'approved',
    subject: subjectText(approved.subject),
    subjectAltNames: approved.subjectAltNames,
    overrides: approved,
    approved,
    evidence: { by: 'pre-approved', request: id, account: approval.account },
    ...(email !== undefined && { email }),
    createdAt: act.at,
    decidedAt: approval.approvedAt,
    decidedBy: approval.account,
  }
  const { sent, claim } = await claimFor(request, template, act.at, desk)
  const details = { subject: request.subject, template: template.id, email: email ?? null }
  const record = recordOf(act, { action: 'request.pre-approve', object: { type: 'request', id }, details })
  await desk.door.requests.create(request, record, sent)
  return claim
}

/** Says yes to a form: who asked gets the link by which they claim the certificate. Throws `Refusal` as `preApprove` does, 'conflict'. */
export async function approveForm(
  request: EnrollmentRequest,
  {
    approval,
    overrides,
    templateRevision,
  }: { readonly approval: Approval; readonly overrides: Overrides; readonly templateRevision?: number },
  act: Act,
  desk: RequestDesk,
): Promise<SentClaim> {
  if (request.csr !== undefined) throw new Refusal('conflict', 'This request came with its key: sign it.')
  const template = await templateOf(request, desk)
  if (templateRevision !== undefined && templateRevision !== template.revision) {
    throw new Refusal('conflict', 'The template was changed meanwhile. Look at the request again.')
  }
  const approved = await judged(template, { ...request.overrides, ...overrides }, desk)
  const names = { subject: subjectText(approved.subject), subjectAltNames: approved.subjectAltNames }
  const { sent, claim } = await claimFor({ ...request, ...names }, template, act.at, desk)
  const object = { type: 'request', id: request.id }
  const record = recordOf(act, { action: 'request.approve', object, details: { subject: names.subject } })
  const decision = { ...approval, ...names, approved }
  if ((await desk.door.requests.approve(request.id, decision, sent, record)) === undefined) throw noRequest()
  return claim
}

/** Sends another claim link, which ends the one before. Throws `Refusal` 'conflict' unless the request is approved. */
export async function resendClaim(request: EnrollmentRequest, act: Act, desk: RequestDesk): Promise<SentClaim> {
  const { sent, claim } = await claimFor(request, await templateOf(request, desk), act.at, desk)
  const record = recordOf(act, { action: 'request.resend', object: { type: 'request', id: request.id } })
  if ((await desk.door.requests.resend(request.id, sent, record)) === undefined) throw noRequest()
  return claim
}

/**
 * Lets a certificate be claimed once more: the browser that had the key is lost. Who calls has revoked the first one. Throws
 * `Refusal` 'conflict' unless the request led to this certificate.
 */
export async function reopenClaim(
  request: EnrollmentRequest,
  certificate: string,
  act: Act,
  desk: RequestDesk,
): Promise<SentClaim> {
  const template = await templateOf(request, desk)
  refuseProblems(await desk.judge(template, request.approved ?? {}))
  const { sent, claim } = await claimFor(request, template, act.at, desk)
  const object = { type: 'request', id: request.id }
  const record = recordOf(act, { action: 'request.reopen', object, details: { certificate } })
  if ((await desk.door.requests.reopen(request.id, certificate, sent, record)) === undefined) throw noRequest()
  return claim
}

/**
 * Issues the certificate of a claim for a CSR, whose names count for nothing. Spent in the transaction that records what is signed:
 * of two browsers one has it. The same key again gets the same answer. Throws `Refusal` 'conflict' when another key has it, 'gone'
 * when it was declined, and what is wrong with the key.
 */
export async function redeemClaim(
  linked: LinkedRequest,
  csr: CertificateRequest,
  act: Act,
  desk: RequestDesk,
): Promise<Outcome> {
  const { request, link } = linked
  if (request.status !== 'approved') return redeemed(request, csr, desk)
  const { approved, decidedBy, decidedAt } = request
  if (approved === undefined || decidedBy === undefined || decidedAt === undefined) {
    throw new Error(`the approved request ${request.id} does not say what was approved`)
  }
  const approval = { account: decidedBy, approvedAt: decidedAt }
  const ask = {
    // What nobody approved is not copied either.
    request: { ...csr, extensions: [] },
    wishes: approved,
    evidence: { by: 'claim', request: request.id, claim: link.id, approval } as const,
    template: await templateOf(request, desk),
  }
  try {
    return await enroll(ask, act, desk.door)
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'conflict') throw error
    // Of two calls at once with one key, too, each has its answer.
    const now = await desk.door.requests.findLatest(request.id)
    if (now === undefined || now.status === 'approved') throw error
    return redeemed(now, csr, desk)
  }
}

/** What a claim has led to, for the key that it was redeemed with. */
async function redeemed(request: EnrollmentRequest, csr: CertificateRequest, desk: RequestDesk): Promise<Outcome> {
  if (request.status === 'declined' || request.certificate === undefined) {
    throw new Refusal('gone', 'This certificate is not to be had any more.')
  }
  const { ledger } = desk.door.issuance
  const issuance = await ledger.find(request.certificate)
  const had =
    issuance?.state === 'intent'
      ? issuance.intent.publicKeyHash
      : issuance?.state === 'issued'
        ? publicKeyFingerprint(decodeCertificate(issuance.der).publicKey)
        : undefined
  if (had === undefined || Buffer.compare(had, publicKeyFingerprint(csr.publicKey)) !== 0) {
    throw new Refusal(
      'conflict',
      'This certificate was claimed already, with another key. If that was not you, or the key is lost, ask whoever sent the link.',
    )
  }
  return outcomeOf(request.certificate, ledger)
}

async function judged(template: Template, names: Overrides, desk: RequestDesk) {
  refuseOutsiders(template)
  const approved = requestedNames(names)
  refuseProblems(await desk.judge(template, approved))
  return approved
}

async function claimFor(
  request: EnrollmentRequest,
  template: Template,
  at: number,
  desk: RequestDesk,
): Promise<{ readonly sent: SentLink; readonly claim: SentClaim }> {
  const { id, email: to } = request
  const { address, link } = newLink(id, 'claim', at, desk)
  const claim = { request: id, address, mailed: to !== undefined && desk.mail.delivers }
  if (to === undefined) return { sent: { link }, claim }
  const { expiresAt } = link
  const letter = claimLetter(request, await desk.namesOf(template), address, expiresAt)
  const mail = desk.mail.write({ tenant: desk.tenant, kind: 'claim', to, about: id, letter, at, expiresAt })
  return { sent: { link, mail }, claim }
}

async function templateOf(request: EnrollmentRequest, { door }: RequestDesk): Promise<Template> {
  const template = await door.templates.find(request.template)
  if (template === undefined) throw new Refusal('conflict', 'The template of this request is gone. Decline it.')
  return template
}

function noRequest(): Refusal {
  return new Refusal('not-found', 'There is no such request.')
}
