import { type Act, continued, recordOf } from '../audit/audit-record.ts'
import type { Authority } from '../issuers/authority.ts'
import { askParent, certifyByParent, rehearse } from './ask-parent.ts'
import type { Authorities } from './authorities.ts'
import type { AuthorityProfile, CreateAuthority } from './create-root.ts'
import { firstTemplate, newAuthority } from './new-authority.ts'
import { nameOf, newKey, openGeneration } from './new-generation.ts'

/**
 * Makes a CA under a CA of the tenant, by one click. What the parent would refuse is refused before anything is stored; afterwards
 * an interruption leaves a CA that awaits its certificate, and the sweep brings it. Throws `Refusal`.
 */
export async function createIntermediate(
  asked: CreateAuthority & AuthorityProfile & { readonly parent: string },
  act: Act,
  authorities: Authorities,
): Promise<Authority> {
  const authority = newAuthority(asked, { status: 'awaiting-certificate', parent: asked.parent }, act, authorities)
  const key = await newKey(asked.keyType ?? 'ecdsa-p256', authorities)
  const { generation } = await openGeneration(
    key,
    {
      authority: authority.id,
      number: 1,
      subject: nameOf(asked.subject),
      signatureAlgorithm: asked.signatureAlgorithm,
      pathLength: asked.pathLength === null ? undefined : (asked.pathLength ?? 0),
      status: 'awaiting-certificate',
      historyKnown: true,
    },
    authorities,
  )
  const ask = askParent(asked, { parent: asked.parent, publicKey: key.publicKey, certificate: generation.id }, act)
  await rehearse(ask, act, authorities)

  const details = { name: authority.name, keyType: generation.keyType, kind: 'intermediate', parent: asked.parent }
  await authorities.store.create(
    { authority, generation, template: firstTemplate(authority.id, authorities) },
    recordOf(act, { action: 'authority.create', object: { type: 'authority', id: authority.id }, details }),
  )
  const certified = await certifyByParent(ask, generation, continued(act), authorities)
  return certified ? { ...authority, status: 'active' } : authority
}
