import type { ExpiringCertificate, ExpiryPlace } from '../notices/expiry-store.ts'
import { fromJson } from './json.ts'
import type { Db } from './store-context.ts'

/**
 * Certificates in order of expiry, from a place on: at most `limit` rows are looked at, by one index. Those that nobody has to hear of
 * are left out here, so that a page of revoked ones is as quick as any.
 */
export async function pageOfExpiring(
  db: Db,
  tenant: string,
  { notAfter, certificate }: ExpiryPlace,
  before: number,
  limit: number,
): Promise<{ readonly certificates: readonly ExpiringCertificate[]; readonly next?: ExpiryPlace }> {
  const rows = await db
    .selectFrom('certificate')
    .select(COLUMNS)
    .where('tenant', '=', tenant)
    // The index begins where these two say; what is of the same moment and was seen is few, and left out by the third.
    .where('not_after', '>=', notAfter)
    .where('not_after', '<', before)
    .where((eb) => eb.or([eb('not_after', '>', notAfter), eb('id', '>', certificate)]))
    .orderBy('not_after')
    .orderBy('id')
    .limit(limit)
    .execute()
  const last = rows.at(-1)
  const live = rows.filter(({ state, revocation }) => state === 'issued' && revocation === null)
  const [authorities, renewable] = await Promise.all([activeOf(db, tenant, live), renewableOf(db, tenant, live)])
  const certificates = live.flatMap((row) => {
    const authority = authorities.get(row.authority)
    return authority === undefined
      ? []
      : [toExpiring(row, authority, row.template !== null && renewable.has(row.template))]
  })
  return {
    certificates,
    ...(rows.length === limit && last && { next: { notAfter: last.not_after, certificate: last.id } }),
  }
}

const COLUMNS = [
  'id',
  'authority',
  'template',
  'request',
  'state',
  'revocation',
  'subject',
  'serial',
  'not_before',
  'not_after',
  'evidence',
  'approval',
  'names',
] as const

type Row = Awaited<ReturnType<typeof rowsFor>>[number]
type Authority = { readonly name: string; readonly public_id: string }

/** For its type alone. */
function rowsFor(db: Db) {
  return db.selectFrom('certificate').select(COLUMNS).execute()
}

async function activeOf(db: Db, tenant: string, rows: readonly Row[]): Promise<ReadonlyMap<string, Authority>> {
  const ids = [...new Set(rows.map(({ authority }) => authority))]
  if (ids.length === 0) return new Map()
  const found = await db
    .selectFrom('authority')
    .select(['id', 'name', 'public_id'])
    .where('tenant', '=', tenant)
    .where('id', 'in', ids)
    .where('status', '=', 'active')
    .execute()
  return new Map(found.map((authority) => [authority.id, authority]))
}

async function renewableOf(db: Db, tenant: string, rows: readonly Row[]): Promise<ReadonlySet<string>> {
  const ids = [...new Set(rows.flatMap(({ template }) => (template === null ? [] : [template])))]
  if (ids.length === 0) return new Set()
  const found = await db
    .selectFrom('template')
    .select(['id', 'enrollment'])
    .where('tenant', '=', tenant)
    .where('id', 'in', ids)
    .where('enabled', '=', 1)
    .execute()
  const open = found.filter(({ enrollment }) => enrollment !== null && fromJson(enrollment).renewal !== undefined)
  return new Set(open.map(({ id }) => id))
}

function toExpiring(row: Row, { name, public_id }: Authority, renewable: boolean): ExpiringCertificate {
  const { id, authority, template, request, subject, evidence, approval, names } = row
  return {
    id,
    authority,
    authorityName: name,
    authorityPublicId: public_id,
    ...(template !== null && { template }),
    ...(request !== null && { request }),
    subject,
    serialNumber: row.serial,
    notBefore: row.not_before,
    notAfter: row.not_after,
    ...(evidence !== null && { evidence: fromJson(evidence) }),
    ...(approval !== null && { approvedBy: fromJson(approval).account }),
    names: names === null ? [] : fromJson(names),
    renewable,
  }
}

/** The newest certificates of a name that are looked at: one that replaces another is made after it. */
const NEWEST = 20

/** Whether a certificate was renewed by its key, or another one has its subject and all its names and ends later. */
export async function isReplaced(
  db: Db,
  tenant: string,
  { id, subject, names, notAfter }: Pick<ExpiringCertificate, 'id' | 'subject' | 'names' | 'notAfter'>,
): Promise<boolean> {
  const renewal = await db
    .selectFrom('renewal')
    .select('next')
    .where('tenant', '=', tenant)
    .where('certificate', '=', id)
    .executeTakeFirst()
  if (renewal !== undefined) return true
  const [key] = names
  if (key === undefined) return false
  const newer = await db
    .selectFrom('certificate_name')
    .innerJoin('certificate', (join) =>
      join
        .onRef('certificate.tenant', '=', 'certificate_name.tenant')
        .onRef('certificate.id', '=', 'certificate_name.certificate'),
    )
    .select(['certificate.subject', 'certificate.names', 'certificate.not_after', 'certificate.revocation'])
    .where('certificate_name.tenant', '=', tenant)
    .where('certificate_name.key', '=', key)
    .where('certificate_name.certificate', '>', id)
    .orderBy('certificate_name.certificate', 'desc')
    .limit(NEWEST)
    .execute()
  return newer.some(
    (other) =>
      other.not_after > notAfter &&
      other.revocation === null &&
      other.subject === subject &&
      other.names !== null &&
      isSame(fromJson(other.names), names),
  )
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  const set = new Set(others)
  return some.length === set.size && some.every((name) => set.has(name))
}
