// Builds the web application (apps/console) where its sources changed since it was built; quick when they did not.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { installOrExit, oneAtATime } from './install.mjs'
import { findNode26, ROOT } from './node26.mjs'

const CONSOLE = join(ROOT, 'apps', 'console')
const BUILT = join(CONSOLE, 'dist')
const STAMP = join(BUILT, '.sources')

/** What the build is made of: another lock file may bring another library. */
const SOURCES = ['apps/console', 'packages/x509/src', 'packages/key-files/src', 'package-lock.json']

/** Below this many octets compressing gains nothing. */
const WORTH_COMPRESSING = 512

/** Builds the console unless the build there is of these sources. Does nothing in a checkout without its sources. */
export async function buildConsole() {
  if (!existsSync(join(CONSOLE, 'vite.config.mjs'))) return
  const stamp = sourcesStamp()
  if (isBuiltOf(stamp)) return
  await oneAtATime(() => (isBuiltOf(stamp) ? undefined : buildNow(stamp)))
}

function isBuiltOf(stamp) {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === stamp
}

async function buildNow(stamp) {
  console.log('Building the console …')
  // Beside the one there is, which a server may be reading, and then in its place.
  const folder = mkdtempSync(join(ROOT, 'node_modules', '.console-'))
  try {
    runVite(folder)
    await compressAssets(join(folder, 'assets'))
    writeFileSync(join(folder, '.sources'), stamp)
    // Others than who builds may serve it.
    chmodSync(folder, 0o755)
    rmSync(BUILT, { recursive: true, force: true })
    renameSync(folder, BUILT)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function runVite(folder) {
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js')
  const args = [vite, 'build', '--outDir', folder, '--emptyOutDir', '--logLevel', 'warn']
  const { status, error } = spawnSync(findNode26(), args, { cwd: CONSOLE, stdio: ['ignore', 'inherit', 'inherit'] })
  if (error) throw error
  if (status !== 0) throw new Error('The console could not be built; why stands above.')
}

async function compressAssets(folder) {
  await Promise.all(
    readdirSync(folder).map(async (name) => {
      const content = readFileSync(join(folder, name))
      if (content.length < WORTH_COMPRESSING || !/\.(?:js|css|svg)$/.test(name)) return
      const params = { [constants.BROTLI_PARAM_QUALITY]: 10, [constants.BROTLI_PARAM_SIZE_HINT]: content.length }
      writeFileSync(join(folder, `${name}.br`), await promisify(brotliCompress)(content, { params }))
      writeFileSync(join(folder, `${name}.gz`), await promisify(gzip)(content, { level: 9 }))
    }),
  )
}

function sourcesStamp() {
  const hash = createHash('sha256')
  for (const source of SOURCES) {
    for (const file of filesOf(source))
      hash
        .update(`${file}\0`)
        .update(readFileSync(join(ROOT, file)))
        .update('\0')
  }
  return hash.digest('hex')
}

function filesOf(source) {
  if (source.endsWith('.json')) return [source]
  return readdirSync(join(ROOT, source), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/[\\/](?:node_modules|dist)[\\/]/.test(path.slice(ROOT.length)))
    .map((path) => path.slice(ROOT.length))
    .sort()
}

/** What to run when a script is itself the program: a failed build is a message, not a stack. */
export async function buildConsoleOrExit() {
  try {
    await buildConsole()
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await installOrExit()
  await buildConsoleOrExit()
}
