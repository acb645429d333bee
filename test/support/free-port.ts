import { randomInt } from 'node:crypto'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'

/** Linux gives those from 32768 on to whoever asks for any port. 10080 is the last one that no browser opens, and no fetch. */
const [FIRST, LAST] = [10_081, 30_000]
const MOST_TRIED = 100

/**
 * A port of 127.0.0.1 where nobody listens, and that nobody else in the same run of the tests gets: it may be taken minutes later by a
 * program that a test starts.
 */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < MOST_TRIED; tried++) {
    const port = randomInt(FIRST, LAST)
    if (isOurs(port) && (await isFree(port))) return port
  }
  throw new Error('no port is free')
}

const given = new Set<number>()

/** Files run in processes of their own: they claim ports by files in the folder of the run. */
function isOurs(port: number): boolean {
  if (given.has(port)) return false
  given.add(port)
  const runFolder = process.env['TEST_RUN_FOLDER']
  if (runFolder === undefined) return true
  const claims = join(runFolder, 'ports')
  mkdirSync(claims, { recursive: true })
  try {
    closeSync(openSync(join(claims, String(port)), 'wx'))
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

/** Whether nobody listens on it. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}
