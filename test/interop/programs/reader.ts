import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { openShell, untilPrinted } from './shell.ts'

/** Somebody with two terminals in a fresh checkout. */
export interface Reader {
  /** Types commands in the second terminal, a shell that stays; gives what they print. */
  type(commands: string): Promise<string>
  /** Presses Ctrl-C in the first terminal if a server runs there, and starts one; gives what it prints until it serves. */
  serve(commands: string): Promise<string>
}

/** What a server says last when it starts. */
const SERVES = 'Chancery serves at '

/**
 * A reader in a folder of their own that looks like the checkout: its files are linked, new ones stay there. Ends with the test.
 * `env` is all that a shell knows of Chancery.
 */
export function reader(
  t: TestContext,
  { checkout, env: own }: { readonly checkout: string; readonly env: Readonly<Record<string, string>> },
): Reader {
  const folder = mkdtempSync(join(tmpdir(), 'chancery-reader-'))
  for (const name of readdirSync(checkout)) if (name !== 'data') symlinkSync(join(checkout, name), join(folder, name))
  const env = { ...withoutChancery(process.env), ...own, LC_ALL: 'C', TZ: 'UTC' }
  const shell = openShell({ folder, env })
  let server: ChildProcess | undefined
  t.after(async () => {
    if (server !== undefined) await pressCtrlC(server)
    await shell.close()
  })
  return {
    type: shell.type,
    serve: async (commands) => {
      if (server !== undefined) await pressCtrlC(server)
      // A group of its own, like what a terminal runs in its foreground.
      server = spawn('sh', ['-c', commands], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
      // The shell of the second terminal ends by itself when nobody types any more.
      if (server.pid !== undefined) shell.guard.watch(-server.pid)
      return untilPrinted(server, SERVES)
    },
  }
}

/** Settings of whoever runs the tests are not the reader's; nor is npm's word for the script that runs now. */
function withoutChancery(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(?:CHANCERY_|npm_|NODE_TEST_CONTEXT$)/.test(name)),
  )
}

async function pressCtrlC(server: ChildProcess): Promise<void> {
  if (server.pid === undefined || server.exitCode !== null || server.signalCode !== null) return
  const ended = new Promise((resolve) => server.once('exit', resolve))
  process.kill(-server.pid, 'SIGINT')
  await ended
}
