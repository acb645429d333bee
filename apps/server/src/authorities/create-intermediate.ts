import { type Act, recordOf } from '../audit/audit-record.ts'
import type { Authority } from '../issuers/authority.ts'
import { askParent, certifyByParent } from './ask-parent.ts'
import type { Authorities } from './authorities.ts'
import type { AuthorityProfile, CreateAuthority } from './create-root.ts'
import { firstTemplate, newAuthority } from './new-authority.ts'
import { nameOf, newKey, openGeneration } from './new-generation.ts'
import { requestedExtensions } from './requested-extensions.ts'

/**
 * Makes a CA under a CA of the tenant, by one click. It is stored in the transaction that records what its parent will sign: what
 * the parent refuses leaves nothing, and an interruption afterwards a CA that awaits its certificate until the sweep brings it.
 * Throws `Refusal`.
 */
export async function createIntermediate(
  asked: CreateAuthority & AuthorityProfile & { readonly parent: string },
  act: Act,
  authorities: Authorities,
): Promise<Authority> {
  const { parent } = asked
  const authority = newAuthority(asked, { status: 'awaiting-certificate', parent }, act, authorities)
  const { issuer } = await authorities.issuers.active(parent)
  const key = await newKey(asked.keyType ?? 'ecdsa-p256', authorities)
  const { generation } = await openGeneration(
    key,
    {
      authority: authority.id,
      number: 1,
      subject: nameOf(asked.subject),
      signatureAlgorithm: asked.signatureAlgorithm,
      extensions: requestedExtensions({ pathLength: 0, ...asked }, key, act.at),
      status: 'awaiting-certificate',
      historyKnown: true,
    },
    authorities,
  )
  const names = { parent, generation: generation.id, publicKey: key.publicKey, certificate: generation.id }
  const details = {
    name: authority.name,
    keyType: generation.keyType,
    kind: 'intermediate',
    parent: issuer.authority,
  }
  const record = recordOf(act, {
    action: 'authority.create',
    object: { type: 'authority', id: authority.id },
    details,
  })
  const template = firstTemplate(authority.id, authorities)
  const certified = await certifyByParent(askParent(asked, names, act), act, authorities, (planned) =>
    authorities.store.create({ authority, generation, template, planned }, record),
  )
  return certified ? { ...authority, status: 'active' } : authority
}
