import type { EncodedDraft, LintedDraft, LintFinding } from './draft.ts'
import type { Issuer } from './issuer.ts'

/** All that the lints find in the bytes that would be signed, errors and warnings. `'self'`: a self-signed root. */
export function findings(_encoded: EncodedDraft, _issuer: Issuer | 'self'): readonly LintFinding[] {
  throw new Error('not written yet')
}

/** Passes a draft that breaks no lint. Throws `Refusal` with code `lint`, one problem for each error. */
export function lintDraft(_encoded: EncodedDraft, _issuer: Issuer | 'self'): LintedDraft {
  throw new Error('not written yet')
}
