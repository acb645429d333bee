import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from './database.ts'
import type { PostgresOptions } from './postgres/open-postgres.ts'
import { lockFile } from './sqlite/file-lock.ts'
import { openSqlite } from './sqlite/open-sqlite.ts'

export interface DatabaseOptions extends Omit<PostgresOptions, 'url'> {
  /** Told once, when nothing can be written any more before the database is opened anew by another process. SQLite alone breaks so. */
  readonly onBroken?: (why: Error) => void
  /** Flushes a file of SQLite that was opened; the system's own flush unless given. */
  readonly flushFile?: (file: number) => Promise<void>
  /** `CHANCERY_DATABASE_URL`. Nothing or an empty text: SQLite in the data folder. */
  readonly url?: string
  readonly dataFolder: string
}

/**
 * Opens the database of an installation. On SQLite this process is then the only one that serves it: `DatabaseInUse` says
 * who is there already. The schema may be older than this release: `migrate` comes next.
 */
export async function openDatabase<Tables>(options: DatabaseOptions): Promise<Database<Tables>> {
  const { url = '', dataFolder, onBroken, flushFile, ...limits } = options
  if (url !== '') {
    if (!/^postgres(ql)?:\/\//.test(url)) {
      throw new Error('CHANCERY_DATABASE_URL must begin with postgres:// (or be empty, for SQLite in the data folder)')
    }
    // Its client is loaded where it is used.
    const { openPostgres } = await import('./postgres/open-postgres.ts')
    return openPostgres({ url, ...limits })
  }
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 })
  const path = join(dataFolder, 'chancery.db')
  const lock = lockFile(`${path}-lock`)
  try {
    const { transactionLimitMs, onCommit } = limits
    return openSqlite({
      path,
      closed: lock.release,
      ...(transactionLimitMs === undefined ? {} : { transactionLimitMs }),
      ...(onCommit === undefined ? {} : { onCommit }),
      ...(onBroken === undefined ? {} : { onBroken }),
      ...(flushFile === undefined ? {} : { flushFile }),
    })
  } catch (error) {
    lock.release()
    throw error
  }
}
