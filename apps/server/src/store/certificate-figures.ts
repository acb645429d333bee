import { setImmediate as nextTurn } from 'node:timers/promises'
import { type SelectQueryBuilder, sql } from 'kysely'
import type { CertificateFigures, Way } from '../certificates/certificate-figures.ts'
import { idsFrom } from './ids-from.ts'
import { fromJson } from './json.ts'
import type { Tables } from './schema.ts'
import type { Db, TenantContext } from './store-context.ts'

/** A span of time, without its end. */
interface Span {
  readonly from: number
  readonly to: number
}

export function certificateFigures({ database, tenant }: TenantContext): CertificateFigures {
  const isOurs = (authority: string) =>
    database.read(async (db) => {
      const row = await db
        .selectFrom('authority')
        .select('id')
        .where('tenant', '=', tenant)
        .where('id', '=', authority)
        .executeTakeFirst()
      return row !== undefined
    })
  const counted = async (
    authority: string,
    moments: readonly number[],
    count: (db: Db, span: Span) => Promise<number>,
  ) => {
    const spans = spansOf(moments)
    if (!(await isOurs(authority))) return spans.map(() => 0)
    const counts: number[] = []
    for (const span of spans) {
      counts.push(await database.read((db) => count(db, span)))
      // SQLite answers within the same turn of the event loop.
      await nextTurn()
    }
    return counts
  }
  return {
    ending: async (authority, moments) => {
      const generations = await database.read((db) => generationsOf(db, tenant, authority))
      return counted(authority, moments, (db, span) => ending(db, { authority, generations }, span))
    },
    issued: (authority, moments) => counted(authority, moments, (db, span) => issued(db, authority, span)),
    ways: async (authority, since, most) => {
      if (!(await isOurs(authority))) return []
      const rows = await database.read((db) =>
        db
          .selectFrom('certificate')
          .select('evidence')
          .where('authority', '=', authority)
          .where('id', '>=', idsFrom(since))
          .where('state', '=', 'issued')
          .orderBy('id', 'desc')
          .limit(most)
          .execute(),
      )
      const counts = new Map<Way, number>()
      for (const { evidence } of rows) {
        const by = evidence === null ? 'import' : fromJson(evidence).by
        counts.set(by, (counts.get(by) ?? 0) + 1)
      }
      return [...counts].map(([by, count]) => ({ by, count })).sort((a, b) => b.count - a.count)
    },
  }
}

function spansOf(moments: readonly number[]): readonly Span[] {
  return moments.slice(1).map((to, at) => ({ from: moments[at] ?? to, to }))
}

async function generationsOf(db: Db, tenant: string, authority: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('generation')
    .select('id')
    .where('tenant', '=', tenant)
    .where('authority', '=', authority)
    .execute()
  return rows.map(({ id }) => id)
}

/**
 * All of the span, from an index that every issuance is in, less those that were revoked or given up, which are in indexes of their
 * own: no row is looked at.
 */
async function ending(
  db: Db,
  { authority, generations }: { readonly authority: string; readonly generations: readonly string[] },
  { from, to }: Span,
): Promise<number> {
  const inSpan = () => db.selectFrom('certificate').where('not_after', '>=', from).where('not_after', '<', to)
  const all = await countOf(inSpan().where('authority', '=', authority))
  if (all === 0) return 0
  const abandoned = await countOf(inSpan().where('authority', '=', authority).where('state', '=', sql.lit('abandoned')))
  let revoked = 0
  for (const generation of generations) {
    revoked += await countOf(inSpan().where('generation', '=', generation).where('revocation_reason', 'is not', null))
  }
  return Math.max(0, all - abandoned - revoked)
}

/** Ids say when a row was written. */
async function issued(db: Db, authority: string, { from, to }: Span): Promise<number> {
  const inSpan = () =>
    db
      .selectFrom('certificate')
      .where('authority', '=', authority)
      .where('id', '>=', idsFrom(from))
      .where('id', '<', idsFrom(to))
  const all = await countOf(inSpan())
  return all === 0 ? 0 : all - (await countOf(inSpan().where('state', '=', sql.lit('abandoned'))))
}

async function countOf(rows: SelectQueryBuilder<Tables, 'certificate', object>): Promise<number> {
  const { count } = await rows.select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow()
  return Number(count)
}
