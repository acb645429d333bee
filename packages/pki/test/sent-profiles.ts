import { createValidators } from '../../../apps/server/src/platform/validation.ts'
import { presentProfile, profileOf } from '../../../apps/server/src/protocols/api/profile.ts'
import { PROFILES, type SentProfiles } from './fuzz.ts'

/** Profiles as the API takes them: what its schema refuses is none. */
export function sentProfiles(): SentProfiles {
  const validate = createValidators()({ $ref: 'Profile' }, 'body')
  return {
    bodies: PROFILES.map(presentProfile),
    read: (body) => (isProfile(body) ? profileOf(body) : undefined),
  }
  function isProfile(body: unknown): body is Parameters<typeof profileOf>[0] {
    return 'value' in validate(body)
  }
}
