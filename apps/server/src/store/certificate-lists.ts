import { type Expression, type ExpressionBuilder, expressionBuilder, type SqlBool, sql } from 'kysely'
import { compareKeys, type ListPlan, type Rest } from './list-plan.ts'
import type { Key } from './page-cursor.ts'
import type { Tables } from './schema.ts'
import type { Db } from './store-context.ts'

/** An entry of an index: its key in the order of the list, and whether its row fits all of the filter. */
export interface Candidate {
  readonly id: string
  readonly key: Key
  readonly fits: number
}

/** The next entries of a list, at most `limit`. */
function candidates(db: Db, tenant: string, plan: ListPlan, limit: number): Promise<readonly Candidate[]> {
  if (plan.exactly !== undefined) return exactly(db, tenant, plan, limit)
  if (plan.range !== undefined) return byName(db, tenant, plan, limit)
  return plan.order === 'newest' ? newest(db, tenant, plan, limit) : byExpiry(db, tenant, plan, limit)
}

/** The next entries of several lists, as one: an entry of more than one of them fits if it does in any. */
export async function mergedCandidates(
  db: Db,
  tenant: string,
  plans: readonly ListPlan[],
  limit: number,
): Promise<readonly Candidate[]> {
  const [first, ...others] = plans
  if (first === undefined) return []
  if (others.length === 0) return candidates(db, tenant, first, limit)
  const merged = new Map<string, Candidate>()
  for (const plan of plans) {
    for (const candidate of await candidates(db, tenant, plan, limit)) {
      const place = candidate.key.join('\n')
      if (candidate.fits === 1 || !merged.has(place)) merged.set(place, candidate)
    }
  }
  return [...merged.values()].sort((a, b) => compareKeys(first.order, a.key, b.key)).slice(0, limit)
}

async function newest(db: Db, tenant: string, plan: ListPlan, limit: number): Promise<readonly Candidate[]> {
  const [before] = plan.after ?? []
  let rows = certificatesOf(db, tenant, plan)
  if (plan.revocation !== undefined) rows = rows.where('revocation', '=', plan.revocation)
  if (before !== undefined) rows = rows.where('id', '<', String(before))
  const found = await rows
    .select(['id', fits(plan.rest)])
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return found.map((row) => ({ ...row, key: [row.id] }))
}

async function byExpiry(db: Db, tenant: string, plan: ListPlan, limit: number): Promise<readonly Candidate[]> {
  const { after, notAfter } = plan
  const [at, id] = after ?? []
  const direction = plan.order === 'expired' ? 'desc' : 'asc'
  let rows = certificatesOf(db, tenant, plan)
  if (notAfter?.from !== undefined) rows = rows.where('not_after', '>=', notAfter.from)
  if (notAfter?.to !== undefined) rows = rows.where('not_after', '<=', notAfter.to)
  if (after !== undefined) {
    rows = rows.where((eb) =>
      eb(eb.refTuple('not_after', 'id'), direction === 'desc' ? '<' : '>', eb.tuple(Number(at), String(id))),
    )
  }
  const found = await rows
    .select(['id', 'not_after', fits(plan.rest)])
    .orderBy('not_after', direction)
    .orderBy('id', direction)
    .limit(limit)
    .execute()
  return found.map((row) => ({ id: row.id, fits: row.fits, key: [row.not_after, row.id] }))
}

async function byName(db: Db, tenant: string, plan: ListPlan, limit: number): Promise<readonly Candidate[]> {
  const { after, range } = plan
  let names = db.selectFrom('certificate_name as name').where('name.tenant', '=', tenant)
  if (range !== undefined) names = names.where('name.key', '>=', range.from).where('name.key', '<', range.before)
  if (after !== undefined) {
    const [key, certificate] = after
    names = names.where((eb) =>
      eb(eb.refTuple('name.key', 'name.certificate'), '>', eb.tuple(String(key), String(certificate))),
    )
  }
  const found = await names
    .innerJoin('certificate', (join) =>
      join.onRef('certificate.tenant', '=', 'name.tenant').onRef('certificate.id', '=', 'name.certificate'),
    )
    .select(['name.key', 'name.certificate as id', fits(plan.rest)])
    .orderBy('name.key')
    .orderBy('name.certificate')
    .limit(limit)
    .execute()
  return found.map(({ id, key, fits: fit }) => ({ id, fits: fit, key: [key, id] }))
}

/** By a serial number there is at most one in each generation, by a fingerprint hardly ever more than one. */
async function exactly(db: Db, tenant: string, plan: ListPlan, limit: number): Promise<readonly Candidate[]> {
  const { exactly: which, after } = plan
  if (which === undefined) return []
  let rows = db.selectFrom('certificate')
  rows =
    'fingerprint' in which
      ? rows.where('fingerprint', '=', which.fingerprint)
      : rows
          .where('serial', '=', which.serial)
          .where('generation', 'in', (eb) => eb.selectFrom('generation').select('id').where('tenant', '=', tenant))
  const found = await rows.select(['id', 'tenant', fits(plan.rest)]).execute()
  const [before] = after ?? []
  return found
    .filter((row) => row.tenant === tenant && (before === undefined || row.id < String(before)))
    .sort((a, b) => (a.id < b.id ? 1 : -1))
    .slice(0, limit)
    .map((row) => ({ id: row.id, fits: row.fits, key: [row.id] }))
}

function certificatesOf(db: Db, tenant: string, { scope }: ListPlan) {
  const rows = db.selectFrom('certificate')
  return scope === undefined ? rows.where('tenant', '=', tenant) : rows.where(scope.column, '=', scope.id)
}

/**
 * Whether a row fits what the index did not answer. It is a column and no condition: a condition would let the engine walk on
 * through millions of rows that do not fit.
 */
function fits(rest: Rest) {
  const eb = expressionBuilder<Tables, 'certificate'>()
  return sql<number>`case when ${eb.and(conditions(eb, rest))} then 1 else 0 end`.as('fits')
}

function conditions(eb: ExpressionBuilder<Tables, 'certificate'>, rest: Rest): Expression<SqlBool>[] {
  const { authority, template, serial, revocation, notAfter } = rest
  const all: Expression<SqlBool>[] = [eb('certificate.state', '=', 'issued')]
  if (authority !== undefined) all.push(eb('certificate.authority', '=', authority))
  if (template !== undefined) all.push(eb('certificate.template', '=', template))
  if (serial !== undefined) all.push(eb('certificate.serial', '=', serial))
  if (revocation === 'none') all.push(eb('certificate.revocation', 'is', null))
  else if (revocation !== undefined) all.push(eb('certificate.revocation', '=', revocation))
  if (notAfter?.from !== undefined) all.push(eb('certificate.not_after', '>=', notAfter.from))
  if (notAfter?.to !== undefined) all.push(eb('certificate.not_after', '<=', notAfter.to))
  return all
}
