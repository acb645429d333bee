import { type ChildProcess, spawn } from 'node:child_process'
import { type Guard, guardAgainstOurDeath } from '../../support/guard-against-our-death.ts'
import { PATIENCE_MS } from '../../support/until.ts'

/** A shell that stays, as somebody has in a terminal. */
export interface Shell {
  readonly guard: Guard
  /** Types commands; gives what they print, on both streams, once they have ended. */
  type(commands: string): Promise<string>
  /** Ends it, with what it started and did not end; its folder goes. */
  close(): Promise<void>
}

/** Opens `sh` in a folder that goes with it. It never outlives this process. */
export function openShell({ folder, env }: { readonly folder: string; readonly env: NodeJS.ProcessEnv }): Shell {
  // A group of its own: what it left running ends with it.
  const shell = spawn('sh', [], { cwd: folder, env, stdio: 'pipe', detached: true })
  const guard = guardAgainstOurDeath({ pid: shell.pid === undefined ? undefined : -shell.pid, folder, signal: 'KILL' })
  let count = 0
  return {
    guard,
    type: async (commands) => {
      const mark = `--- typed ${++count} ---`
      const printed = untilPrinted(shell, mark)
      // Nobody answers what a program asks: it reads an end.
      shell.stdin.write(`{\n${commands}\n} 2>&1 < /dev/null\necho '${mark}'\n`)
      return (await printed).replace(`${mark}\n`, '')
    },
    close: async () => {
      if (shell.pid !== undefined && shell.exitCode === null) process.kill(-shell.pid, 'SIGKILL')
      await guard.release()
    },
  }
}

/** All that a program prints until, and with, the line that has these words. */
export function untilPrinted({ stdout, stderr }: ChildProcess, words: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = ''
    const timer = setTimeout(() => done(new Error(`"${words}" was not printed:\n${printed}`)), PATIENCE_MS)
    const hear = (text: Buffer) => {
      printed += text
      if (printed.includes(words) && printed.endsWith('\n')) done()
    }
    const end = () => done(new Error(`it ended before "${words}":\n${printed}`))
    const done = (error?: Error) => {
      clearTimeout(timer)
      for (const stream of [stdout, stderr]) stream?.off('data', hear)
      stdout?.off('end', end)
      if (error === undefined) resolve(printed)
      else reject(error)
    }
    for (const stream of [stdout, stderr]) stream?.on('data', hear)
    stdout?.on('end', end)
  })
}
