import type { CertificateRequest } from './certificate-request.ts'
import type { Approval, Evidence } from './evidence.ts'
import type { Profile } from './profile.ts'
import type { TemplateId } from './template.ts'

/**
 * Permission to issue exactly one certificate. Only `decide` and `approve` make one; the path spends it once, in the
 * transaction that records the intent.
 */
export interface Grant {
  readonly id: GrantId
  readonly tenant: string
  readonly authority: string
  /** Absent for what the system issues by a built-in profile. */
  readonly template?: TemplateId
  readonly profile: Profile
  readonly request: CertificateRequest
  readonly evidence: Evidence
  readonly approval?: Approval
  /** How long the intent may wait for its signature: people come back after days, machines do not. */
  readonly patience: 'machine' | 'person'
}
export type GrantId = string & { readonly GrantId: unique symbol }
