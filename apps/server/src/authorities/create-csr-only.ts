import { type Act, recordOf } from '../audit/audit-record.ts'
import type { Authority } from '../issuers/authority.ts'
import type { Authorities } from './authorities.ts'
import type { CreateAuthority } from './create-root.ts'
import { firstTemplate, newAuthority } from './new-authority.ts'
import { nameOf, newKey, openGeneration } from './new-generation.ts'
import { type RequestedProfile, requestedExtensions } from './requested-extensions.ts'

/**
 * Makes a CA whose certificate comes from elsewhere: its CSR, which asks for what was chosen, is there to be fetched at any time,
 * its certificate to be imported. Throws `Refusal`; then nothing is left of it.
 */
export async function createCsrOnly(
  asked: CreateAuthority & RequestedProfile,
  act: Act,
  authorities: Authorities,
): Promise<Authority> {
  const authority = newAuthority(asked, { status: 'awaiting-certificate' }, act, authorities)
  const key = await newKey(asked.keyType ?? 'ecdsa-p256', authorities)
  const { generation } = await openGeneration(
    key,
    {
      authority: authority.id,
      number: 1,
      subject: nameOf(asked.subject),
      signatureAlgorithm: asked.signatureAlgorithm,
      extensions: requestedExtensions(asked, key, act.at),
      status: 'awaiting-certificate',
      historyKnown: true,
    },
    authorities,
  )
  const details = { name: authority.name, keyType: generation.keyType, kind: 'csr' }
  await authorities.store.create(
    { authority, generation, template: firstTemplate(authority.id, authorities) },
    recordOf(act, { action: 'authority.create', object: { type: 'authority', id: authority.id }, details }),
  )
  return authority
}
