import { randomBytes } from 'node:crypto'
import pg from 'pg'

/** An empty database for one measurement. */
export interface OwnDatabase {
  /** As `CHANCERY_DATABASE_URL` takes it; empty: SQLite, in the data folder. */
  readonly url: string
  remove(): Promise<void>
}

/** Makes a database beside the one that the URL names, which is not touched. The role of the URL must be allowed to. */
export async function ownDatabase(url: string): Promise<OwnDatabase> {
  if (url === '') return { url, remove: async () => {} }
  const name = `chancery_bench_${randomBytes(4).toString('hex')}`
  await tell(url, `CREATE DATABASE ${name}`)
  // `URL` takes none without a host, which those of Unix sockets are.
  return {
    url: url.replace(/^(\w+:\/\/[^/]*\/)[^?]*/, `$1${name}`),
    remove: () => tell(url, `DROP DATABASE ${name} WITH (FORCE)`),
  }
}

async function tell(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}
