import { refuseFaultyConstraints } from '@chancery/pki'
import type { Act } from '../audit/audit-record.ts'
import { standInKey } from '../enrollment/stand-in-key.ts'
import { askParent } from './ask-parent.ts'
import type { Authorities } from './authorities.ts'
import {
  type AuthorityPreview,
  orProblems,
  previewByParent,
  previewRequest,
  previewSelfSigned,
} from './authority-preview.ts'
import type { AuthorityProfile, CreateAuthority } from './create-root.ts'
import { nameOfAuthority } from './new-authority.ts'
import { algorithmFor, nameOf } from './new-generation.ts'

/** A CA that is not made yet: a root, one that the CA `parent` of the tenant signs, or one whose CSR somebody else signs. */
export type PreviewAuthority = CreateAuthority &
  AuthorityProfile &
  ({ readonly kind: 'root' } | { readonly kind: 'intermediate'; readonly parent: string } | { readonly kind: 'csr' })

/**
 * The certificate that a CA would get, or its CSR, with the lint's words, for a stand-in key of its type. Nothing is made or written
 * down, and no key is asked. Throws `Refusal` 'not-found' and 'issuer-inactive' for a parent that issues nothing.
 */
export function previewAuthority(
  asked: PreviewAuthority,
  act: Act,
  authorities: Authorities,
): Promise<AuthorityPreview> {
  const { keyType = 'ecdsa-p256', subject, signatureAlgorithm } = asked
  return orProblems(async () => {
    nameOfAuthority(subject)
    algorithmFor(keyType, signatureAlgorithm)
    refuseFaultyConstraints(asked.nameConstraints)
    const publicKey = await standInKey(keyType, authorities.pool.for(authorities.tenant))
    switch (asked.kind) {
      case 'root':
        return previewSelfSigned({ ...asked, publicKey, now: authorities.now() })
      case 'intermediate': {
        const names = { parent: asked.parent, generation: '', certificate: '', publicKey }
        return previewByParent(askParent(asked, names, act), keyType, authorities)
      }
      case 'csr':
        return previewRequest({ publicKey, keyType, signatureAlgorithm }, nameOf(subject), asked, authorities.now())
    }
  })
}
