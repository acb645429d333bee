import { type ChildProcess, spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { freePort } from './free-port.ts'
import { type Guard, guardAgainstOurDeath, letProcessEnd } from './guard-against-our-death.ts'
import { type ProgramResult, run } from './system-program.ts'
import { PATIENCE_MS } from './until.ts'

const LAUNCHER = fileURLToPath(new URL('../../apps/server/bin/chancery.mjs', import.meta.url))
const MOST_PORTS_TRIED = 5
const TOKEN_LIFETIME_MS = 90 * 24 * 3_600_000

/** How a server is to run. */
export interface RunningOptions {
  /** `postgres://…` of an empty database; SQLite unless given. */
  readonly databaseUrl?: string
  /** Serves the same PostgreSQL at the same address as this one, as behind a balancer, with a copy of its master key. */
  readonly beside?: RunningChancery
  /** Leaves it without an account: `setupLink` then opens its setup. */
  readonly isNew?: true
  /** What browsers call it: they take passkeys for `localhost`, and for no address. 127.0.0.1 unless given. */
  readonly host?: 'localhost'
  /** More `CHANCERY_…` variables. */
  readonly env?: Readonly<Record<string, string>>
}

/** A server in a process of its own, on a data folder that goes with it, with its first account. */
export interface RunningChancery {
  readonly port: number
  /** The process that serves now; another one after `restart`. */
  pid(): number | undefined
  /** Where it answers: `http://127.0.0.1:…`. */
  readonly origin: string
  /** The link that it printed, where it was left without an account. */
  readonly setupLink: string
  /** The owner's API token. */
  readonly token: string
  /** A folder that goes with the server; its data lie in `data`. */
  readonly folder: string
  /** The environment in which `./chancery` reaches it. */
  readonly env: Readonly<Record<string, string>>
  /** Calls `/api/v1` and gives the body of the answer; throws for a problem, with its words. */
  api<T>(method: string, path: string, body?: unknown): Promise<T>
  /** Calls `/api/v1` for something that is not JSON: a certificate, a chain. */
  download(path: string): Promise<Buffer>
  /** Runs `./chancery` with these arguments. */
  command(...args: readonly string[]): Promise<ProgramResult>
  /** Ends the server by this signal, waits for its end, and starts it again on the same data and port; `between` while it is down. */
  restart(signal?: 'SIGTERM' | 'SIGKILL', between?: () => Promise<void>): Promise<void>
  /** Ends it in order and removes its folder. */
  stop(): Promise<void>
}

/**
 * Starts a server with `./chancery serve` and, unless it comes beside another, makes its first account. It
 * never outlives this process.
 */
export async function runChancery(options: RunningOptions = {}): Promise<RunningChancery> {
  const { databaseUrl, beside, isNew, host = '127.0.0.1', env: more } = options
  const folder = mkdtempSync(join(tmpdir(), 'chancery-run-'))
  const data = join(folder, 'data')
  const settings = {
    CHANCERY_DATA: data,
    CHANCERY_DATABASE_URL: databaseUrl ?? '',
    CHANCERY_PUBLIC_URL: '',
    CHANCERY_MASTER_KEY_FILE: '',
    CHANCERY_TLS: '',
    CHANCERY_HTTPS: '',
    CHANCERY_METRICS: 'off',
    CHANCERY_LOG_LEVEL: 'warn',
    ...(beside && besides(beside, data)),
    ...more,
  }
  const { port, env, server, setupLink } = await serveOnAnyPort(settings, host)
  const guard = guardAgainstOurDeath({ pid: server.pid, folder, signal: 'KILL' })
  const command = (...args: readonly string[]) => run(process.execPath, [LAUNCHER, ...args], { env })
  const token = isNew
    ? ''
    : (beside?.token ?? (await setUp(folder, databaseUrl === undefined ? settings.CHANCERY_DATA : undefined, command)))
  return {
    port,
    origin: originOf(port, host),
    setupLink: isNew ? await printed(setupLink) : '',
    token,
    folder,
    env,
    api: async (method, path, body) => {
      const answer = await callApi(`${originOf(port)}/api/v1${path}`, token, method, body)
      return JSON.parse(answer.toString())
    },
    download: (path) => callApi(`${originOf(port)}/api/v1${path}`, token, 'GET', undefined),
    command,
    ...processOf(server, env, guard),
  }
}

/** The settings that two processes have in common. The data folder is made, with the master key in it. */
function besides({ origin, env, folder }: RunningChancery, data: string): Readonly<Record<string, string>> {
  mkdirSync(data, { mode: 0o700 })
  copyFileSync(join(folder, 'data', 'master.key'), join(data, 'master.key'))
  return { CHANCERY_DATABASE_URL: env['CHANCERY_DATABASE_URL'] ?? '', CHANCERY_URL: origin }
}

/** A port may be taken between the moment it was found free and the server's start: then another one is tried. */
async function serveOnAnyPort(settings: Readonly<Record<string, string>>, host: string) {
  for (let tried = 1; ; tried++) {
    const port = await freePort()
    const env = { CHANCERY_URL: originOf(port, host), ...settings, CHANCERY_HTTP: `127.0.0.1:${port}` }
    try {
      return { port, env, ...(await serve(env)) }
    } catch (error) {
      if (tried === MOST_PORTS_TRIED || !String(error).includes('is taken')) throw error
    }
  }
}

function originOf(port: number, host = '127.0.0.1'): string {
  return `http://${host}:${port}`
}

/** It answers a moment before it has printed where it is set up. */
async function printed(link: () => string): Promise<string> {
  const deadline = performance.now() + PATIENCE_MS
  while (link() === '' && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20))
  return link()
}

