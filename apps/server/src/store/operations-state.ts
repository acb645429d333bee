import {
  type LookAtOperations,
  MOST_COUNTED,
  MOST_GENERATIONS,
  type OperationsState,
  type Waiting,
} from '../metrics/operations-state.ts'
import type { Db, StoreContext } from './store-context.ts'

/** A look across tenants that a scrape of metrics may take: each part follows one index, and is bounded. */
export function lookAtOperations({ database }: StoreContext): LookAtOperations {
  return (now) =>
    database.read(async (db) => ({
      outbox: await dueWork(db, now),
      openIntents: await openIntents(db),
      pendingRequests: await pendingRequests(db),
      crls: await newestCrls(db, now),
      responders: await newestResponders(db, now),
    }))
}

async function dueWork(db: Db, now: number): Promise<OperationsState['outbox']> {
  const rows = await db
    .selectFrom('outbox')
    .select(({ fn }) => ['kind', fn.countAll<number>().as('due'), fn.min('due_at').as('oldestDueAt')])
    .where('due_at', '<=', now)
    .groupBy('kind')
    .orderBy('kind')
    .execute()
  return rows.map((row) => ({ ...row }))
}

async function openIntents(db: Db): Promise<Waiting> {
  const open = db.selectFrom('certificate').where('state', '=', 'intent').orderBy('id')
  const oldest = await open.select('recorded_at as at').limit(1).executeTakeFirst()
  const { count } = await db
    .selectFrom(open.select('id').limit(MOST_COUNTED).as('open'))
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return waiting(count, oldest)
}

async function pendingRequests(db: Db): Promise<Waiting> {
  const pending = db.selectFrom('enrollment_request').where('status', '=', 'pending').orderBy('created_at')
  const oldest = await pending.select('created_at as at').limit(1).executeTakeFirst()
  const { count } = await db
    .selectFrom(pending.select('created_at').limit(MOST_COUNTED).as('pending'))
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return waiting(count, oldest)
}

function waiting(count: number, oldest: { readonly at: number } | undefined): Waiting {
  return oldest === undefined ? { count } : { count, oldestAt: oldest.at }
}

/** Generations that have their key here and a certificate that has not expired. */
function signing(db: Db, now: number) {
  return db
    .selectFrom('generation')
    .innerJoin('authority_certificate as own', (join) =>
      join.onRef('own.generation', '=', 'generation.id').on('own.active', '=', 1),
    )
    .where('generation.sealed_key', 'is not', null)
    .where('own.not_after', '>=', now)
}

async function newestCrls(db: Db, now: number): Promise<OperationsState['crls']> {
  const rows = await signing(db, now)
    .innerJoin('crl', (join) =>
      join.onRef('crl.generation', '=', 'generation.id').on('crl.partition', '=', 0).on('crl.delta', '=', 0),
    )
    .select(({ fn }) => [
      'generation.public_id as generation',
      fn.max('crl.this_update').as('thisUpdate'),
      fn.max('crl.next_update').as('nextUpdate'),
    ])
    .groupBy('generation.public_id')
    .orderBy('nextUpdate')
    .limit(MOST_GENERATIONS)
    .execute()
  return rows.map((row) => ({ ...row }))
}

async function newestResponders(db: Db, now: number): Promise<OperationsState['responders']> {
  const rows = await signing(db, now)
    .innerJoin('service_certificate as service', (join) =>
      join.onRef('service.generation', '=', 'generation.id').on('service.purpose', '=', 'ocsp-responder'),
    )
    .select(({ fn }) => ['generation.public_id as generation', fn.max('service.not_after').as('notAfter')])
    .groupBy('generation.public_id')
    .orderBy('notAfter')
    .limit(MOST_GENERATIONS)
    .execute()
  return rows.map((row) => ({ ...row }))
}
