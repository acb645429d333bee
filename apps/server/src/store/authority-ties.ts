import { Refusal } from '@chancery/pki'
import type { AuditRecord } from '../audit/audit-record.ts'
import type { KnownCertificate, Tie } from '../authorities/authority-store.ts'
import { insertNames } from './certificate-names.ts'
import { rememberCompromised } from './compromised-keys.ts'
import { addPage, earlierRow, type Owner } from './earlier-certificates.ts'
import { isOfDeletedAuthority } from './held-generation.ts'
import { putInOutbox } from './outbox.ts'
import { KEY_COMPROMISE } from './revocation-ledger.ts'
import type { CertificateTable } from './schema.ts'
import { searchKeys } from './search-keys.ts'
import type { Db, TenantContext, Trx } from './store-context.ts'

/** The certificates of all CAs of a tenant. */
export async function readKnown(db: Db, tenant: string): Promise<readonly KnownCertificate[]> {
  const rows = await db
    .selectFrom('authority_certificate as known')
    .innerJoin('generation', (join) =>
      join.onRef('generation.tenant', '=', 'known.tenant').onRef('generation.id', '=', 'known.generation'),
    )
    .innerJoin('authority', 'authority.id', 'generation.authority')
    .select(['known.id', 'known.generation', 'known.der', 'known.issued_as', 'authority.status'])
    .where('known.tenant', '=', tenant)
    .orderBy('known.id', 'desc')
    .execute()
  const chains = await readChains(db, tenant)
  return rows.map(({ id, generation, der, issued_as, status }) => ({
    id,
    generation,
    der,
    alive: status !== 'deleted',
    ...issuedAs(issued_as),
    chain: chains.get(id) ?? [],
  }))
}

/** What is stored above certificates that no CA of the tenant issued, nearest first, by certificate. */
async function readChains(db: Db, tenant: string): Promise<ReadonlyMap<string, KnownCertificate['chain']>> {
  const rows = await db
    .selectFrom('authority_chain as above')
    .innerJoin('authority_certificate as known', 'known.id', 'above.certificate')
    .select(['above.certificate', 'above.der', 'above.issued_as'])
    .where('known.tenant', '=', tenant)
    .where('known.issued_as', 'is', null)
    .orderBy('above.certificate')
    .orderBy('above.position')
    .execute()
  return new Map(
    [...Map.groupBy(rows, ({ certificate }) => certificate)].map(([certificate, chain]) => [
      certificate,
      chain.map(({ der, issued_as }) => ({ der, ...issuedAs(issued_as) })),
    ]),
  )
}

function issuedAs(id: string | null): Pick<KnownCertificate, 'issuedAs'> {
  return id === null ? {} : { issuedAs: id }
}

/** Certificates were added that the ties were not looked for among. */
class Overtaken extends Error {}

/** False when a change found itself overtaken, and was taken back. */
export async function unlessOvertaken(change: () => Promise<void>): Promise<boolean> {
  try {
    await change()
    return true
  } catch (error) {
    if (error instanceof Overtaken) return false
    throw error
  }
}

/**
 * Asked by whoever holds the row of the tenant (`touchIssuers`), as everybody does who adds a certificate of a CA: those that were
 * added before are counted, those that come later will see what is written here.
 */
export async function checkSeen(trx: Trx, tenant: string, seen: number): Promise<void> {
  const { count } = await trx
    .selectFrom('authority_certificate')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('tenant', '=', tenant)
    .executeTakeFirstOrThrow()
  if (Number(count) !== seen) throw new Overtaken()
}

/** Makes each tie that is not made yet. Whose key signed is taken on trust; that all of it is of one tenant is not. */
export async function tieCertificates(
  trx: Trx,
  ties: readonly Tie[],
  { act }: AuditRecord,
  { tenant, newId }: TenantContext,
): Promise<void> {
  for (const tie of ties) {
    const owner = await holdSigner(trx, tenant, tie.signedBy)
    if (owner === undefined) continue
    await addPage(trx, [tie.entry], owner)
    const entry = await entryOf(trx, tie, owner)
    if (entry.state === 'issued' && entry.der === null) await fillIn(trx, entry, tie, owner)
    await link(trx, tie, entry.id, owner)
    await putInOutbox(trx, { id: newId(), tenant, kind: 'crl', key: owner.generation, dueAt: act.at })
  }
}

