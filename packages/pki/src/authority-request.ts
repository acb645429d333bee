import { AuthorityKeyIdentifier, type Extension } from '@chancery/x509'
import { checkNameConstraints } from './check-name-constraints.ts'
import { encodeDraft } from './encode-draft.ts'
import { lintDraft } from './lint.ts'
import { Refusal } from './refusal.ts'
import { fillRoot, type Root } from './root.ts'

/** What a person may choose of a certificate that somebody else signs, and the key that it is for. */
export type AuthorityRequest = Omit<Root, 'subject' | 'signatureAlgorithm' | 'validity' | 'serialNumber'>

/** The name and the number are for who signs to see and to say: these take their places before the lints. */
const NOBODY = [{ type: 'commonName', value: 'A CA' }]
const NO_NUMBER = 0x5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5an

/**
 * The extensions that the CSR of a CA asks for: what its certificate would hold if it were signed here, without what only its
 * signer can say. Throws `Refusal`: 'not-permitted' for name constraints that are none, 'lint' as `lintDraft` does for usages and
 * path lengths that no CA may have.
 */
export function requestedByAuthority(asked: AuthorityRequest): readonly Extension[] {
  refuseFaultyConstraints(asked.nameConstraints)
  const draft = fillRoot({ ...asked, subject: NOBODY, serialNumber: NO_NUMBER })
  lintDraft(encodeDraft(draft), 'self')
  return draft.extensions.filter(({ id }) => id !== AuthorityKeyIdentifier.id)
}

/** Throws `Refusal` 'not-permitted' for what a CA is to be constrained by and is none, with the fields in which it stands. */
export function refuseFaultyConstraints(constraints: AuthorityRequest['nameConstraints']): void {
  const problems = checkNameConstraints(constraints, true)
  const [first] = problems
  if (first !== undefined) throw new Refusal('not-permitted', first.detail, problems)
}
