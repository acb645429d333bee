import { DerError, encodeTbsCertificate } from '@chancery/x509'
import type { Draft, EncodedDraft } from './draft.ts'
import { Refusal } from './refusal.ts'

/** The draft with the DER of its TBSCertificate, which is what the key signs. Throws `Refusal` for what DER cannot say. */
export function encodeDraft(draft: Draft): EncodedDraft {
  return { draft, tbs: orRefuse(() => encodeTbsCertificate(draft)) }
}

/** Runs `encode`; a value that its type cannot hold, a Greek letter in a countryName say, becomes a `Refusal`. */
export function orRefuse<T>(encode: () => T): T {
  try {
    return encode()
  } catch (error) {
    if (!(error instanceof DerError)) throw error
    const detail = `This cannot stand in a certificate: ${error.message}.`
    throw new Refusal('name-not-allowed', detail, [{ ...(error.path && { field: error.path }), detail }])
  }
}
