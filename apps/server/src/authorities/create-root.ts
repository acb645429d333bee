import type { Profile, RequestedValidity, SubjectAttribute } from '@chancery/pki'
import type { KeyType, KeyUsageBit, Oid, SignatureAlgorithm } from '@chancery/x509'
import { type Act, recordOf } from '../audit/audit-record.ts'
import type { Authority, AuthoritySettings } from '../issuers/authority.ts'
import type { Authorities } from './authorities.ts'
import { firstTemplate, newAuthority } from './new-authority.ts'
import { nameOf, newKey, openGeneration } from './new-generation.ts'
import { requestedExtensions } from './requested-extensions.ts'
import { selfSign } from './self-sign.ts'

/** What a person says of a CA that is made here. Only the name is needed. */
export interface CreateAuthority {
  /** Must hold a commonName: it becomes the CA's name. */
  readonly subject: readonly SubjectAttribute[]
  /** ecdsa-p256 unless said otherwise. */
  readonly keyType?: KeyType
  /** How it signs certificates and CRLs, unless a template chooses otherwise. Absent: by the default of its key. */
  readonly signatureAlgorithm?: SignatureAlgorithm
  readonly cps?: string
  readonly settings?: AuthoritySettings
}

/** What a person says of a certificate of a CA. */
export interface AuthorityProfile {
  /** Absent: ten years for a root, five for an intermediate. */
  readonly validity?: RequestedValidity
  /** `null`: no limit. Absent: none for a root, 0 for an intermediate. */
  readonly pathLength?: number | null
  readonly keyUsage?: readonly KeyUsageBit[]
  readonly extendedKeyUsage?: readonly Oid[]
  readonly nameConstraints?: NonNullable<Profile['nameConstraints']>
}

/** Makes a root: key, self-signed certificate, Web Server template, OCSP responder. Throws `Refusal`; then nothing is left of it. */
export async function createRoot(
  asked: CreateAuthority & AuthorityProfile,
  act: Act,
  authorities: Authorities,
): Promise<Authority> {
  const authority = newAuthority(asked, { status: 'active' }, act, authorities)
  const key = await newKey(asked.keyType ?? 'ecdsa-p256', authorities)
  const subject = nameOf(asked.subject)
  const opening = {
    authority: authority.id,
    number: 1,
    subject,
    signatureAlgorithm: asked.signatureAlgorithm,
    extensions: requestedExtensions(asked, key, act.at),
    status: 'active',
    historyKnown: true,
  } as const
  const { generation, signingKey } = await openGeneration(key, opening, authorities)

  const certificate = await selfSign(asked, generation.id, signingKey, authorities)
  const template = firstTemplate(authority.id, authorities)
  const details = { name: authority.name, keyType: generation.keyType, kind: 'root' }
  await authorities.store.create(
    { authority, generation, certificate, template },
    recordOf(act, { action: 'authority.create', object: { type: 'authority', id: authority.id }, details }),
  )
  await authorities.makeServices(generation.id)
  return authority
}
