import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { PATIENCE_MS } from '../../../../test/support/until.ts'
import { timeLimit } from '../../src/store/time-limit.ts'
import type { Work } from './work-until-killed.ts'

/** Who works at once, and what happens to them beside being killed. */
export interface Company {
  /** Each is killed at a moment of its own, while the others go on. */
  readonly processes: number
  /** Done when one has begun, while others may still start; the connections of all may be cut by it. */
  readonly disturb?: () => Promise<unknown>
}

/** The exit code of a process whose database went away before it had begun: whoever supervises it starts it again. */
export const LOST_AT_START = 75
const MOST_STARTS = 5
/** A machine that stood still meanwhile does not count as silence. */
const silence = timeLimit(PATIENCE_MS, (ms) => new Error(`a process was started and said nothing for ${ms} ms`))
/** After this a process is killed, however little it said. */
const LONG_ENOUGH_MS = 10_000

/**
 * Lets processes work until we have killed each, and resolves to the lines that they said. One that says nothing, or ends by itself,
 * throws when all others are gone too. Only a start whose connections were cut may end: then it is started again.
 */
export async function workUntilKilled(work: Work, { processes, disturb }: Company): Promise<readonly string[]> {
  const over = new AbortController()
  const all = Array.from({ length: processes }, async () => {
    const process = await begin(work, { mostStarts: disturb === undefined ? 1 : MOST_STARTS, over: over.signal })
    await disturb?.()
    return process.killSometime()
  })
  try {
    return (await Promise.all(all)).flat()
  } finally {
    over.abort()
    await Promise.allSettled(all)
  }
}

/** A process that has begun to work. `over`: it is killed, whatever it does. */
async function begin(work: Work, { mostStarts, over }: { readonly mostStarts: number; readonly over: AbortSignal }) {
  for (let starts = 1; ; starts++) {
    const process = start(work, over)
    const end = await process.endBeforeItBegan()
    if (end === undefined) return process
    assert.ok(
      end === `exit code ${LOST_AT_START}` && starts < mostStarts,
      `start ${starts} of a process ended by ${end}`,
    )
  }
}

function start(work: Work, over: AbortSignal) {
  const program = join(import.meta.dirname, 'work-until-killed.ts')
  const child = spawn(process.execPath, [program, JSON.stringify(work)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const kill = () => void child.kill('SIGKILL')
  if (over.aborted) kill()
  over.addEventListener('abort', kill)
  let said = ''
  // By what it said and not by the clock: a busy machine is killed at as interesting a moment as an idle one.
  const enough = Math.floor(Math.random() ** 2 * 200)
  const { promise: begun, resolve: hasBegun } = Promise.withResolvers<undefined>()
  const { promise: saidEnough, resolve: hasSaidEnough } = Promise.withResolvers<void>()
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
    hasBegun(undefined)
    if (said.split('\n').length - 2 >= enough) hasSaidEnough()
  })
  const ended = once(child, 'close').then(([code, signal]) => (code === null ? String(signal) : `exit code ${code}`))
  const isRunning = () => child.exitCode === null && child.signalCode === null

  return {
    /** How it ended before it said anything; undefined when it has begun. */
    endBeforeItBegan: () => silence.limit('', Promise.race([begun, ended])),
    /** All that it said until it was killed, at a moment by chance. */
    killSometime: async () => {
      await Promise.race([saidEnough, delay(LONG_ENOUGH_MS, undefined, { ref: false }), ended])
      await delay(Math.random() * 20)
      if (!isRunning()) throw new Error(`a process at work ended by itself, by ${await ended}`)
      kill()
      await ended
      // What follows the last line break was cut off.
      return said.split('\n').slice(0, -1)
    },
  }
}
