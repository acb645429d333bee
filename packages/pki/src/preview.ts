import type { CertificateRequest, IgnoredExtension } from './certificate-request.ts'
import type { EncodedDraft, LintFinding } from './draft.ts'
import type { Overrides } from './enrollment-policy.ts'
import type { Issuer } from './issuer.ts'
import type { Problem } from './refusal.ts'
import type { Template } from './template.ts'

/** The certificate that a request would become, and all that speaks against it. */
export interface Preview {
  /** Absent when no certificate can be made at all; `problems` then says why. */
  readonly encoded?: EncodedDraft
  /** What would refuse the request. */
  readonly problems: readonly Problem[]
  /** What the lints say of the certificate, warnings too. */
  readonly findings: readonly LintFinding[]
  /** Requested extensions that are not copied. */
  readonly ignored: readonly IgnoredExtension[]
}

/** Shows, without refusing, what would happen. The serial number in it is a stand-in. */
export function preview(_input: {
  readonly request: CertificateRequest
  readonly overrides?: Overrides
  readonly template: Pick<Template, 'name' | 'profile'>
  readonly issuer: Issuer
  readonly keyIdentifier: Uint8Array
  readonly now: number
}): Preview {
  throw new Error('not written yet')
}
