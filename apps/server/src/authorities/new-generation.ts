import { generateKey, openManagedKey, type SigningKey } from '@chancery/keys'
import { Refusal, type SubjectAttribute } from '@chancery/pki'
import {
  algorithmIdentifier,
  assembleSigned,
  attributeTypeName,
  attributeTypeOid,
  type Extension,
  encodeCertificationRequestInfo,
  type KeyType,
  makeName,
  type Name,
  type PublicKey,
  type SignatureAlgorithm,
  signatureAlgorithmsFor,
} from '@chancery/x509'
import type { Authorities } from './authorities.ts'
import type { NewGeneration } from './authority-store.ts'

/** A key to open a generation with; its PKCS#8 (DER) is taken over and wiped. */
export interface NewKey {
  readonly pkcs8: Uint8Array
  readonly publicKey: PublicKey
  readonly keyType: KeyType
  readonly origin: 'generated' | 'imported'
}

/** Makes a key of this type in the tenant's turn. */
export async function newKey(keyType: KeyType, { pool, tenant }: Authorities): Promise<NewKey> {
  return { ...(await generateKey(keyType, pool.for(tenant))), keyType, origin: 'generated' }
}

/** What a generation is opened for. */
export interface Opening {
  readonly authority: string
  readonly number: number
  readonly subject: Name
  /** How it signs; absent: by the default of its key. */
  readonly signatureAlgorithm?: SignatureAlgorithm | undefined
  /** What its CSR asks for. */
  readonly extensions: readonly Extension[]
  readonly status: 'awaiting-certificate' | 'active'
  readonly historyKnown: boolean
}

/** A generation before it is stored: its key sealed, its CSR made, and the key open to sign its first certificate. */
export async function openGeneration(key: NewKey, opening: Opening, authorities: Authorities) {
  const { tenant, sealer, pool, newId, newPublicId, now } = authorities
  const { authority, number, subject, signatureAlgorithm, extensions, status, historyKnown } = opening
  const algorithm = algorithmFor(key.keyType, signatureAlgorithm)
  const id = newId()
  const sealedKey = sealer.seal(key.pkcs8, { tenant, purpose: 'generation-key', id })
  const signingKey = openManagedKey(key.pkcs8, algorithm, pool.for(tenant))
  const csr = await signedRequest({ subject, publicKey: key.publicKey, extensions }, signingKey)
  const generation: NewGeneration = {
    id,
    tenant,
    authority,
    publicId: newPublicId(),
    number,
    status,
    keyType: key.keyType,
    keyOrigin: key.origin,
    ...(signatureAlgorithm !== undefined && { signatureAlgorithm }),
    publicKey: key.publicKey.der,
    csr,
    historyKnown,
    createdAt: now(),
    sealedKey,
  }
  return { generation, signingKey }
}

/** A CSR (PKCS#10, DER) of a CA, signed by the key that it is for. */
export async function signedRequest(
  request: Parameters<typeof encodeCertificationRequestInfo>[0],
  key: Pick<SigningKey, 'algorithm' | 'sign'>,
): Promise<Uint8Array> {
  const info = encodeCertificationRequestInfo(request)
  return assembleSigned(info, algorithmIdentifier(key.algorithm), await key.sign(info, 'certification-request'))
}

/** The algorithm that was chosen, or the default. Throws `Refusal` 'not-permitted' for one that keys of this type do not have. */
export function algorithmFor(keyType: KeyType, chosen: SignatureAlgorithm | undefined): SignatureAlgorithm {
  const fitting = signatureAlgorithmsFor(keyType)
  const algorithm = chosen ?? fitting[0]
  if (algorithm !== undefined && fitting.includes(algorithm)) return algorithm
  const detail = `A key of type ${keyType} signs by ${fitting.join(', ')}. Choose one of these, or leave the choice out.`
  throw new Refusal('not-permitted', detail, [{ field: '/signatureAlgorithm', detail }])
}

/** The distinguished name of these attributes, one to an RDN in their order. Throws `Refusal` 'malformed'. */
export function nameOf(attributes: readonly SubjectAttribute[]): Name {
  return makeName(
    attributes.map(({ type, value }, at) => {
      const oid = attributeTypeOid(type)
      if (oid !== undefined) return [{ type: oid, value }]
      const detail = `"${type.slice(0, 60)}" is no attribute type. Use a name such as organizationName, or a dotted identifier.`
      throw new Refusal('malformed', detail, [{ field: `/subject/${at}/type`, detail }])
    }),
  )
}

/** A name as the attributes that it was made of. */
export function attributesOf(name: Name): readonly SubjectAttribute[] {
  return name.rdns.flat().map(({ type, value }) => ({ type: attributeTypeName(type), value }))
}
