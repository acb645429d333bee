import { encodeTbsCertificate } from '@chancery/x509'
import type { Draft, EncodedDraft } from './draft.ts'
import { orRefuse } from './or-refuse.ts'

/**
 * The draft with the DER of its TBSCertificate, which is what the key signs. Throws `Refusal` for what DER cannot
 * say.
 */
export function encodeDraft(draft: Draft): EncodedDraft {
  return { draft, tbs: orRefuse(() => encodeTbsCertificate(draft)) }
}
