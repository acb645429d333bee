import type { NewAuthorityCertificate, NewGeneration } from '../authorities/authority-store.ts'
import type { Authority, AuthorityCertificate, Generation } from '../issuers/authority.ts'
import { fromJson, toJson } from './json.ts'
import type { AuthorityCertificateTable, AuthorityTable, GenerationTable } from './schema.ts'
import type { Trx } from './store-context.ts'
import { withoutNulls } from './without-nulls.ts'

export const GENERATION_COLUMNS = [
  'id',
  'tenant',
  'authority',
  'public_id',
  'number',
  'status',
  'key_type',
  'key_origin',
  'signature_algorithm',
  'public_key',
  'csr',
  'history_known',
  'created_at',
] as const

export function toAuthority({ public_id, settings, created_at, ...row }: AuthorityTable): Authority {
  return { ...withoutNulls(row), publicId: public_id, settings: fromJson(settings), createdAt: created_at }
}

export function authorityRow({ publicId, settings, createdAt, parent, ...authority }: Authority): AuthorityTable {
  return {
    ...authority,
    public_id: publicId,
    parent: parent ?? null,
    settings: toJson(settings),
    created_at: createdAt,
  }
}

export function toGeneration(row: Pick<GenerationTable, (typeof GENERATION_COLUMNS)[number]>): Generation {
  const { public_id, key_type, key_origin, signature_algorithm, public_key, history_known, created_at, ...same } = row
  return {
    ...same,
    publicId: public_id,
    keyType: key_type,
    keyOrigin: key_origin,
    ...(signature_algorithm !== null && { signatureAlgorithm: signature_algorithm }),
    publicKey: public_key,
    historyKnown: history_known === 1,
    createdAt: created_at,
  }
}

export function generationRow(generation: NewGeneration, publicKeyHash: Uint8Array): GenerationTable {
  return {
    id: generation.id,
    tenant: generation.tenant,
    authority: generation.authority,
    public_id: generation.publicId,
    number: generation.number,
    status: generation.status,
    key_type: generation.keyType,
    key_origin: generation.keyOrigin,
    signature_algorithm: generation.signatureAlgorithm ?? null,
    history_known: generation.historyKnown ? 1 : 0,
    revocation_version: 0,
    crl_number: 0,
    created_at: generation.createdAt,
    public_key: generation.publicKey,
    public_key_hash: publicKeyHash,
    csr: generation.csr,
    sealed_key: generation.sealedKey,
  }
}

export function toAuthorityCertificate(row: Omit<AuthorityCertificateTable, 'tenant'>): AuthorityCertificate {
  const { id, generation, der, not_before, not_after, active, issued_as } = row
  return {
    id,
    generation,
    der,
    notBefore: not_before,
    notAfter: not_after,
    active: active === 1,
    ...(issued_as !== null && { issuedAs: issued_as }),
  }
}

/** Stores a certificate of a generation with what stands above it. */
export async function insertAuthorityCertificate(
  trx: Trx,
  tenant: string,
  certificate: NewAuthorityCertificate,
): Promise<void> {
  const { id, generation, der, notBefore, notAfter, active, issuedAs, chain } = certificate
  await trx
    .insertInto('authority_certificate')
    .values({
      id,
      tenant,
      generation,
      active: active ? 1 : 0,
      not_before: notBefore,
      not_after: notAfter,
      issued_as: issuedAs ?? null,
      der,
    })
    .execute()
  if (chain.length === 0) return
  await trx
    .insertInto('authority_chain')
    .values(chain.map((above, position) => ({ certificate: id, position, tenant, der: above, issued_as: null })))
    .execute()
}

/** Tells every cache of this tenant's issuers, in every process, that something of them changed. */
export async function touchIssuers(trx: Trx, tenant: string): Promise<void> {
  await trx
    .updateTable('tenant')
    .set((eb) => ({ issuer_version: eb('issuer_version', '+', 1) }))
    .where('id', '=', tenant)
    .execute()
}
