import type { CertificateRequest, IgnoredExtension } from './certificate-request.ts'
import type { Profile } from './profile.ts'
import type { Problem } from './refusal.ts'

/** What judging needs of a template: its name for the words, its profile for the rules. */
export interface Judged {
  readonly name: string
  readonly profile: Profile
}

/** A problem, and the refusal that it becomes when a certificate is asked for in earnest. */
export interface RequestProblem extends Problem {
  readonly code: 'bad-key' | 'name-not-allowed' | 'not-permitted'
}

/** All that speaks against certifying this request by this template: key, names, subject, validity. Empty: nothing does. */
export function judgeRequest(_request: CertificateRequest, _template: Judged): readonly RequestProblem[] {
  throw new Error('not written yet')
}

/** Requested extensions that the profile does not copy. */
export function ignoredExtensions(_request: CertificateRequest, _profile: Profile): readonly IgnoredExtension[] {
  throw new Error('not written yet')
}
