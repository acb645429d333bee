import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { DatabaseInUse } from '../../src/store/database-errors.ts'
import { lockFile } from '../../src/store/sqlite/file-lock.ts'
import { temporaryFolder } from './engines.ts'

/** Another process that tries to take the lock, and the first thing it says. */
async function contender(
  t: TestContext,
  path: string,
): Promise<{ readonly child: ChildProcess; readonly said: string }> {
  const program = fileURLToPath(import.meta.resolve('./hold-lock.ts'))
  const child = spawn(process.execPath, [program, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => child.kill('SIGKILL'))
  const [said] = await once(child.stdout, 'data')
  return { child, said: String(said) }
}

test('the lock of another process is refused with the number of that process', async (t) => {
  const path = join(temporaryFolder(t), 'lock')
  const { child } = await contender(t, path)

  assert.throws(
    () => lockFile(path),
    (error) => error instanceof DatabaseInUse && error.message.includes(`process ${child.pid} `),
  )
})

test('a lock goes with its process, even by kill -9', async (t) => {
  const path = join(temporaryFolder(t), 'lock')
  const { child } = await contender(t, path)
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended

  lockFile(path).release()
})

test('a lock that was released can be taken again, and one process takes it only once', async (t) => {
  const path = join(temporaryFolder(t), 'lock')

  const lock = lockFile(path)
  assert.throws(() => lockFile(path), DatabaseInUse)
  lock.release()

  lockFile(path).release()
})

test('of several processes that start at once exactly one gets the lock, and the others name it', async (t) => {
  const path = join(temporaryFolder(t), 'lock')

  const contenders = await Promise.all(Array.from({ length: 4 }, () => contender(t, path)))

  const holders = contenders.filter(({ said }) => said.startsWith('held'))
  assert.equal(holders.length, 1)
  const others = contenders.filter(({ said }) => !said.startsWith('held'))
  for (const { said } of others) assert.match(said, /DatabaseInUse: .*(process \d+|another process) serves/)
  assert.throws(() => lockFile(path), new RegExp(`process ${holders[0]?.child.pid} `))
})

test('only the owner can read the file', (t) => {
  const path = join(temporaryFolder(t), 'lock')
  const lock = lockFile(path)
  t.after(() => lock.release())

  assert.equal(statSync(path).mode & 0o777, 0o600)
})
