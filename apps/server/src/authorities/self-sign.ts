import { keyIdentifier, type SigningKey } from '@chancery/keys'
import { encodeDraft, fillRoot, lintDraft, type SubjectAttribute } from '@chancery/pki'
import { algorithmIdentifier, assembleSigned, type Name } from '@chancery/x509'
import type { Authorities } from './authorities.ts'
import type { NewAuthorityCertificate } from './authority-store.ts'
import type { AuthorityProfile } from './create-root.ts'

/** A root's certificate by its own key. It is the only certificate that does not come through the path; the lints see it all the same. `keyIdentifier`: of earlier certificates of this key. */
export async function selfSign(
  {
    subject,
    keyIdentifier: known,
    pathLength,
    ...profile
  }: AuthorityProfile & { readonly subject: readonly SubjectAttribute[] | Name; readonly keyIdentifier?: Uint8Array },
  generation: string,
  key: SigningKey,
  { newId, serialNumber, now }: Pick<Authorities, 'newId' | 'serialNumber' | 'now'>,
): Promise<NewAuthorityCertificate> {
  const draft = fillRoot({
    ...profile,
    subject,
    ...(typeof pathLength === 'number' && { pathLength }),
    publicKey: key.publicKey,
    signatureAlgorithm: key.algorithm,
    serialNumber: serialNumber(),
    keyIdentifier: known ?? keyIdentifier(key.publicKey),
    now: now(),
  })
  const { tbs } = lintDraft(encodeDraft(draft), 'self')
  const der = assembleSigned(tbs, algorithmIdentifier(key.algorithm), await key.sign(tbs, 'certificate'))
  return { id: newId(), generation, der, notBefore: draft.notBefore, notAfter: draft.notAfter, active: true, chain: [] }
}
