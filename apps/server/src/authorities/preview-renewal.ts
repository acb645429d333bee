import type { SignatureAlgorithm } from '@chancery/x509'
import type { Act } from '../audit/audit-record.ts'
import { standInKey } from '../enrollment/stand-in-key.ts'
import type { Authority } from '../issuers/authority.ts'
import type { Authorities } from './authorities.ts'
import {
  type AuthorityPreview,
  orProblems,
  previewByParent,
  previewRequest,
  previewSelfSigned,
} from './authority-preview.ts'
import { algorithmFor } from './new-generation.ts'
import {
  algorithmOfKeptKey,
  algorithmOfNewKey,
  askAgain,
  keptKeyOf,
  planRenewal,
  type RenewAuthority,
  type RenewalPlan,
  requestedAgain,
} from './plan-renewal.ts'

/**
 * The certificate that a CA would be renewed by, or the CSR for it, with the lint's words: for its key, or for a stand-in of the new
 * one. Nothing is made or written down, and no key is asked. Throws `Refusal` 'conflict' for a CA that cannot be renewed, and
 * 'issuer-inactive' when its parent issues nothing.
 */
export function previewRenewal(
  authority: Authority,
  asked: RenewAuthority,
  act: Act,
  authorities: Authorities,
): Promise<AuthorityPreview> {
  return orProblems(async () => {
    const plan = await planRenewal(authority, asked, authorities)
    const key = await keyAfter(plan, authorities)
    const { subject } = plan.certificate
    if (plan.signer === 'itself') return previewSelfSigned({ ...plan.profile, ...key, subject, now: authorities.now() })
    const { publicKey, keyIdentifier } = key
    const kept = { publicKey, ...(keyIdentifier !== undefined && { keyIdentifier }) }
    const ask = askAgain(plan, kept, { generation: '', certificate: '' }, act)
    return ask === undefined
      ? previewRequest(key, subject, requestedAgain(plan), authorities.now())
      : previewByParent(ask, key.keyType, authorities)
  })
}

/** The key that is kept, or a stand-in for the new one, and by what it signs. Throws `Refusal`. */
async function keyAfter(plan: RenewalPlan, { pool, tenant }: Authorities) {
  const { asked, open, certificate } = plan
  const { generation } = open.stored
  if (asked.key === 'same') {
    const signatureAlgorithm: SignatureAlgorithm = algorithmOfKeptKey(plan)
    return { ...keptKeyOf(certificate), keyType: generation.keyType, signatureAlgorithm }
  }
  const keyType = asked.keyType ?? generation.keyType
  const signatureAlgorithm = algorithmFor(keyType, algorithmOfNewKey(plan, keyType))
  return { publicKey: await standInKey(keyType, pool.for(tenant)), keyType, signatureAlgorithm }
}
