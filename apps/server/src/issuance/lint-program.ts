import { remembered } from '@chancery/keys'
import { findings, type Issuer, type LintFinding } from '@chancery/pki'
import type { LintQuestion } from './lint-thread.ts'

const issuerOf = remembered<Issuer>()

/** The program of `lintsInBatches`. */
export function answer([tbs, issuer]: LintQuestion): readonly LintFinding[] {
  return findings(tbs, issuerOf(issuer))
}
