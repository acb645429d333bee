import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const LAUNCHER = join(ROOT, 'apps/server/bin/chancery.mjs')
const exec = promisify(execFile)

/** A server in a process of its own, on a data folder that goes with it, set up by the command line. */
export interface RunningChancery {
  readonly port: number
  readonly origin: string
  readonly token: string
  /** Calls the API; throws for a problem. */
  api<T>(method: string, path: string, body?: unknown): Promise<T>
  stop(): Promise<void>
}

/** Starts a server; `databaseUrl` empty: SQLite. */
export async function runChancery(databaseUrl: string): Promise<RunningChancery> {
  const folder = mkdtempSync(join(tmpdir(), 'chancery-bench-'))
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const env = {
    ...process.env,
    CHANCERY_DATA: join(folder, 'data'),
    CHANCERY_DATABASE_URL: databaseUrl,
    CHANCERY_HTTP: `127.0.0.1:${port}`,
    CHANCERY_URL: origin,
    CHANCERY_LOG_LEVEL: 'warn',
  }
  const server = spawn(process.execPath, [LAUNCHER, 'serve'], { env, stdio: ['ignore', 'ignore', 'inherit'] })
  await untilReady(origin, server)
  writeFileSync(join(folder, 'password'), 'correct horse battery staple\n')
  const setUp = [
    'setup',
    '--email',
    'bench@example.com',
    '--password-file',
    join(folder, 'password'),
    '--token-file',
    join(folder, 'token'),
  ]
  await exec(process.execPath, [LAUNCHER, ...setUp], { env })
  const token = readFileSync(join(folder, 'token'), 'utf8').trim()
  return {
    port,
    origin,
    token,
    api: (method, path, body) => callApi(`${origin}/api/v1${path}`, token, method, body),
    stop: async () => {
      const ended = new Promise((resolve) => server.once('exit', resolve))
      server.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function callApi<T>(url: string, token: string, method: string, body: unknown): Promise<T> {
  const answer = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${text}`)
  return JSON.parse(text) as T
}

async function untilReady(origin: string, server: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}`)
    const ready = await fetch(`${origin}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    )
    if (ready) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('the server was not ready within 30 seconds')
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() =>
        typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}
