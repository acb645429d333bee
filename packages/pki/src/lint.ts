import { DerError } from '@chancery/x509'
import type { EncodedDraft, LintedDraft, LintFinding } from './draft.ts'
import type { Issuer } from './issuer.ts'
import { LINTS } from './lint-table.ts'
import { lintView } from './lint-view.ts'
import { type Problem, Refusal } from './refusal.ts'

/**
 * All that the lints find in the bytes that would be signed, errors and warnings. They see the bytes alone, never the
 * draft that these came from: what is wrong in between shows too. `'self'`: a self-signed root.
 */
export function findings(tbs: Uint8Array, issuer: Issuer | 'self'): readonly LintFinding[] {
  const found: LintFinding[] = []
  const view = viewOf(tbs, issuer)
  if (!('tbs' in view)) return [view]
  for (const [name, lint] of LINTS) {
    const verdict = lint.check(view)
    if (verdict === true) continue
    const { cites, requires, field, severity = 'error' } = lint
    const fault = typeof verdict === 'string' ? { detail: verdict } : verdict
    found.push({ lint: name, severity, cites, requires, field, ...fault })
  }
  return found
}

/** Passes a draft that breaks no lint. Throws `Refusal` with code `lint`, one problem for each error. */
export function lintDraft(encoded: EncodedDraft, issuer: Issuer | 'self'): LintedDraft {
  return passed(encoded, findings(encoded.tbs, issuer))
}

/** `findings`, perhaps run somewhere else. */
export type FindElsewhere = (tbs: Uint8Array, issuer: Issuer) => Promise<readonly LintFinding[]>

/** `lintDraft` where the lints may run on another thread. */
export async function lintDraftElsewhere(
  encoded: EncodedDraft,
  issuer: Issuer,
  find: FindElsewhere,
): Promise<LintedDraft> {
  return passed(encoded, await find(encoded.tbs, issuer))
}

function passed(encoded: EncodedDraft, found: readonly LintFinding[]): LintedDraft {
  const errors = found.filter(({ severity }) => severity === 'error')
  const [first] = errors
  if (first === undefined) return { ...encoded, warnings: found } as LintedDraft
  const message = errors.length === 1 ? sentenceOf(first) : `${sentenceOf(first)} ${errors.length} rules are broken.`
  throw new Refusal('lint', `The certificate would break a rule. ${message}`, errors.map(problemOf))
}

/** A finding in the words of a refusal: what is wrong is told with the rule, which it often needs to be understood. */
export function problemOf(finding: LintFinding): Problem {
  const { lint, field, cites, requires: rule } = finding
  return { field, lint, rule, cites, detail: sentenceOf(finding) }
}

function sentenceOf({ requires, detail }: LintFinding): string {
  return detail === undefined ? requires : `${requires} ${detail}`
}

function viewOf(tbs: Uint8Array, issuer: Issuer | 'self'): ReturnType<typeof lintView> | LintFinding {
  try {
    return lintView(tbs, issuer)
  } catch (error) {
    if (!(error instanceof DerError)) throw error
    return {
      lint: 'certificateDecodes',
      severity: 'error',
      cites: 'RFC 5280 §4.1',
      requires: 'A certificate is DER of the grammar, with each extension once.',
      field: error.path || 'tbsCertificate',
      detail: `${error.message}.`,
    }
  }
}
