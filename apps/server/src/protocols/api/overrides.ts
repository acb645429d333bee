import { toTimestamp, type RequestedValidity as ValidityBody } from '@chancery/api'
import type { Overrides } from '@chancery/pki'
import { validityOf } from './validity.ts'

/** Overrides as they are sent. */
export interface OverridesBody extends Omit<Overrides, 'validity'> {
  readonly validity?: ValidityBody
}

/** What stands in place of what a CSR says. Throws `Refusal` 'malformed'. */
export function overridesOf({ subject, subjectAltNames, validity }: OverridesBody): Overrides {
  return {
    ...(subject !== undefined && { subject }),
    ...(subjectAltNames !== undefined && { subjectAltNames }),
    ...(validity !== undefined && { validity: validityOf(validity) }),
  }
}

/** The same the other way. */
export function presentOverrides({ validity, subject, subjectAltNames }: Overrides) {
  return {
    ...(subject !== undefined && { subject: [...subject] }),
    ...(subjectAltNames !== undefined && { subjectAltNames }),
    ...(validity !== undefined && {
      validity:
        'notBefore' in validity
          ? { notBefore: toTimestamp(validity.notBefore), notAfter: toTimestamp(validity.notAfter) }
          : validity,
    }),
  }
}
