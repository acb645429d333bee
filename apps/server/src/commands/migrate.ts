import type { Config } from '../platform/config.ts'
import type { Tables } from '../store/schema.ts'
import type { Command } from './command.ts'
import { prepareDataFolder } from './data-folder.ts'

/** `chancery migrate`: brings the database to the schema of this release; `serve` does the same at its start. */
export const migrateCommand: Command = {
  name: 'migrate',
  summary: 'Brings the database to the schema of this release',
  details: `Forward only, all or nothing. \`serve\` does it at its start too. On SQLite the server must be stopped;
on PostgreSQL a server of the release before goes on beside it.`,
  options: {},
  run: async ({ config, io }) => {
    const done = await migrateDatabase(config)
    io.out(done.length === 0 ? 'There was nothing to do.\n' : done.map((name) => `Done: ${name}\n`).join(''))
  },
}

async function migrateDatabase({ databaseUrl, dataFolder }: Config): Promise<readonly string[]> {
  const { migrate } = await import('../store/migrate.ts')
  const { migrationsOf } = await import('../store/migrations/migrations.ts')
  const { openDatabase } = await import('../store/open-database.ts')
  if (databaseUrl === undefined) prepareDataFolder(dataFolder)
  const database = await openDatabase<Tables>({ dataFolder, ...(databaseUrl !== undefined && { url: databaseUrl }) })
  try {
    return await migrate(database, migrationsOf(database.engine))
  } finally {
    await database.close()
  }
}
