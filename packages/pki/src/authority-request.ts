import { AuthorityKeyIdentifier, type Extension } from '@chancery/x509'
import { checkNameConstraints } from './check-name-constraints.ts'
import type { EncodedDraft, LintFinding } from './draft.ts'
import { encodeDraft } from './encode-draft.ts'
import { findings, lintDraft } from './lint.ts'
import { Refusal } from './refusal.ts'
import { fillRoot, type Root } from './root.ts'

/** What a person may choose of a certificate that somebody else signs, and the key that it is for. */
export interface AuthorityRequest extends Omit<Root, 'subject' | 'signatureAlgorithm' | 'validity' | 'serialNumber'> {
  /** Absent: the name that it has already, in which there is nothing to choose. */
  readonly subject?: Root['subject']
}

/** The number is for who signs to say: this takes its place before the lints, and so does a name that was judged before. */
const NO_NUMBER = 0x5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5an
const NOBODY = [{ type: 'commonName', value: 'A CA' }]

/**
 * The extensions that the CSR of a CA asks for: what its certificate would hold if it were signed here, without what only its
 * signer can say. Throws `Refusal`: 'not-permitted' for name constraints that are none, 'lint' as `lintDraft` does for names, usages
 * and path lengths that no CA may have.
 */
export function requestedByAuthority(asked: AuthorityRequest): readonly Extension[] {
  const encoded = asIfSignedHere(asked)
  lintDraft(encoded, 'self')
  return requestedIn(encoded)
}

/** The same before it is asked for, with all that the lints say. Throws `Refusal` for what no certificate can be made of. */
export function previewAuthorityRequest(asked: AuthorityRequest): {
  readonly extensions: readonly Extension[]
  readonly findings: readonly LintFinding[]
} {
  const encoded = asIfSignedHere(asked)
  return { extensions: requestedIn(encoded), findings: findings(encoded.tbs, 'self') }
}

function asIfSignedHere({ subject = NOBODY, ...asked }: AuthorityRequest): EncodedDraft {
  refuseFaultyConstraints(asked.nameConstraints)
  return encodeDraft(fillRoot({ ...asked, subject, serialNumber: NO_NUMBER }))
}

function requestedIn({ draft }: EncodedDraft): readonly Extension[] {
  return draft.extensions.filter(({ id }) => id !== AuthorityKeyIdentifier.id)
}

/** Throws `Refusal` 'not-permitted' for what a CA is to be constrained by and is none, with the fields in which it stands. */
export function refuseFaultyConstraints(constraints: AuthorityRequest['nameConstraints']): void {
  const problems = checkNameConstraints(constraints, true)
  const [first] = problems
  if (first !== undefined) throw new Refusal('not-permitted', first.detail, problems)
}
