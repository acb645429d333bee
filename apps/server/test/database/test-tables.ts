import type { Database } from '../../src/store/database.ts'
import type { Migrations } from '../../src/store/migrate.ts'

/** Tables for tests of the engines: an act writes one row in each, so that a torn one shows. */
export interface TestTables {
  entry: { id: string; body: Uint8Array | null; amount: number | null }
  note: { id: string; entry: string }
}

export function migrationsOf(engine: 'sqlite' | 'postgres'): Migrations {
  return {
    '0001-test': {
      up: async (db) => {
        await db.schema
          .createTable('entry')
          .addColumn('id', 'text', (column) => column.primaryKey())
          .addColumn('body', engine === 'sqlite' ? 'blob' : 'bytea')
          .addColumn('amount', 'bigint')
          .execute()
        await db.schema
          .createTable('note')
          .addColumn('id', 'text', (column) => column.primaryKey())
          .addColumn('entry', 'text', (column) => column.notNull().references('entry.id'))
          .execute()
      },
    },
  }
}

/** An act of two statements, with whatever a test wants to happen between them. */
export function record(db: Database<TestTables>, id: string, between?: () => unknown): Promise<void> {
  return db.write(async (trx) => {
    await trx
      .insertInto('entry')
      .values({ id, body: new Uint8Array([1]), amount: 1 })
      .execute()
    await between?.()
    await trx
      .insertInto('note')
      .values({ id: `note ${id}`, entry: id })
      .execute()
  })
}

/** The ids of both tables as another look at the database finds them; they must agree. */
export async function recorded(db: Database<TestTables>): Promise<readonly string[]> {
  const entries = await db.read((reader) => reader.selectFrom('entry').select('id').orderBy('id').execute())
  const notes = await db.read((reader) => reader.selectFrom('note').select('entry').orderBy('entry').execute())
  const ids = entries.map(({ id }) => id)
  if (ids.join() !== notes.map(({ entry }) => entry).join()) throw new Error(`torn: ${ids.join()}`)
  return ids
}
