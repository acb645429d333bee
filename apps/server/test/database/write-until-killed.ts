// Run as a process of its own: writes into the SQLite file of its first argument, 32 transactions in flight, and prints
// the id of each as soon as it is told that it is stored. It never ends by itself.
import { openSqlite } from '../../src/store/sqlite/open-sqlite.ts'
import { record, type TestTables } from './test-tables.ts'

const [path = '', round = ''] = process.argv.slice(2)
const db = openSqlite<TestTables>({ path })
let next = 0

async function write(): Promise<never> {
  for (;;) {
    const id = `${round}-${next++}`
    await record(db, id)
    process.stdout.write(`${id}\n`)
  }
}

await Promise.all(Array.from({ length: 32 }, write))
