import { setImmediate as nextTurn } from 'node:timers/promises'
import type {
  CertificateFilter,
  CertificateRegister,
  RegisteredCertificate,
} from '../certificates/certificate-register.ts'
import type { Page, PageRequest } from '../tenants/page.ts'
import { type Candidate, mergedCandidates } from './certificate-lists.ts'
import { REGISTERED_COLUMNS, type RegisteredRow, toRegistered } from './certificate-rows.ts'
import { fromJson } from './json.ts'
import { type ListPlan, planLists } from './list-plan.ts'
import { checkLimit, encodeCursor } from './page-cursor.ts'
import { isInRange } from './search-keys.ts'
import { statement } from './statement.ts'
import type { Db, StoreContext, TenantContext } from './store-context.ts'
import { unexpiredCertificates } from './unexpired-certificates.ts'

/**
 * A page looks at most at so many slices of its list, each greater than the one before, up to `SLICE` entries. Where few
 * certificates fit the filter it may come out short, with a `next`: so no filter, however unlucky, holds the event loop.
 */
const SLICES = 10
const SLICE = 2_000

/** The registers of all tenants share what is read after every issuance. */
export function certificateRegisters(context: StoreContext): (tenant: string) => CertificateRegister {
  const { database } = context
  const find = statement<{ tenant: string; id: string }, RegisteredRow>((place) =>
    database.kysely
      .selectFrom('certificate')
      .select(REGISTERED_COLUMNS)
      .where('tenant', '=', place('tenant'))
      .where('id', '=', place('id'))
      .where('state', '=', 'issued'),
  )
  return (tenant) => ({
    find: async (id) => {
      const { rows } = await database.read((db) => find(db, { tenant, id }))
      return rows[0] && toRegistered(rows[0])
    },
    list: (filter, now, page) => list({ ...context, tenant }, filter, now, page),
    unexpired: unexpiredCertificates({ ...context, tenant }),
  })
}

async function list(
  { database, tenant }: TenantContext,
  filter: CertificateFilter,
  now: number,
  page: PageRequest,
): Promise<Page<RegisteredCertificate>> {
  const limit = checkLimit(page)
  const plans = await database.read((db) => ownPlans(db, tenant, planLists(filter, now, page.after)))
  const [plan] = plans
  if (plan === undefined) return { items: [] }

  const items: RegisteredCertificate[] = []
  let after = plan.after
  for (let slice = 0; slice < SLICES; slice++) {
    // SQLite answers within the same turn of the event loop: others have theirs between two slices.
    if (slice > 0) await nextTurn()
    const room = limit - items.length
    const size = Math.min((limit + 1) * 8 ** slice, SLICE)
    const found = await database.read((db) => mergedCandidates(db, tenant, goingOn(plans, after), size))
    const fitting = found.filter(({ fits }) => fits === 1)
    const wanted = fitting.slice(0, room)
    items.push(...(await database.read((db) => registered(db, tenant, wanted, plan))))

    const isEnd = found.length < size && wanted.length === fitting.length
    if (isEnd) return { items }
    // Where the page is full the list goes on after its last entry; else after all that was looked at.
    after = (wanted.length < fitting.length ? wanted : found).at(-1)?.key
    if (items.length === limit) break
  }
  return { items, ...(after !== undefined && { next: encodeCursor(plan.order, after) }) }
}

async function ownPlans(db: Db, tenant: string, plans: readonly ListPlan[]): Promise<readonly ListPlan[]> {
  const own: ListPlan[] = []
  for (const plan of plans) if (await belongsTo(db, tenant, plan)) own.push(plan)
  return own
}

function goingOn(plans: readonly ListPlan[], after: ListPlan['after']): readonly ListPlan[] {
  return plans.map((plan) => ({ ...plan, after }))
}

/**
 * Whether the CA or template that a list begins with is this tenant's, and the template the CA's that is asked for: else its index
 * would be walked for nothing, and the `next` of an empty page name a certificate that is none of the caller's.
 */
async function belongsTo(db: Db, tenant: string, { scope, rest }: ListPlan): Promise<boolean> {
  if (scope === undefined) return true
  const owner =
    scope.column === 'authority'
      ? await db
          .selectFrom('authority')
          .select(['tenant', 'id as authority'])
          .where('id', '=', scope.id)
          .executeTakeFirst()
      : await db
          .selectFrom('certificate')
          .select(['tenant', 'authority'])
          .where('template', '=', scope.id)
          .limit(1)
          .executeTakeFirst()
  return owner?.tenant === tenant && (rest.authority ?? owner.authority) === owner.authority
}

/** The certificates of these candidates, in their order. One that is found by several names is listed by the first alone. */
async function registered(
  db: Db,
  tenant: string,
  found: readonly Candidate[],
  { range }: ListPlan,
): Promise<RegisteredCertificate[]> {
  const rows = new Map(
    (
      await rowsOf(
        db,
        tenant,
        found.map(({ id }) => id),
      )
    ).map((row) => [row.id, row]),
  )
  return found.flatMap(({ id, key: [key] }) => {
    const row = rows.get(id)
    if (row === undefined) return []
    if (range !== undefined && row.names !== null) {
      const first = fromJson(row.names)
        .filter((name) => isInRange(name, range))
        .sort(byCodePoint)
        .at(0)
      if (first !== key) return []
    }
    return [toRegistered(row)]
  })
}

/** As both engines compare text: by the octets of UTF-8, which is not the order of UTF-16 units. */
function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

async function rowsOf(db: Db, tenant: string, ids: readonly string[]) {
  if (ids.length === 0) return []
  return db
    .selectFrom('certificate')
    .select([...REGISTERED_COLUMNS, 'names'])
    .where('tenant', '=', tenant)
    .where('id', 'in', ids)
    .where('state', '=', 'issued')
    .execute()
}
