import type { Duration, Profile } from './profile.ts'
import { STARTERS } from './starters.ts'

/** The delegated OCSP responder (RFC 6960 §4.2.2.2): 90 days, signs answers, is itself never asked about. */
export const OCSP_RESPONDER_PROFILE: Profile | undefined = STARTERS[0]?.profile

/** An intermediate CA by one click: five years and path length 0 unless said otherwise (`null`: no limit). */
export function intermediateProfile(_options: {
  readonly validity?: Duration
  readonly pathLength?: number | null
  readonly nameConstraints?: NonNullable<Profile['nameConstraints']>
}): Profile {
  throw new Error('not written yet')
}
