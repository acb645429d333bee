import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { migrate } from '../../src/store/migrate.ts'
import { openSqlite } from '../../src/store/sqlite/open-sqlite.ts'
import { temporaryFolder } from './engines.ts'
import { migrationsOf } from './test-tables.ts'

/**
 * Kills a writing process at a random moment, again and again on one file, and checks each time that every transaction
 * it was told of is there, whole, in a file that is sound.
 */
export async function killRounds(t: TestContext, rounds: number): Promise<void> {
  const path = join(temporaryFolder(t), 'test.db')
  const db = openSqlite({ path })
  await migrate(db, migrationsOf('sqlite'))
  await db.close()
  const acknowledged: string[] = []

  for (let round = 0; round < rounds; round++) {
    acknowledged.push(...(await writeUntilKilled(path, round)))
    check(path, acknowledged)
  }

  t.diagnostic(`${rounds} kills, ${acknowledged.length} acknowledged transactions, none lost`)
}

async function writeUntilKilled(path: string, round: number): Promise<readonly string[]> {
  const program = fileURLToPath(import.meta.resolve('./write-until-killed.ts'))
  const child = spawn(process.execPath, [program, path, String(round)], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
  const ended = once(child, 'close')
  await Promise.race([once(child.stdout, 'data'), ended])
  await delay(Math.random() * 300)
  child.kill('SIGKILL')
  await ended
  // What follows the last line break is an id that was cut off.
  const ids = said.split('\n').slice(0, -1)
  assert.ok(ids.length > 0, 'the process wrote nothing')
  return ids
}

function check(path: string, acknowledged: readonly string[]): void {
  const file = new DatabaseSync(path)
  try {
    const stored = new Set(column(file, 'select id from entry'))
    const lost = acknowledged.filter((id) => !stored.has(id))
    assert.deepEqual(lost, [])
    assert.deepEqual(column(file, 'select id from entry except select entry from note'), [], 'torn transactions')
    assert.deepEqual(column(file, 'pragma integrity_check'), ['ok'])
  } finally {
    file.close()
  }
}

const column = (file: DatabaseSync, query: string): unknown[] =>
  file
    .prepare(query)
    .all()
    .map((row) => Object.values(row)[0])
