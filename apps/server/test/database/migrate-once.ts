// Run as a process of its own: migrates the PostgreSQL database of its first argument and prints what it did.
import { migrate } from '../../src/store/migrate.ts'
import { openPostgres } from '../../src/store/postgres/open-postgres.ts'
import { migrationsOf } from './test-tables.ts'

const [url = ''] = process.argv.slice(2)
const db = openPostgres({ url })
const done = await migrate(db, migrationsOf('postgres'))
await db.close()
process.stdout.write(JSON.stringify(done))
