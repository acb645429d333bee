import type { CertificateRequest, RequestedValidity, SubjectAttribute } from './certificate-request.ts'
import type { Approval, Evidence } from './evidence.ts'
import type { Grant, GrantId } from './grant.ts'
import type { Profile, SubjectAltNameText } from './profile.ts'
import type { Template } from './template.ts'

/** Somebody asks for a certificate of a template. */
export interface Enrollment {
  readonly request: CertificateRequest
  readonly evidence: Evidence
  readonly template: Template
  readonly tenant: string
  readonly grantId: GrantId
  /** Whether who asks, or approves, is an administrator of the CA: evidence names people, it does not know their roles. */
  readonly mayUsePrivileged: boolean
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** Whether a certificate may be made at once or a person has to say yes first. */
export type Decision = { readonly decision: 'granted'; readonly grant: Grant } | { readonly decision: 'needs-approval' }

/** What an approver puts in the place of what was requested. */
export interface Overrides {
  readonly subject?: readonly SubjectAttribute[]
  readonly subjectAltNames?: readonly SubjectAltNameText[]
  readonly validity?: RequestedValidity
}

/**
 * Decides on a request as it arrives. Throws `Refusal`: `not-permitted` (the template is disabled), `bad-key`, `forbidden` (a
 * privileged template), and for what is granted at once `name-not-allowed` and `not-permitted`.
 */
export function decide(_enrollment: Enrollment): Decision {
  throw new Error('not written yet')
}

/** A person says yes: the request, with the approver's overrides, becomes a grant. Everything is judged again, as it is now. */
export function approve(
  _enrollment: Enrollment & { readonly approval: Approval; readonly overrides?: Overrides },
): Grant {
  throw new Error('not written yet')
}

/** What the installation issues to itself, by a built-in profile: an OCSP responder certificate, an intermediate by one click. */
export function grantToSystem(_system: {
  readonly request: CertificateRequest
  readonly evidence: Evidence & { readonly by: 'system' }
  readonly profile: Profile
  readonly tenant: string
  readonly authority: string
  readonly grantId: GrantId
}): Grant {
  throw new Error('not written yet')
}
