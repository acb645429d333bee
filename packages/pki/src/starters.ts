import type { Profile } from './profile.ts'

/** A template to start from. */
export interface Starter {
  readonly name: string
  readonly description: string
  readonly profile: Profile
}

/** The templates that the console offers to begin with; each new CA gets the first, Web Server. */
export const STARTERS: readonly Starter[] = []
