// The programs of other people that the tests compare Chancery with. Which Debian package brings which: the table
// system-packages.json, which also tells a test what to say when it is skipped (test/support/system-program.ts).
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const PACKAGES = JSON.parse(readFileSync(new URL('system-packages.json', import.meta.url), 'utf8'))

/**
 * Sees to it that the programs are there: as root on Debian through apt, saying which; elsewhere by saying what is
 * missing and what follows. Never throws: without a program its tests are skipped, by name.
 */
export function ensureSystemPackages() {
  const missing = missingPackages()
  if (missing.length === 0) return
  if (canInstall()) {
    console.log(`Installing system packages that the tests use: ${missing.join(', ')} …`)
    aptInstall(missing)
  }
  const still = missingPackages()
  if (still.length === 0) return
  console.log(
    `Not installed, so tests that need them will be skipped:\n${still.map(describe).join('\n')}\n` +
      `On Debian or Ubuntu: sudo apt-get install ${still.join(' ')}`,
  )
}

function missingPackages() {
  return Object.keys(PACKAGES).filter((name) => !PACKAGES[name].every(isThere))
}

function describe(name) {
  return `  ${name} (${PACKAGES[name].filter((program) => !isThere(program)).join(', ')})`
}

/** A program, or a command that succeeds where a library is. */
function isThere(program) {
  const [name, ...args] = program.split(' ')
  return isInPath(name) && (args.length === 0 || spawnSync(name, args, { stdio: 'ignore' }).status === 0)
}

function isInPath(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

function canInstall() {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && isInPath('apt-get')
}

function aptInstall(names) {
  const install = ['install', '--yes', '--no-install-recommends', ...names]
  // The lists of a fresh image are empty or old; they are fetched only when the first attempt shows it.
  if (apt(install, 'ignore')) return
  apt(['update'], 'inherit')
  if (!apt(install, 'inherit')) console.log('apt-get did not succeed; its message is above.')
}

function apt(args, stderr) {
  const { status } = spawnSync('apt-get', ['-qq', ...args], {
    stdio: ['ignore', 'ignore', stderr],
    // What is a service elsewhere (bind9, apache2) is a program here: none is to be started by its installation.
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1', SYSTEMD_OFFLINE: '1' },
    timeout: 5 * 60_000,
  })
  return status === 0
}
