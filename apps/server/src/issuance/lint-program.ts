import { findings, type Issuer, type LintFinding } from '@chancery/pki'
import type { LintQuestion } from './lint-thread.ts'

const issuers = new Map<number, Issuer>()

/** The program of `lintsUnderLoad`. */
export function answer({ tbs, at, issuer, forget }: LintQuestion): readonly LintFinding[] {
  if (forget) issuers.clear()
  if (issuer !== undefined) issuers.set(at, issuer)
  const known = issuers.get(at)
  if (known === undefined) throw new Error('the thread was asked about an issuer that it was not told of')
  return findings(tbs, known)
}
