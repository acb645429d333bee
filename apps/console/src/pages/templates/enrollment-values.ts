import type { EnrollmentOptions } from '../../api/operations.ts'

/** How people come to certificates of a template, as its form holds it. */
export interface EnrollmentValues {
  readonly publicRequests: boolean
  readonly renewable: boolean
  readonly renewWithinDays: string
  readonly renewCopiesNames: boolean
  readonly renewRevokesOld: boolean
}

/** What stands in the form where renewal is allowed for the first time. */
const FIRST_RENEWAL = { withinDays: 30, copyNames: true, revokeOld: false }

/** A template that officers and programs use alone, as each is at first. */
export const CLOSED: EnrollmentOptions = { publicRequests: false }

export function enrollmentValues({ publicRequests, renewal }: EnrollmentOptions): EnrollmentValues {
  const { withinDays, copyNames, revokeOld } = renewal ?? FIRST_RENEWAL
  return {
    publicRequests,
    renewable: renewal !== undefined,
    renewWithinDays: String(withinDays),
    renewCopiesNames: copyNames,
    renewRevokesOld: revokeOld,
  }
}

export function enrollmentOf(values: EnrollmentValues): EnrollmentOptions {
  const { publicRequests, renewable, renewWithinDays, renewCopiesNames, renewRevokesOld } = values
  const withinDays = /^\s*\d+\s*$/.test(renewWithinDays) ? Number(renewWithinDays) : 0
  const renewal = { withinDays, copyNames: renewCopiesNames, revokeOld: renewRevokesOld }
  return { publicRequests, ...(renewable && { renewal }) }
}
