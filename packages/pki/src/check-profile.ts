import type { Profile } from './profile.ts'
import type { Problem } from './refusal.ts'

/** All that is wrong with a profile as a whole, each with a JSON pointer into it. Empty: it may be stored. */
export function checkProfile(_profile: Profile): readonly Problem[] {
  throw new Error('not written yet')
}
