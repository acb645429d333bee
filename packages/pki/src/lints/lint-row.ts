import type { LintView } from '../lint-view.ts'

/** One rule that certificates keep: where it stands, what it says, and how it is seen. */
export interface Lint {
  /** Where the rule stands; `Chancery` when it is our own. */
  readonly cites: string
  readonly requires: string
  /** Absent: what breaks it is not signed. */
  readonly severity?: 'warning'
  /** `true` when the rule is kept; else `false`, or what is wrong in a sentence. */
  readonly check: (view: LintView) => boolean | string
}

/** `true` when no value has a fault, else the faults of the first few as sentences. */
export function allGood<T>(values: readonly T[], fault: (value: T) => string | undefined): true | string {
  const faults: string[] = []
  for (const value of values) {
    const found = fault(value)
    if (found !== undefined) faults.push(found)
    if (faults.length === 3) break
  }
  return faults.length === 0 || faults.join(' ')
}
