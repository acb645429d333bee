import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../../../test/support/free-port.ts'

const CHANCERY = fileURLToPath(new URL('../../../../chancery', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly out: string
  readonly err: string
}

export interface Started {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** What has been printed so far. */
  readonly printed: () => { readonly out: string; readonly err: string }
}

/** An installation in a folder of its own, and the real command line to work on it. */
export interface Folder {
  readonly path: string
  readonly data: string
  readonly url: string
  readonly env: Readonly<Record<string, string>>
  /** A path in the folder; with text, a file that holds it. */
  file(name: string, text?: string): string
  start(args: readonly string[], env?: Readonly<Record<string, string>>): Started
  chancery(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>
  /** Starts the server and waits for the line that says its address. */
  serve(env?: Readonly<Record<string, string>>): Promise<Started>
}

/** A folder that goes away after the test, with the servers that run in it. */
export async function newFolder(t: TestContext, data = 'data'): Promise<Folder> {
  const path = mkdtempSync(join(tmpdir(), 'chancery-cli-'))
  const port = await freePort()
  const children: Started[] = []
  const url = `http://localhost:${port}`
  const env = {
    CHANCERY_DATA: join(path, data),
    CHANCERY_HTTP: `127.0.0.1:${port}`,
    CHANCERY_URL: url,
    CHANCERY_METRICS: 'off',
  }
  t.after(async () => {
    for (const { child } of children) child.kill('SIGKILL')
    await Promise.all(children.map(({ ended }) => ended))
    rmSync(path, { recursive: true, force: true })
  })

  const start: Folder['start'] = (args, more = {}) => {
    const started = spawnChancery(args, path, { ...env, ...more })
    children.push(started)
    return started
  }
  return {
    path,
    data: env.CHANCERY_DATA,
    url,
    env,
    file: (name, text) => {
      if (text !== undefined) writeFileSync(join(path, name), text)
      return join(path, name)
    },
    start,
    chancery: (args, more) => start(args, more).ended,
    serve: async (more) => {
      const started = start(['serve'], more)
      await untilPrinted(started, /^Chancery serves at \S+.*\n/m)
      return started
    },
  }
}

/** Waits for a line on standard output. Throws with all that was printed when the process ends before it. */
async function untilPrinted({ child, ended, printed }: Started, line: RegExp): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const look = () => line.test(printed().out) && resolve()
  child.stdout?.on('data', look)
  ended.then((end) => reject(new Error(`ended before it said ${line}: ${JSON.stringify(end)}`)), reject)
  look()
  await promise
}

function spawnChancery(args: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Started {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('CHANCERY_'))
  const child = spawn(CHANCERY, [...args], { cwd, env: { ...Object.fromEntries(inherited), ...env } })
  let out = ''
  let err = ''
  child.stdout.on('data', (part) => {
    out += String(part)
  })
  child.stderr.on('data', (part) => {
    err += String(part)
  })
  const { promise: ended, resolve, reject } = Promise.withResolvers<Ended>()
  child.on('error', reject)
  child.on('close', (code, signal) => resolve({ code, signal, out, err }))
  return { child, ended, printed: () => ({ out, err }) }
}
