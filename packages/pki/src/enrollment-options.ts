/** How people come to certificates of a template beside its officers and programs. All of it is off until it is allowed. */
export interface EnrollmentOptions {
  /** Whether strangers may ask on a public page; an officer decides. */
  readonly publicRequests: boolean
  /** Absent: no certificate renews itself. */
  readonly renewal?: RenewalRules
}

/** How the holder of a certificate, by its key, gets the next one. */
export interface RenewalRules {
  /** So many days before its end at the earliest. */
  readonly withinDays: number
  /** Whether the new one has the names of the old one, whatever the request says; else a request may only drop names. */
  readonly copyNames: boolean
  /** Whether the old one is revoked (superseded) once the new one is issued. */
  readonly revokeOld: boolean
}

/** A template that officers and programs use alone. */
export const CLOSED_ENROLLMENT: EnrollmentOptions = { publicRequests: false }
