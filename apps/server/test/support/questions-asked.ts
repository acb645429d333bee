import type { Database } from '../../src/store/database.ts'
import type { Tables } from '../../src/store/schema.ts'

/** How often the database was asked for something while this was done. */
export async function questionsAsked(
  database: Pick<Database<Tables>, 'read' | 'write'>,
  work: () => Promise<unknown>,
): Promise<number> {
  const [read, write] = [database.read, database.write]
  let count = 0
  Object.assign(database, {
    read: (...args: Parameters<typeof read>) => {
      count++
      return read.apply(database, args)
    },
    write: (...args: Parameters<typeof write>) => {
      count++
      return write.apply(database, args)
    },
  })
  try {
    await work()
  } finally {
    Object.assign(database, { read, write })
  }
  return count
}
