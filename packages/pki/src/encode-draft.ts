import type { Draft, EncodedDraft } from './draft.ts'

/** The draft with the DER of its TBSCertificate, which is what the key signs. Throws `DerError` for what DER cannot say. */
export function encodeDraft(_draft: Draft): EncodedDraft {
  throw new Error('not written yet')
}
