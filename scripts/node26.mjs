// Runs under any Node from 20 on. Node 26, which runs everything else, comes with the dependencies.
import { spawn } from 'node:child_process'
import { existsSync, lstatSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The checkout, as a path. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** The oldest Node that runs Chancery: ML-DSA in `node:crypto`, TypeScript without a build. */
export const NODE_MAJOR = 26

/**
 * Where Node keeps what it compiled, by the hash of its source: a start takes a quarter less. Not Node's own choice, which lies where
 * any user of the machine may write.
 */
export const COMPILE_CACHE = join(ROOT, 'node_modules', '.cache', 'compiled')

/** Whether the process that asks is itself new enough. */
export const runsOnNode26 = Number(process.versions.node.split('.')[0]) >= NODE_MAJOR

/**
 * The Node 26 binary that npm installed, or else the running Node if that is new enough; `undefined` when neither is.
 * The packages are looked at and not `.bin/node`, which npm 10 does not make.
 */
export function findNode26(root = ROOT) {
  const binary = process.platform === 'win32' ? 'node.exe' : 'node'
  const platforms = [`node-${platformName()}-${process.arch}`, `node-bin-${platformName()}-${process.arch}`]
  const installed = platforms
    .map((name) => join(root, 'node_modules', name, 'bin', binary))
    .find((path) => existsSync(path))
  return installed ?? (runsOnNode26 ? process.execPath : undefined)
}

/** Makes `node_modules/.bin/node` where npm 10 left it out, so that `npx` and npm scripts run on Node 26 too. */
export function mendBinLink(root = ROOT) {
  if (process.platform === 'win32') return
  const folder = readdirSync(join(root, 'node_modules')).find((name) => isNodePackage(root, name))
  const link = join(root, 'node_modules', '.bin', 'node')
  if (folder === undefined || existsSync(link)) return
  if (lstatSync(link, { throwIfNoEntry: false })) rmSync(link)
  symlinkSync(join('..', folder, 'bin', 'node'), link)
}

/**
 * Runs Node 26 with these arguments in the foreground, as if it had been started in our place: same streams, signals
 * passed on, and this process ends as the child ends. Resolves never; the process exits.
 */
export function becomeNode26(args, options = {}) {
  const node = findNode26()
  if (node === undefined) {
    console.error(missingNode26())
    process.exit(1)
  }
  const child = spawn(node, args, { stdio: 'inherit', ...options })
  forwardSignals(child)
  child.on('error', (error) => {
    console.error(`Node ${NODE_MAJOR} at ${node} did not start: ${error.message}`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => endAs(code, signal))
}

/**
 * npm hands a signal to the shell it runs a script in, and the shell dies of it without passing it on. So a server that
 * npm started takes the loss of its parent for the SIGTERM that it did not get.
 */
export function stopWithParent() {
  if (!['start', 'npx'].includes(process.env.npm_lifecycle_event)) return
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    process.kill(process.pid, 'SIGTERM')
  }, 250)
  watch.unref()
}

function platformName() {
  return process.platform === 'win32' ? 'win' : process.platform
}

function isNodePackage(root, name) {
  return /^node-(bin-)?[a-z]+-[a-z0-9]+$/.test(name) && existsSync(join(root, 'node_modules', name, 'bin', 'node'))
}

function missingNode26() {
  return (
    `Chancery runs on Node ${NODE_MAJOR}, which \`npm ci\` in ${ROOT} installs for Linux (x64, arm64), macOS (arm64) ` +
    `and Windows (x64).\nThis is ${process.platform} (${process.arch}): run \`npm ci\` there, or start it with a ` +
    `Node ${NODE_MAJOR} of your own.`
  )
}

/** A terminal sends its Ctrl-C to the whole group, the child included: passing it on would make it two. */
function forwardSignals(child) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    })
  }
}

function endAs(code, signal) {
  if (signal === null) process.exit(code ?? 1)
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
  // Reached only for a signal that does not end a process; the shell's convention then says which it was.
  setTimeout(() => process.exit(128 + (constants.signals[signal] ?? 0)), 1000)
}
