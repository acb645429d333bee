import {
  type CertificateRequest,
  decide,
  type Evidence,
  type GrantId,
  grantToSystem,
  type Overrides,
  type Profile,
  type Template,
} from '@chancery/pki'
import type { Act } from '../audit/audit-record.ts'
import { type Issuance, issueCertificate, type Outcome } from '../issuance/issue-certificate.ts'
import { observed } from '../issuance/observed.ts'
import type { EnrollmentRequest, RequestStore, SentLink } from './request-store.ts'
import { park } from './requests.ts'

/** What stands behind the door: one tenant's path, and a place for requests that wait for a person. */
export interface Door {
  readonly issuance: Issuance
  readonly requests: RequestStore
  readonly newId: () => string
}

/** Somebody asks for a certificate of a template, and how they earned the right to. */
export interface Ask {
  readonly request: CertificateRequest
  /** What the requester wants in place of what the CSR says; an approver may override it again. */
  readonly wishes?: Overrides
  readonly evidence: Exclude<Evidence, { readonly by: 'system' }>
  readonly template: Template
  /** Chosen by a caller whose permission is spent by it: an ACME order has one certificate, under the order's own id. */
  readonly grantId?: GrantId
  /** A stranger, whose address is to be confirmed before anybody else sees the request. */
  readonly from?: { readonly email: string; readonly send: (request: EnrollmentRequest) => SentLink }
}

/**
 * The one door. Every protocol comes here with the evidence that it earned, and gets one of two answers, issued or pending, or a
 * `Refusal`. Evidence that policy accepts outright goes on to the path; the rest is parked until a person approves.
 */
export function enroll(ask: Ask, act: Act, door: Door): Promise<Outcome> {
  return observed(door.issuance, ask.evidence.by, async () => {
    const decision = decide({
      ...ask,
      tenant: act.tenant,
      grantId: ask.grantId ?? (door.newId() as GrantId),
      now: act.at,
    })
    if (decision.decision === 'granted') return issueCertificate(decision.grant, act, door.issuance)
    return park(ask, act, door)
  })
}

/** The installation asks for itself, by a built-in profile: service certificates and intermediates. */
export function enrollSystem(
  ask: {
    readonly request: CertificateRequest
    readonly evidence: Evidence & { readonly by: 'system' }
    readonly profile: Profile
    readonly authority: string
    /** Chosen by the caller, so that what was interrupted is found again. */
    readonly grantId: GrantId
  },
  act: Act,
  { issuance }: Pick<Door, 'issuance'>,
): Promise<Outcome> {
  return observed(issuance, 'system', () =>
    issueCertificate(grantToSystem({ ...ask, tenant: act.tenant }), act, issuance),
  )
}
