// Runs under any Node from 20 on: installs the dependencies when the lock file is not the one that was installed last.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { findNode26, mendBinLink, ROOT } from './node26.mjs'

const STAMP = join(ROOT, 'node_modules', '.chancery-lock')
const LOCK = join(ROOT, '.install-lock')
const ABANDONED_AFTER_MS = 15 * 60_000

/**
 * Brings `node_modules` to what `package-lock.json` says; quick (no npm) when it is already there. Two starts at once
 * are safe: the second waits for the first. Throws, in words for a person, when npm fails.
 */
export async function install() {
  if (isInstalled()) return
  await oneAtATime(() => {
    if (!isInstalled()) installNow()
  })
}

/** Runs what changes the checkout while nobody else does; a second one waits. */
export async function oneAtATime(work) {
  await takeLock()
  try {
    await work()
  } finally {
    rmSync(LOCK, { force: true })
  }
}

/** What to run when a script is itself the program: a failed installation is a message, not a stack. */
export async function installOrExit() {
  try {
    await install()
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  }
}

function isInstalled() {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wantedStamp() && findNode26() !== undefined
}

function wantedStamp() {
  return createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex')
}

function installNow() {
  const stamp = wantedStamp()
  console.log('Installing dependencies (once; again only when package-lock.json changes) …')
  // `npm ci` empties node_modules first, under whatever runs from it. So it fills only an empty one; a changed lock is
  // checked by a dry run (which refuses a lock that does not fit) and then applied in place.
  if (existsSync(join(ROOT, 'node_modules', '.package-lock.json'))) {
    npm(['ci', '--dry-run', '--loglevel=error'])
    npm(['install', '--no-save', '--loglevel=error'])
  } else {
    npm(['ci', '--loglevel=error'])
  }
  mendBinLink()
  if (findNode26() === undefined) {
    throw new Error(
      `npm installed no Node 26 for ${process.platform} (${process.arch}). Were optional packages left out ` +
        '(--omit=optional)? Otherwise start Chancery with a Node 26 of your own.',
    )
  }
  writeFileSync(STAMP, stamp)
}

/** Runs npm in the checkout; throws when it fails, after npm said why. */
export function npm(args) {
  const [program, before] = npmProgram()
  try {
    execFileSync(program, [...before, ...args, '--include=dev', '--include=optional', '--no-fund', '--no-audit'], {
      cwd: ROOT,
      stdio: ['ignore', args.includes('--dry-run') ? 'ignore' : 'inherit', 'inherit'],
      env: { ...process.env, npm_config_update_notifier: 'false' },
      shell: program === 'npm.cmd',
    })
  } catch (error) {
    throw new Error(`\`npm ${args.join(' ')}\` failed in ${ROOT}; its own message is above.`, { cause: error })
  }
}

/** The npm that runs us where there is one (it may be another than the PATH's), else the PATH's. */
function npmProgram() {
  const running = process.env.npm_execpath
  if (running?.endsWith('npm-cli.js') && existsSync(running)) return [process.execPath, [running]]
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm', []]
}

/** A lock file with its holder's process id. A holder that died leaves it behind; whoever waits takes it over. */
async function takeLock() {
  for (let said = false; ; said = true) {
    try {
      writeFileSync(LOCK, String(process.pid), { flag: 'wx' })
      return
    } catch (error) {
      if (error.code !== 'EEXIST') throw new Error(`Cannot write to ${ROOT}: ${error.message}`, { cause: error })
    }
    if (!said) console.log('Another start is installing or building; waiting for it …')
    removeAbandonedLock()
    await sleep(300)
  }
}

function removeAbandonedLock() {
  const holder = readLock(LOCK)
  if (holder === undefined || holderLives(holder)) return
  // Between the look and the move somebody else may have taken the lock over: then it is theirs, and goes back.
  const aside = `${LOCK}.${process.pid}`
  try {
    renameSync(LOCK, aside)
    if (readLock(aside) !== holder) linkSync(aside, LOCK)
  } catch {
    // Somebody else was quicker.
  }
  rmSync(aside, { force: true })
}

function readLock(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function holderLives(holder) {
  const age = Date.now() - (statSync(LOCK, { throwIfNoEntry: false })?.mtimeMs ?? 0)
  const pid = Number(holder)
  // An empty file is one that was made this very moment and is not written yet.
  if (!Number.isSafeInteger(pid) || pid < 1) return age < 5000
  if (age > ABANDONED_AFTER_MS) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await installOrExit()
