import type { RequestedValidity, SubjectAltName, SubjectAttribute } from '../../api/operations.ts'

/** What stands in place of what a CSR says, as a form holds it. A part that is not overridden stays as it was requested. */
export interface OverridesForm {
  /** `undefined`: as requested. */
  readonly names: NamesForm | undefined
  readonly validity: ValidityForm
}

export interface NamesForm {
  readonly subject: readonly SubjectAttribute[]
  readonly subjectAltNames: readonly SubjectAltName[]
}

/** For how long: as requested, for so many days from now, or between two moments in the time of the browser. */
export interface ValidityForm {
  readonly kind: 'requested' | 'days' | 'moments'
  readonly days: string
  readonly from: string
  readonly to: string
}

export const NO_OVERRIDES: OverridesForm = {
  names: undefined,
  validity: { kind: 'requested', days: '', from: '', to: '' },
}

/** The overrides as the API takes them; rows without a value are left out. */
export interface Overrides {
  readonly subject?: readonly SubjectAttribute[]
  readonly subjectAltNames?: readonly SubjectAltName[]
  readonly validity?: RequestedValidity
}

export function overridesOf({ names, validity }: OverridesForm): Overrides {
  const asked = validityOf(validity)
  return {
    ...(names !== undefined && {
      subject: names.subject.filter(({ value }) => value.trim() !== ''),
      subjectAltNames: names.subjectAltNames.filter(({ value }) => value.trim() !== ''),
    }),
    ...(asked !== undefined && { validity: asked }),
  }
}

/** Nothing while the form does not say it yet. */
function validityOf({ kind, days, from, to }: ValidityForm): RequestedValidity | undefined {
  const [begins, ends] = [momentOf(from), momentOf(to)]
  if (kind === 'days' && /^\d{1,5}$/.test(days) && Number(days) > 0) return { days: Number(days) }
  if (kind === 'moments' && begins !== undefined && ends !== undefined) return { notBefore: begins, notAfter: ends }
  return undefined
}

/** Of an input of day and time: in the time zone of the browser. */
function momentOf(text: string): string | undefined {
  const date = new Date(text)
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString()
}
