import { sql } from 'kysely'
import type { Database } from '../store/database.ts'
import { schemaVersion } from '../store/migrate.ts'
import type { Tables } from '../store/schema.ts'
import { BackupError } from './backup-manifest.ts'
import { PASSWORD_ELSEWHERE, restoreLine, withoutPassword } from './postgres-lines.ts'

/** Throws `BackupError` while the dump is not loaded yet, with the line that does it, and while a server works on the database. */
export async function refuseUnlessLoadedAndAlone(database: Database<Tables>, url: string, dump: string): Promise<void> {
  if ((await schemaVersion(database)) === undefined) {
    const hint = withoutPassword(url).hadPassword ? `\n${PASSWORD_ELSEWHERE}` : ''
    throw new BackupError(
      `The database is empty. Load the dump into it, and then give this command again:\n  ${restoreLine(url, dump)}${hint}`,
    )
  }
  const others = sql<{ others: number }>`
    select count(*) as others from pg_stat_activity
    where datname = current_database() and application_name = 'chancery' and pid <> pg_backend_pid()`
  const { rows } = await others.execute(database.kysely)
  if ((rows[0]?.others ?? 0) > 0) {
    throw new BackupError('A server works on this database: stop it, and make sure that this is the restored one.')
  }
}
