// `npm test`: installs what is missing and runs every test; `npm test -- <file or folder> …` only those.
// --long runs the *.long.test.ts instead. Other options go to `node --test` (write them with `=`).
import { spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { availableParallelism, freemem, tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { buildConsoleOrExit } from './build-console.mjs'
import { installOrExit } from './install.mjs'
import { COMPILE_CACHE, findNode26, ROOT } from './node26.mjs'
import { ensureSystemPackages } from './system-packages.mjs'
import { report } from './test-report.mjs'

/** The memory of the machine as a folder, and the least of it that a run wants to have free. */
const MEMORY = '/dev/shm'
const LEAST_MEMORY = 3 * 1024 ** 3

const args = process.argv.slice(2)
const long = args.includes('--long')
const named = args.filter((arg) => !arg.startsWith('--'))
const options = args.filter((arg) => arg.startsWith('--') && arg !== '--long')

const files = named.length > 0 ? named.flatMap(filesNamed) : allFiles()
await installOrExit()
await buildConsoleOrExit()
ensureSystemPackages()
process.exit(run(files))

function run(files) {
  // A run that a test started is a run of its own.
  const { NODE_TEST_CONTEXT, ...environment } = process.env
  const inMemory = folderInMemory()
  const folder = inMemory ?? mkdtempSync(join(tmpdir(), 'chancery-test-'))
  // Whom PostgreSQL runs as when we are root goes through it to a folder of their own.
  chmodSync(folder, 0o711)
  const record = join(folder, 'record.jsonl')
  try {
    const { status, signal, error } = spawnSync(findNode26(), nodeOptions(record).concat(files), {
      cwd: ROOT,
      stdio: 'inherit',
      env: {
        ...{ NODE_COMPILE_CACHE: COMPILE_CACHE, ...environment, TEST_RUN_FOLDER: folder },
        ...(inMemory && { TMPDIR: inMemory }),
      },
    })
    if (error) throw error
    if (signal) console.log(`The test run was ended by ${signal}.`)
    const events = existsSync(record) ? readFileSync(record, 'utf8') : ''
    return report(events, { ranWell: status === 0, noSkips: process.env.CI === 'true' })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * A folder for the files of the tests, in memory, where a write that is to be durable waits for no disk: a test that ends a server by
 * SIGKILL finds what the kernel has all the same. None where there is little memory, where nothing runs from it (as in a container of
 * Docker), or where TMPDIR says where the files are to lie. The long tests want a disk: their registers are large.
 */
function folderInMemory() {
  if (long || process.env.TMPDIR !== undefined || !existsSync(MEMORY)) return undefined
  const { bavail, bsize } = statfsSync(MEMORY)
  if (Math.min(bavail * bsize, freemem()) < LEAST_MEMORY) return undefined
  const folder = mkdtempSync(join(MEMORY, 'chancery-test-'))
  const program = join(folder, 'program')
  writeFileSync(program, '#!/bin/sh\n', { mode: 0o700 })
  if (spawnSync(program).status !== 0) {
    rmSync(folder, { recursive: true })
    return undefined
  }
  removeWithUs(folder)
  return folder
}

/** Nobody else cleans the memory: the folder goes even when we are killed. The kernel closes our end of the pipe however we die. */
function removeWithUs(folder) {
  const guard = spawn('sh', ['-c', 'read -r _; sleep 2; rm -rf -- "$1"', 'sh', folder], {
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  guard.unref()
  guard.stdin.unref()
}

function nodeOptions(record) {
  return [
    `--import=${new URL('direct-imports.mjs', import.meta.url).href}`,
    '--test',
    // Three more than can work at a time: many wait for a process, a timer or a disk most of the time.
    `--test-concurrency=${availableParallelism() + 3}`,
    `--test-timeout=${long ? 3_600_000 : 900_000}`,
    `--test-reporter=${named.length > 0 ? 'spec' : './scripts/test-reporter.mjs'}`,
    '--test-reporter-destination=stdout',
    '--test-reporter=./scripts/test-record.mjs',
    `--test-reporter-destination=${record}`,
    ...options,
  ]
}

/** Every test of the packages, the applications and the whole; a place without a test is a mistake, not a pass. */
function allFiles() {
  const places = [...workspaces('packages'), ...workspaces('apps')].map((folder) => join(folder, 'test'))
  const found = [...places, 'test'].flatMap(testsUnder)
  const empty = ['packages', 'apps', 'test'].filter((place) => !found.some((file) => file.startsWith(place)))
  if (found.length === 0 || (!long && empty.length > 0)) {
    fail(`No ${long ? '*.long.test.ts' : 'tests'} under ${(long ? ['packages', 'apps', 'test'] : empty).join(', ')}.`)
  }
  return found
}

function workspaces(folder) {
  return readdirSync(join(ROOT, folder)).map((name) => join(folder, name))
}

function testsUnder(folder) {
  if (!existsSync(join(ROOT, folder))) return []
  return readdirSync(join(ROOT, folder), { recursive: true })
    .filter((name) => name.endsWith('.test.ts') && name.endsWith('.long.test.ts') === long)
    .map((name) => join(folder, name))
    .sort()
}

function filesNamed(name) {
  const path = relative(ROOT, join(process.cwd(), name))
  if (!existsSync(join(ROOT, path))) fail(`There is no ${name}.`)
  const files = statSync(join(ROOT, path)).isDirectory() ? testsUnder(path) : [path]
  if (files.length === 0) fail(`There is no test under ${name}.`)
  return files
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
