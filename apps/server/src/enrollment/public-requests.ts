import { type CertificateRequest, type Overrides, Refusal, refuseClosed, type Template } from '@chancery/pki'
import { type Act, recordOf } from '../audit/audit-record.ts'
import { checkMailable } from '../mail/mail-desk.ts'
import { enroll } from './enroll.ts'
import { refuseProblems, requestedNames, subjectText } from './form-names.ts'
import type { RequestDesk } from './request-desk.ts'
import { confirmationLetter, requestInvitationLetter } from './request-letters.ts'
import { LINK_LIFETIME_MS, newLink } from './request-links.ts'
import type { EnrollmentRequest, LinkedRequest, SentLink } from './request-store.ts'

/** How long an address may be confirmed: 7 days. */
export const CONFIRMABLE_MS = 7 * 86_400_000

/** What a stranger asks for: by a CSR that was read, or by a form whose key is made later. */
export interface PublicAsk {
  readonly template: Template
  /** In lower case. */
  readonly email: string
  readonly csr?: CertificateRequest
  readonly form?: Overrides
}

/**
 * Takes a stranger's request and mails them the link by which they confirm their address. Until then nobody else sees it. Throws
 * `Refusal`: 'not-permitted' and 'forbidden' where strangers may not ask, what is wrong with key and names, 'rate-limited'.
 */
export async function askPublicly(
  { template, email, csr, form = {} }: PublicAsk,
  act: Act,
  desk: RequestDesk,
): Promise<void> {
  refuseClosed(template)
  checkMailable(email)
  const id = desk.door.newId()
  const { address, link } = newLink(id, 'status', act.at, desk)
  const names = await desk.namesOf(template)
  const send = (request: EnrollmentRequest): SentLink => {
    const letter = confirmationLetter(request, names, address)
    const times = { at: act.at, expiresAt: act.at + CONFIRMABLE_MS }
    const order = { tenant: act.tenant, kind: 'request-confirmation', to: email, about: id, letter, ...times } as const
    return { link, mail: desk.mail.write(order) }
  }
  if (csr === undefined) return parkForm({ id, template, email, form }, act, send, desk)
  const evidence = { by: 'web-form', request: id } as const
  const ask = { request: csr, evidence, template, from: { email, send } }
  await enroll(ask, act, desk.door)
}

async function parkForm(
  { id, template, email, form }: { id: string; template: Template; email: string; form: Overrides },
  act: Act,
  send: (request: EnrollmentRequest) => SentLink,
  desk: RequestDesk,
): Promise<void> {
  // What cannot be certified is said to who types it, and not first to who approves it.
  refuseProblems(await desk.judge(template, form))
  const overrides = requestedNames(form)
  const request: EnrollmentRequest = {
    id,
    authority: template.authority,
    template: template.id,
    templateRevision: template.revision,
    status: 'unconfirmed',
    subject: subjectText(overrides.subject),
    subjectAltNames: overrides.subjectAltNames,
    overrides,
    evidence: { by: 'web-form', request: id },
    email,
    createdAt: act.at,
  }
  const details = { subject: request.subject, template: template.id }
  const record = recordOf(act, { action: 'request.submit', object: { type: 'request', id }, details })
  await desk.door.requests.create(request, record, send(request))
}

/** Whoever has the link has the mail: the address is theirs. Done once; again it changes nothing. Throws `Refusal` 'gone'. */
export async function confirmRequest({ request, tenant }: LinkedRequest, at: number, desk: RequestDesk): Promise<void> {
  if (request.status !== 'unconfirmed') return
  if (request.createdAt + CONFIRMABLE_MS <= at) throw new Refusal('gone', 'This request has expired: ask again.')
  const act = { tenant, actor: { kind: 'stranger' }, at } as const
  const object = { type: 'request', id: request.id }
  await desk.door.requests.confirm(request.id, recordOf(act, { action: 'request.confirm', object }))
}

/** Mails somebody the address of a template's public page. Throws `Refusal` where strangers may not ask, and for what is no address. */
export async function inviteToRequest(
  template: Template,
  email: string,
  act: Act,
  desk: RequestDesk,
): Promise<{ readonly address: string; readonly mailed: boolean }> {
  refuseClosed(template)
  const address = requestPageOf(template, desk.url)
  const letter = requestInvitationLetter(await desk.namesOf(template), address)
  const times = { at: act.at, expiresAt: act.at + LINK_LIFETIME_MS.claim }
  // Whoever is invited again has the newer mail alone.
  const about = `${template.id} ${email}`
  const order = { tenant: act.tenant, kind: 'request-invitation', to: email, about, letter, ...times } as const
  const object = { type: 'template', id: template.id }
  await desk.putMail(desk.mail.write(order), recordOf(act, { action: 'request.invite', object, details: { email } }))
  return { address, mailed: desk.mail.delivers }
}

/** The page on which strangers ask. `url`: the address of people, without a slash at its end. */
export function requestPageOf({ publicId }: Pick<Template, 'publicId'>, url: string): string {
  return `${url}/request/${publicId}`
}
