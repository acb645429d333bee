// Puts the modules of the server and its largest libraries into few files, for the many processes of a whole test run.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { findNode26, ROOT } from './node26.mjs'

const BUNDLES = join(ROOT, 'node_modules', '.cache', 'bundled')
const KEPT_MS = 24 * 3_600_000

/** The libraries of the most modules. */
const LIBRARIES = ['typebox', 'kysely', 'better-auth', '@better-auth/passkey']

/** Where a process of the server begins; its threads begin at what `new URL('….ts', import.meta.url)` names. */
const MAIN = 'apps/server/src/main.ts'

/** What looks for files of its own beside it. */
const LEFT_OUT = ['pino', 'thread-stream', 'pg-native']

/**
 * Options for Node with which it takes them from the bundle: a server then starts in half the processor time, for most of
 * it goes into finding two thousand files. The sources are the same; what reads a file beside a module
 * (`import.meta.url`) finds it where the source lies. None in a checkout without a server. Throws when it cannot be built.
 */
export function bundleForTests() {
  if (!existsSync(join(ROOT, MAIN))) return ''
  const folder = join(BUNDLES, stampOfSources())
  if (existsSync(folder)) utimesSync(folder, new Date(), new Date())
  else buildInto(folder)
  const hook = pathToFileURL(join(ROOT, 'scripts', 'bundled-modules.mjs'))
  hook.searchParams.set('bundle', folder)
  return `--import ${hook.href}`
}

function buildInto(folder) {
  const { status, error } = spawnSync(findNode26(), [fileURLToPath(import.meta.url), folder], { stdio: 'inherit' })
  if (error) throw error
  if (status !== 0) throw new Error('The server could not be bundled; why stands above.')
  for (const name of readdirSync(BUNDLES)) {
    const other = join(BUNDLES, name)
    if (Date.now() - statSync(other).mtimeMs > KEPT_MS) rmSync(other, { recursive: true, force: true })
  }
}

async function build(folder) {
  const { rolldown } = await import('rolldown')
  const programs = [MAIN, ...threadsOf(sources())].map((path) => [
    pathToFileURL(join(ROOT, path)).href,
    join(ROOT, path),
  ])
  const entries = [...programs, ...taken([...sources(), ...tests()]).map((name) => [name, name])]
  const bundle = await rolldown({
    cwd: join(ROOT, 'apps', 'server'),
    platform: 'node',
    // All that a module does when it is loaded is done.
    treeshake: false,
    logLevel: 'silent',
    external: LEFT_OUT,
    input: Object.fromEntries(entries.map(([, path], at) => [String(at), path])),
    plugins: [{ name: 'where-a-source-lies', transform: withItsPlace }],
  })
  const draft = mkdtempSync(join(ROOT, 'node_modules', '.cache', 'bundling-'))
  try {
    await bundle.write({ dir: draft, format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: 'chunk-[hash].mjs' })
    const urls = entries.map(([from], at) => [from, pathToFileURL(join(folder, `${at}.mjs`)).href])
    writeFileSync(join(draft, 'modules.json'), JSON.stringify(Object.fromEntries(urls)))
    // Another run may have been quicker: its bundle is as good.
    if (!existsSync(folder)) renameSync(draft, folder)
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

function withItsPlace(code, id) {
  if (!code.includes('import.meta.url') || !existsSync(id)) return null
  return code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href))
}

/** The modules in which threads begin. */
function threadsOf(files) {
  return files.flatMap((file) =>
    [...read(file).matchAll(/new URL\('([^']+\.ts)', import\.meta\.url\)/g)].map(([, name]) =>
      join(dirname(file), name),
    ),
  )
}

/** All that is taken of the libraries: one that came half from the bundle would be there twice. */
function taken(files) {
  const named = files.flatMap((file) =>
    [...read(file).matchAll(/(?:from |import\()'([^'.]+)'/g)].map(([, name]) => name),
  )
  return [...new Set(named)]
    .filter((name) => LIBRARIES.some((library) => name === library || name.startsWith(`${library}/`)))
    .sort()
}

function stampOfSources() {
  const hash = createHash('sha256')
  for (const file of ['package-lock.json', 'scripts/bundle-for-tests.mjs', ...sources(), ...tests()]) {
    hash.update(`${file}\0`).update(read(file)).update('\0')
  }
  return hash.digest('hex').slice(0, 32)
}

function sources() {
  return filesIn('apps/server/src', ...readdirSync(join(ROOT, 'packages')).map((name) => `packages/${name}/src`))
}

function tests() {
  return filesIn('apps/server/test', 'test')
}

function filesIn(...folders) {
  return folders
    .flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true }).map((name) => join(folder, name)))
    .filter((name) => /\.(?:ts|json)$/.test(name))
    .sort()
}

function read(file) {
  return readFileSync(join(ROOT, file), 'utf8')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(BUNDLES, { recursive: true })
  await build(process.argv[2])
}
