import { attributeTypeOid } from '@chancery/x509'
import type { CertificateRequest, RequestedValidity, SubjectAttribute } from './certificate-request.ts'
import type { Approval, Evidence } from './evidence.ts'
import type { Grant, GrantId } from './grant.ts'
import { judgeKey } from './judge-key.ts'
import { judgeRequest, type RequestProblem } from './judge-request.ts'
import { isPrivileged } from './privileged.ts'
import type { Profile, SubjectAltNameText } from './profile.ts'
import { type Problem, Refusal } from './refusal.ts'
import { takesAttribute } from './subject.ts'
import { readSubjectAltName } from './subject-alt-name.ts'
import type { Template } from './template.ts'
import { PAST_END } from './validity.ts'

/** Somebody asks for a certificate of a template. */
export interface Enrollment {
  readonly request: CertificateRequest
  /** What the requester wants in place of what the CSR says. */
  readonly wishes?: Overrides
  readonly evidence: Exclude<Evidence, { readonly by: 'system' }>
  readonly template: Template
  readonly tenant: string
  readonly grantId: GrantId
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** Whether a certificate may be made at once or a person has to say yes first. */
export type Decision = { readonly decision: 'granted'; readonly grant: Grant } | { readonly decision: 'needs-approval' }

/** What somebody puts in the place of what a CSR says. What is absent stays as it was requested. */
export interface Overrides {
  readonly subject?: readonly SubjectAttribute[]
  readonly subjectAltNames?: readonly SubjectAltNameText[]
  readonly validity?: RequestedValidity
}

/**
 * Decides on a request as it arrives. Throws `Refusal`: `not-permitted` (the template is disabled), `bad-key`, and of
 * what would be granted at once `forbidden` (a privileged template), `name-not-allowed` and `not-permitted`.
 */
export function decide(enrollment: Enrollment): Decision {
  const { evidence, template } = enrollment
  refuseDisabled(template)
  // Somebody who waits days for an approval hears of a bad key at once.
  refuseAny(judgeKey(enrollment.request.publicKey, template).map((problem) => ({ ...problem, code: 'bad-key' })))
  switch (evidence.by) {
    case 'submitted-csr':
      // Wishes that cannot be read are refused now; whether they are allowed is judged by who approves.
      withOverrides(enrollment.request, enrollment.wishes, template)
      return { decision: 'needs-approval' }
    case 'acme-order':
      refuseOutsiders(template)
      return { decision: 'granted', grant: grantTo(enrollment, enrollment.wishes, { patience: 'machine' }) }
    case 'web-form':
      refuseClosed(template)
      withOverrides(enrollment.request, enrollment.wishes, template)
      return { decision: 'needs-approval' }
    case 'renewal':
      refuseOutsiders(template)
      refuseUnrenewable(template)
      if (evidence.request !== undefined) return { decision: 'needs-approval' }
      return { decision: 'granted', grant: grantTo(enrollment, enrollment.wishes, { patience: 'person' }) }
    case 'claim': {
      refuseOutsiders(template)
      const how = { patience: 'person', approval: evidence.approval } as const
      return { decision: 'granted', grant: grantTo(enrollment, enrollment.wishes, how) }
    }
    case 'api-token':
      refuseAtOnce(template)
      return { decision: 'granted', grant: grantTo(enrollment, enrollment.wishes, { patience: 'machine' }) }
  }
}

/** What somebody says yes to. */
export interface Approved extends Enrollment {
  readonly approval: Approval
  /** Whether who approves is an administrator of the CA: an approval names a person, it does not know their roles. */
  readonly mayUsePrivileged: boolean
  readonly overrides?: Overrides
}

/**
 * A person says yes: the request, with the approver's overrides above the requester's wishes, becomes a grant. All is
 * judged again, by the template as it is now. Throws `Refusal` as `decide` does.
 */
export function approve(enrollment: Approved): Grant {
  refuseDisabled(enrollment.template)
  if (FROM_OUTSIDE.has(enrollment.evidence.by)) refuseOutsiders(enrollment.template)
  refusePrivileged(enrollment)
  const overrides = { ...enrollment.wishes, ...enrollment.overrides }
  return grantTo(enrollment, overrides, { patience: 'person', approval: enrollment.approval })
}

/**
 * What the installation issues to itself, by a built-in profile: an OCSP responder certificate, an intermediate by
 * one click.
 */
export function grantToSystem(ask: {
  readonly request: CertificateRequest
  readonly evidence: Evidence & { readonly by: 'system' }
  readonly profile: Profile
  readonly tenant: string
  readonly authority: string
  readonly grantId: GrantId
}): Grant {
  const { grantId: id, tenant, authority, profile, request, evidence } = ask
  refuseAny(judgeRequest(request, { name: evidence.purpose, profile }))
  return { id, tenant, authority, profile, request, evidence, patience: evidence.account ? 'person' : 'machine' }
}

/**
 * The request as it would be granted, with overrides in place. Throws `Refusal` with code `name-not-allowed` for
 * names that cannot be read and for what the template does not take: dropping in silence what somebody typed would be
 * worse.
 */
export function withOverrides(
  request: CertificateRequest,
  overrides: Overrides | undefined,
  template: Pick<Template, 'name' | 'profile'>,
): CertificateRequest {
  if (overrides === undefined) return request
  const problems: Problem[] = outsideTemplate(overrides, template)
  const subjectAltNames = overrides.subjectAltNames?.flatMap((text, at) => {
    const reading = readSubjectAltName(text)
    if ('name' in reading) return [reading.name]
    const rule = 'Alternative names have the form of their type.'
    problems.push({ field: `/subjectAltNames/${at}`, rule, cites: 'RFC 5280 §4.2.1.6', detail: reading.problem })
    return []
  })
  const [first] = problems
  if (first !== undefined) throw new Refusal('name-not-allowed', first.detail, problems)
  return {
    ...request,
    ...(overrides.subject && { subject: overrides.subject }),
    ...(subjectAltNames && { subjectAltNames }),
    ...(overrides.validity && { validity: overrides.validity }),
  }
}

function outsideTemplate(overrides: Overrides, { name, profile }: Pick<Template, 'name' | 'profile'>): Problem[] {
  const problem = (field: string, what: string): Problem => ({
    field,
    rule: 'A template says which attributes and names it takes.',
    cites: `template "${name}"`,
    detail: `The template takes no ${what}. Leave it out, or change the template.`,
  })
  const isFixed = (attribute: SubjectAttribute) =>
    profile.subject.fixed.some(
      ({ type, value }) => attributeTypeOid(type) === attributeTypeOid(attribute.type) && value === attribute.value,
    )
  const attributes = (overrides.subject ?? []).flatMap((attribute, at) => {
    const id = attributeTypeOid(attribute.type)
    const taken = id === undefined || (takesAttribute(profile.subject.fromRequest, id) && !fixes(profile, id))
    return taken || isFixed(attribute) ? [] : [problem(`/subject/${at}`, attribute.type.slice(0, 50))]
  })
  const { fromRequest } = profile.subjectAltNames
  const names = (overrides.subjectAltNames ?? []).flatMap(({ type }, at) =>
    fromRequest.includes(type) ? [] : [problem(`/subjectAltNames/${at}`, `${type} names`)],
  )
  return [...attributes, ...names]
}

function fixes(profile: Profile, type: string): boolean {
  return profile.subject.fixed.some((fixed) => attributeTypeOid(fixed.type) === type)
}

function grantTo(
  enrollment: Enrollment,
  overrides: Overrides | undefined,
  how: Pick<Grant, 'patience' | 'approval'>,
): Grant {
  const { template, tenant, evidence, grantId: id } = enrollment
  const request = withOverrides(enrollment.request, overrides, template)
  refuseAny([...judgeRequest(request, template), ...judgeEnd(request.validity, enrollment.now)])
  const { authority, profile } = template
  return { id, tenant, authority, template: template.id, profile, request, evidence, ...how }
}

function judgeEnd(validity: RequestedValidity | undefined, now: number): RequestProblem[] {
  if (validity === undefined || !('notAfter' in validity) || validity.notAfter > now) return []
  const rule = 'A validity ends in the future.'
  return [{ code: 'not-permitted', field: '/validity', rule, cites: 'RFC 5280 §4.1.2.5', detail: PAST_END }]
}

function refuseDisabled({ enabled, name }: Template): void {
  if (enabled) return
  const detail = `The template "${name}" is disabled. Choose another one, or enable it.`
  throw new Refusal('not-permitted', detail, [
    { field: '/template', rule: 'Disabled templates issue nothing.', detail },
  ])
}

/** Whether strangers may not ask for certificates of a template now. */
export function isClosed({ enabled, enrollment, profile }: Template): boolean {
  return !enabled || !enrollment.publicRequests || isPrivileged(profile)
}

/** Throws `Refusal` 'not-permitted' unless strangers may ask for certificates of a template now. */
export function refuseClosed(template: Template): void {
  refuseDisabled(template)
  refuseOutsiders(template)
  if (template.enrollment.publicRequests) return
  const detail = `The template "${template.name}" takes no public requests.`
  throw new Refusal('not-permitted', detail, [
    { field: '/template', rule: 'A template says whether strangers may ask.', detail },
  ])
}

const FROM_OUTSIDE: ReadonlySet<Evidence['by']> = new Set(['web-form', 'renewal'])

function refuseUnrenewable({ name, enrollment }: Template): void {
  if (enrollment.renewal !== undefined) return
  const detail = `Certificates of the template "${name}" are not renewed by their holders.`
  throw new Refusal('not-permitted', detail, [
    { field: '/template', rule: 'A template says whether certificates renew themselves.', detail },
  ])
}

/** What can itself vouch is had by no protocol and by no link, whoever stands behind it. */
export function refuseOutsiders({ name, profile }: Template): void {
  if (!isPrivileged(profile)) return
  const detail = `What the template "${name}" issues can itself vouch for others: no protocol gives it out, and no link. Choose another template.`
  throw new Refusal('forbidden', detail, [
    { field: '/template', rule: 'Privileged templates are used by administrators alone.', detail },
  ])
}

/** A program is given at once what an officer may have; what can itself vouch is looked at by an administrator, each time. */
function refuseAtOnce({ name, profile }: Template): void {
  if (!isPrivileged(profile)) return
  const detail = `What the template "${name}" issues can itself vouch for others: it is not issued at once. Submit the CSR as a request, for an administrator of the CA to sign.`
  throw new Refusal('forbidden', detail, [
    { field: '/template', rule: 'Under a privileged template an administrator signs each request.', detail },
  ])
}

function refusePrivileged({ template, mayUsePrivileged }: Approved): void {
  if (mayUsePrivileged || !isPrivileged(template.profile)) return
  const detail = `What the template "${template.name}" issues can itself vouch for others. Ask an administrator of the CA.`
  throw new Refusal('forbidden', detail, [
    { field: '/template', rule: 'Only administrators approve under a privileged template.', detail },
  ])
}

/** The gravest code wins: a bad key cannot be mended by other names. */
function refuseAny(problems: readonly RequestProblem[]): void {
  const [first] = problems
  if (first === undefined) return
  const gravest = GRAVITY.find((code) => problems.some((problem) => problem.code === code)) ?? first.code
  const told = problems.map(({ code: _, ...problem }) => problem)
  const message = problems.length === 1 ? first.detail : `${first.detail} There are ${problems.length} problems in all.`
  throw new Refusal(gravest, message, told)
}
const GRAVITY = ['bad-key', 'name-not-allowed', 'not-permitted'] as const
