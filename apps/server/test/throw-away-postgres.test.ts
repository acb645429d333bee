import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import pg from 'pg'
import { startPostgres } from '../../../test/support/postgres.ts'
import { until } from '../../../test/support/until.ts'

const MODULE = new URL('../../../test/support/postgres.ts', import.meta.url).href

test('a test gets a PostgreSQL of its own, and nothing of it stays', async () => {
  const postgres = await startPostgres()
  const client = new pg.Client({ connectionString: postgres.url })
  await client.connect()
  const { rows } = await client.query("select current_setting('server_version_num')::int as version, 'é' as text")
  await client.end()

  await postgres.stop()

  assert.equal(rows[0].text, 'é')
  assert.ok(rows[0].version >= 180000)
  assert.equal(existsSync(postgres.socketFolder), false)
})

test('two servers at once know nothing of each other', async () => {
  const servers = await Promise.all([startPostgres(), startPostgres()])
  const [first, second] = await Promise.all(servers.map(tablesAfterCreatingOne))
  await Promise.all(servers.map((server) => server.stop()))

  assert.deepEqual(first, ['only_here'])
  assert.deepEqual(second, ['only_here'])
})

test('a server ends with the process that started it, even by SIGKILL', async () => {
  const owner = processThat('console.log(pg.socketFolder); setInterval(() => {}, 1000)')
  const [chunk] = await once(owner.stdout, 'data')
  const folder = String(chunk).trim()
  assert.equal(existsSync(`${folder}/.s.PGSQL.5432`), true)

  owner.kill('SIGKILL')

  await until(() => !existsSync(folder), 'its folder is left')
})

test('a test that forgets to stop its server ends all the same', async () => {
  const forgetful = processThat('console.log(pg.socketFolder)')
  const [code] = await once(forgetful, 'exit')

  assert.equal(code, 0)
})

async function tablesAfterCreatingOne({ url }: { url: string }): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('create table only_here (id int)')
  const { rows } = await client.query("select tablename from pg_tables where schemaname = 'public'")
  await client.end()
  return rows.map((row) => row.tablename)
}

function processThat(code: string) {
  const source = `import { startPostgres } from '${MODULE}'; const pg = await startPostgres(); ${code}`
  return spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: ['ignore', 'pipe', 'inherit'] })
}
