import type { Database } from './database.ts'
import type { Tables } from './schema.ts'

/** Values kept by one reader at the most; beyond it all are read again. */
const MOST_KEPT = 5_000

/**
 * A read of a few rows that almost every request begins with, and that almost never change. Where this process makes all changes
 * (SQLite), what was read is kept until one of the `tables` it came from is changed: whoever was told of a change never sees what was
 * before it. Elsewhere each call reads. What is not there is not kept: who asks for names at random must not fill the memory.
 */
export function keptRead<T>(
  database: Pick<Database<Tables>, 'changes'>,
  tables: readonly (keyof Tables)[],
  read: (key: string) => Promise<T | undefined>,
): (key: string) => Promise<T | undefined> {
  const find = keptOrRead(database, tables, read)
  return async (key) => find(key)
}

/** The same; what is kept is given at once, without a promise. */
export function keptOrRead<T>(
  { changes }: Pick<Database<Tables>, 'changes'>,
  tables: readonly (keyof Tables)[],
  read: (key: string) => Promise<T | undefined>,
): (key: string) => T | Promise<T | undefined> {
  if (changes === undefined) return read
  const kept = new Map<string, T>()
  let keptAt = changes.of(tables)
  const readAt = async (before: number, key: string): Promise<T | undefined> => {
    const value = await read(key)
    // Read while a change was on its way: it may be from before it.
    if (value === undefined || changes.of(tables) !== before) return value
    if (kept.size >= MOST_KEPT) kept.clear()
    kept.set(key, value)
    return value
  }
  return (key) => {
    const now = changes.of(tables)
    if (now !== keptAt) {
      kept.clear()
      keptAt = now
    }
    const known = kept.get(key)
    return known === undefined ? readAt(now, key) : known
  }
}