function processOf(
  first: ChildProcess,
  env: Readonly<Record<string, string>>,
  guard: Guard,
): Pick<RunningChancery, 'pid' | 'restart' | 'stop'> {
  let server = first
  return {
    pid: () => server.pid,
    restart: async (signal = 'SIGTERM', between) => {
      await end(server, signal)
      await between?.()
      server = (await serve(env)).server
      if (server.pid !== undefined) guard.watch(server.pid)
    },
    stop: async () => {
      await end(server, 'SIGTERM')
      await guard.release()
    },
  }
}

/** Starts a server and waits until it is ready. Throws, with what it said, when it ends or does not get there. */
async function serve(
  env: Readonly<Record<string, string>>,
): Promise<{ readonly server: ChildProcess; readonly setupLink: () => string }> {
  const server = spawn(process.execPath, [LAUNCHER, 'serve'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  server.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-20_000)
    if (server.exitCode === null && isReady) process.stderr.write(text)
  })
  let printed = ''
  server.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed = (printed + text).slice(-20_000)
  })
  let isReady = false
  const deadline = performance.now() + PATIENCE_MS
  while (!isReady) {
    if (server.exitCode !== null || server.signalCode !== null) throw new Error(`the server ended:\n${said}`)
    if (performance.now() > deadline) {
      server.kill('SIGKILL')
      throw new Error(`the server was not ready within ${PATIENCE_MS} ms:\n${said}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
    isReady = await fetch(`http://${env['CHANCERY_HTTP']}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    )
  }
  letProcessEnd(server, server.stdout, server.stderr)
  return { server, setupLink: () => /\S+\/setup#\S+/.exec(printed)?.[0] ?? '' }
}

async function end(server: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const ended = new Promise((resolve) => server.once('exit', resolve))
  server.ref()
  server.kill(signal)
  await ended
}

const FIRST = { email: 'owner@example.com', password: 'correct horse battery staple' }

/**
 * The first account, and its token. A server on SQLite is asked as `chancery setup` asks it, which is tried elsewhere: a process of its
 * own takes a second of a processor to ask. `dataFolder`: of a server on SQLite.
 */
async function setUp(
  folder: string,
  dataFolder: string | undefined,
  command: RunningChancery['command'],
): Promise<string> {
  if (dataFolder !== undefined) return askForSetup(join(dataFolder, 'control.sock'))
  const password = join(folder, 'password')
  const token = join(folder, 'token')
  writeFileSync(password, `${FIRST.password}\n`)
  const files = ['--password-file', password, '--token-file', token]
  const { status, stderr } = await command('setup', '--email', FIRST.email, ...files)
  if (status !== 0) throw new Error(`chancery setup ended with ${status}:\n${stderr}`)
  return readFileSync(token, 'utf8').trim()
}

async function askForSetup(socketPath: string): Promise<string> {
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    const call = request({ socketPath, method: 'POST', path: '/set-up', agent: false }, resolve)
    call.once('error', reject)
    call.end(JSON.stringify({ ...FIRST, tenantName: 'example.com', tokenLifetimeMs: TOKEN_LIFETIME_MS }))
  })
  const said = await text(await answer)
  const { result } = JSON.parse(said)
  if (typeof result?.secret !== 'string') throw new Error(`the set-up was answered by ${said}`)
  return result.secret
}

async function callApi(url: string, token: string, method: string, body: unknown): Promise<Buffer> {
  const answer = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const content = Buffer.from(await answer.arrayBuffer())
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${content}`)
  return content
}
