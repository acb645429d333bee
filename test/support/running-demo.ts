import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from './free-port.ts'
import { guardAgainstOurDeath, letProcessEnd } from './guard-against-our-death.ts'

const LAUNCHER = fileURLToPath(new URL('../../apps/server/bin/chancery.mjs', import.meta.url))
const READY_WITHIN_MS = 120_000

/** A demo in a process of its own. */
export interface RunningDemo {
  /** Where it answers: `http://localhost:…`. */
  readonly origin: string
  /** Of each member. */
  readonly password: string
  /** The addresses of its members by role; the officer for one CA alone is `officer of …`. */
  readonly members: ReadonlyMap<string, string>
  /** Where it keeps its files: a temporary folder that was empty before it. */
  readonly folder: string
  /** All that it wrote to standard output. */
  readonly printed: string
  /** Ends it by this signal and waits for its end: its exit code, and what it left in its folder, which goes with it. */
  stop(signal?: 'SIGTERM' | 'SIGINT'): Promise<{ readonly code: number | null; readonly left: readonly string[] }>
}

/**
 * Starts `chancery demo` with so many certificates, and waits until it serves. It never outlives this process. Throws, with what it
 * said, when it ends before.
 */
export async function runDemo({ certificates = 300, env = {} }: DemoOptions = {}): Promise<RunningDemo> {
  const folder = mkdtempSync(join(tmpdir(), 'chancery-demo-run-'))
  const args = ['demo', '--certificates', String(certificates), '--port', String(await freePort())]
  const server = spawn(process.execPath, [LAUNCHER, ...args], {
    env: { ...process.env, TMPDIR: folder, CHANCERY_LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const guard = guardAgainstOurDeath({ pid: server.pid, folder, signal: 'KILL' })
  let printed = ''
  let said = ''
  server.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text))
  server.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-20_000)))

  const deadline = performance.now() + READY_WITHIN_MS
  while (!printed.includes('Chancery serves at')) {
    if (server.exitCode !== null || server.signalCode !== null) throw new Error(`the demo ended:\n${said}`)
    if (performance.now() > deadline) {
      server.kill('SIGKILL')
      throw new Error(`the demo did not serve within ${READY_WITHIN_MS} ms:\n${said}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  letProcessEnd(server, server.stdout, server.stderr)
  return {
    origin: found(printed, /serves at (\S+)/),
    password: found(printed, /password (\S+)/),
    members: new Map(
      [...printed.matchAll(/^ {2}(\S+@\S+) +(.+)$/gm)].map(([, email = '', role = '']) => [role, email]),
    ),
    folder,
    printed,
    stop: async (signal = 'SIGTERM') => {
      if (server.exitCode === null && server.signalCode === null) {
        const ended = new Promise((resolve) => server.once('exit', resolve))
        server.ref()
        server.kill(signal)
        await ended
      }
      const left = existsSync(folder) ? readdirSync(folder) : []
      await guard.release()
      return { code: server.exitCode, left }
    },
  }
}

export interface DemoOptions {
  readonly certificates?: number
  /** More variables of its environment. */
  readonly env?: Readonly<Record<string, string>>
}

function found(text: string, form: RegExp): string {
  const [, value] = form.exec(text) ?? []
  if (value === undefined) throw new Error(`not printed: ${form}\n${text}`)
  return value
}
