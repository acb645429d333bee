import type { EnrollmentOptions } from './enrollment-options.ts'
import type { Profile } from './profile.ts'

/** A certificate template of one CA: a profile under a name that people choose. */
export interface Template {
  readonly id: TemplateId
  /** 16 base62 characters: its public address, which grants nothing. */
  readonly publicId: string
  readonly authority: string
  readonly name: string
  readonly description: string
  readonly enabled: boolean
  /** Grows with each change, so that an approver sees what changed since a request. */
  readonly revision: number
  readonly profile: Profile
  readonly enrollment: EnrollmentOptions
}
export type TemplateId = string & { readonly TemplateId: unique symbol }