/** Waits for whoever revokes under this generation or deletes its CA. No owner when that is deleted, or of nobody here. */
async function holdSigner(trx: Trx, tenant: string, generation: string): Promise<Owner | undefined> {
  const held = await trx
    .updateTable('generation')
    .set((eb) => ({ revocation_version: eb('revocation_version', '+', 1) }))
    .where('tenant', '=', tenant)
    .where('id', '=', generation)
    .returning(['authority', 'revocation_version'])
    .executeTakeFirst()
  if (held === undefined || (await isOfDeletedAuthority(trx, generation))) return undefined
  return { tenant, generation, authority: held.authority, version: held.revocation_version }
}

/** What is tied already keeps its tie. */
async function link(trx: Trx, tie: Tie, issuedAs: string, owner: Owner): Promise<void> {
  if (tie.above !== undefined) {
    await trx
      .updateTable('authority_chain')
      .set({ issued_as: issuedAs })
      .where('tenant', '=', owner.tenant)
      .where('certificate', '=', tie.certificate)
      .where('position', '=', tie.above)
      .where('issued_as', 'is', null)
      .execute()
    return
  }
  await trx
    .updateTable('authority_certificate')
    .set({ issued_as: issuedAs })
    .where('tenant', '=', owner.tenant)
    .where('id', '=', tie.certificate)
    .where('issued_as', 'is', null)
    .execute()
  await placeBelow(trx, tie, owner)
}

type Entry = Pick<CertificateTable, 'id' | 'state' | 'der' | 'revoked_at' | 'revocation_reason'>

function entryOf(trx: Trx, { entry }: Tie, { tenant, generation }: Owner): Promise<Entry> {
  return trx
    .selectFrom('certificate')
    .select(['id', 'state', 'der', 'revoked_at', 'revocation_reason'])
    .where('tenant', '=', tenant)
    .where('generation', '=', generation)
    .where('serial', '=', entry.serialNumber)
    .executeTakeFirstOrThrow()
}

/** An entry of before an import that was known by its serial number alone is known by its DER from now on. */
async function fillIn(trx: Trx, { id, ...known }: Entry, { entry }: Tie, owner: Owner): Promise<void> {
  const { subject, not_before, not_after, recorded_at, issued_at, ...whole } = earlierRow(entry, owner)
  const { public_key_hash, fingerprint, names, der } = whole
  await trx
    .updateTable('certificate')
    .set({ subject, not_before, not_after, recorded_at, issued_at, public_key_hash, fingerprint, names, der })
    .where('tenant', '=', owner.tenant)
    .where('id', '=', id)
    .execute()
  const keys = searchKeys(entry.names ?? [])
  await insertNames(
    trx,
    owner.tenant,
    keys.map((key) => ({ certificate: id, key })),
  )
  if (known.revocation_reason === KEY_COMPROMISE && known.revoked_at !== null && public_key_hash !== null)
    await rememberCompromised(trx, public_key_hash, known.revoked_at, owner.tenant)
}

/** The CA whose issuing certificate was tied says who stands above it. */
async function placeBelow(trx: Trx, { certificate }: Tie, { tenant, authority }: Owner): Promise<void> {
  await trx
    .updateTable('authority')
    .set({ parent: authority })
    .where('tenant', '=', tenant)
    .where('id', '<>', authority)
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('authority_certificate')
        .innerJoin('generation', 'generation.id', 'authority_certificate.generation')
        .select('generation.authority')
        .where('authority_certificate.tenant', '=', tenant)
        .where('authority_certificate.id', '=', certificate)
        .where('authority_certificate.active', '=', 1)
        .where('generation.status', '=', 'active'),
    )
    .execute()
}

/** Throws `Refusal` 'malformed' for a certificate that its CA of the tenant revoked, or whose serial number was never given out. */
export async function refuseRevoked(trx: Trx, tenant: string, certificate: string): Promise<void> {
  const dead = await trx
    .selectFrom('authority_certificate')
    .innerJoin('certificate', (join) =>
      join
        .onRef('certificate.tenant', '=', 'authority_certificate.tenant')
        .onRef('certificate.id', '=', 'authority_certificate.issued_as'),
    )
    .select('certificate.id')
    .where('authority_certificate.tenant', '=', tenant)
    .where('authority_certificate.id', '=', certificate)
    .where((eb) => eb.or([eb('certificate.revocation', 'is not', null), eb('certificate.state', '<>', 'issued')]))
    .executeTakeFirst()
  if (dead === undefined) return
  const detail = 'This certificate was revoked by the CA that issued it. Have the CSR signed again.'
  throw new Refusal('malformed', detail, [{ field: '/certificate', detail }])
}
