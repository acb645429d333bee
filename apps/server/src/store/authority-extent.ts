import type { AuthorityStore } from '../authorities/authority-store.ts'
import type { Db, TenantContext } from './store-context.ts'

/** Beyond this nobody needs to know how many. */
const MANY = 10_000

/** What belongs to a CA, counted. */
export function countExtent({ database, tenant }: TenantContext): AuthorityStore['extent'] {
  return (id, now) =>
    database.read(async (db) => {
      const own = { db, tenant, id }
      return {
        keys: await countUpTo(keys(own)),
        templates: await countUpTo(templates(own)),
        pendingRequests: await countUpTo(pendingRequests(own)),
        certificates: await countUpTo(certificates(own)),
        liveCertificates: await countUpTo(liveCertificates(own, now)),
      }
    })
}

interface Own {
  readonly db: Db
  readonly tenant: string
  readonly id: string
}

function keys({ db, tenant, id }: Own) {
  return db
    .selectFrom('generation')
    .select('id')
    .where('tenant', '=', tenant)
    .where('authority', '=', id)
    .where('sealed_key', 'is not', null)
}

function templates({ db, tenant, id }: Own) {
  return db.selectFrom('template').select('id').where('tenant', '=', tenant).where('authority', '=', id)
}

function pendingRequests({ db, tenant, id }: Own) {
  return db
    .selectFrom('enrollment_request')
    .select('id')
    .where('tenant', '=', tenant)
    .where('authority', '=', id)
    .where('status', '=', 'pending')
}

function certificates({ db, tenant, id }: Own) {
  return db.selectFrom('certificate').select('id').where('tenant', '=', tenant).where('authority', '=', id)
}

function liveCertificates(own: Own, now: number) {
  return certificates(own)
    .where('not_after', '>=', now)
    .where('state', '<>', 'abandoned')
    .where((eb) => eb.or([eb('revocation', 'is', null), eb('revocation', '=', 'held')]))
}

/** The part of a query that counting needs. */
interface Rows {
  limit(most: number): { execute(): Promise<readonly unknown[]> }
}

async function countUpTo(rows: Rows): Promise<number> {
  return (await rows.limit(MANY).execute()).length
}
