import { sql } from 'kysely'
import { DEFAULT_MIGRATION_TABLE, type Migration, Migrator } from 'kysely/migration'
import type { Database } from './database.ts'
import { isUnavailable, SchemaTooNew } from './database-errors.ts'

/** The migrations of a release, by name. They run in the order of their names, so a name begins with a number. */
export type Migrations = Readonly<Record<string, Migration>>

/**
 * Brings the database to the schema of this release and returns the names of the migrations that ran, none when there
 * was nothing to do. Forward only, in one transaction, under a lock: of several processes that start at once one
 * migrates and the others wait for it. Throws `SchemaTooNew`, and changes nothing, if a newer release was here; `DatabaseUnavailable`
 * or `CommitUnknown` if the database went away meanwhile: then the next start goes on from what is there.
 */
export async function migrate<Tables>(database: Database<Tables>, migrations: Migrations): Promise<readonly string[]> {
  await refuseNewer(database, migrations)
  const { error, results = [] } = await migrator(database, migrations).migrateToLatest()
  if (error !== undefined) {
    if (isUnavailable(error)) throw error
    // While we waited for the lock a newer release may have migrated.
    await refuseNewer(database, migrations)
    const failed = results.find(({ status }) => status === 'Error')
    const which =
      failed === undefined ? 'the database could not be migrated' : `migration ${failed.migrationName} failed`
    throw new Error(`${which}: nothing was changed`, { cause: error })
  }
  return results.map(({ migrationName }) => migrationName)
}

/** The name of the newest migration that ran on this database; `undefined` for an empty one. */
export async function schemaVersion<Tables>(database: Database<Tables>): Promise<string | undefined> {
  return (await executed(database)).at(-1)
}

function migrator<Tables>(database: Database<Tables>, migrations: Migrations): Migrator {
  return new Migrator({ db: database.kysely, provider: { getMigrations: async () => ({ ...migrations }) } })
}

async function refuseNewer<Tables>(database: Database<Tables>, migrations: Migrations): Promise<void> {
  const unknown = (await executed(database)).filter((name) => !(name in migrations))
  if (unknown.length === 0) return
  throw new SchemaTooNew(
    `the database was migrated by another release (it has ${unknown.join(', ')}): start that release or a newer one`,
  )
}

async function executed<Tables>({ kysely }: Database<Tables>): Promise<readonly string[]> {
  const tables = await kysely.introspection.getTables({ withInternalKyselyTables: true })
  if (!tables.some(({ name }) => name === DEFAULT_MIGRATION_TABLE)) return []
  // A select, and not raw: SQLite would give that to its writer, where it fails with the COMMIT of others when the disk is full.
  const names = await kysely
    .selectNoFrom(sql`name`.as('name'))
    .$castTo<{ readonly name: string }>()
    .modifyEnd(sql`from ${sql.table(DEFAULT_MIGRATION_TABLE)} order by name`)
    .execute()
  return names.map(({ name }) => name)
}
