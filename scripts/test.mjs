// `npm test`: installs what is missing and runs every test; `npm test -- <file or folder> …` only those.
// --long runs the *.long.test.ts instead. Other options go to `node --test` (write them with `=`).
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { buildConsoleOrExit } from './build-console.mjs'
import { installOrExit } from './install.mjs'
import { COMPILE_CACHE, findNode26, ROOT } from './node26.mjs'
import { ensureSystemPackages } from './system-packages.mjs'
import { report } from './test-report.mjs'

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
  const folder = mkdtempSync(join(tmpdir(), 'chancery-test-'))
  const record = join(folder, 'record.jsonl')
  try {
    const { status, signal, error } = spawnSync(findNode26(), nodeOptions(record).concat(files), {
      cwd: ROOT,
      stdio: 'inherit',
      env: { NODE_COMPILE_CACHE: COMPILE_CACHE, ...environment },
    })
    if (error) throw error
    if (signal) console.log(`The test run was ended by ${signal}.`)
    const events = existsSync(record) ? readFileSync(record, 'utf8') : ''
    return report(events, { ranWell: status === 0, noSkips: process.env.CI === 'true' })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function nodeOptions(record) {
  return [
    '--test',
    // Two more than can work at a time: many wait for a process, a timer or a disk most of the time.
    `--test-concurrency=${availableParallelism() + 2}`,
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
