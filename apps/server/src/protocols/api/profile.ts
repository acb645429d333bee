import { fromTimestamp, type Profile as ProfileBody, toTimestamp } from '@chancery/api'
import type { Profile } from '@chancery/pki'
import { durationOf } from './validity.ts'

/** A profile as it is stored. Throws `Refusal` 'malformed' for a length of time in two units. What it means is judged elsewhere. */
export function profileOf({ validity, ...same }: ProfileBody): Profile {
  const { default: standard, maximum, notAfter, backdateMinutes, beyondIssuer } = validity
  return {
    ...same,
    validity: {
      default: durationOf(standard, '/profile/validity/default'),
      ...(maximum !== undefined && { maximum: durationOf(maximum, '/profile/validity/maximum') }),
      ...(notAfter !== undefined && { notAfter: fromTimestamp(notAfter) }),
      backdateMinutes,
      beyondIssuer,
    },
  }
}

/** A profile as it is sent. */
export function presentProfile({ validity, ...same }: Profile): ProfileBody {
  const { notAfter, ...lengths } = validity
  return { ...same, validity: { ...lengths, ...(notAfter !== undefined && { notAfter: toTimestamp(notAfter) }) } }
}
