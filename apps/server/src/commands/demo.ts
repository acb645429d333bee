import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Config } from '../platform/config.ts'
import { loadConfig } from '../platform/config.ts'
import { type Command, type CommandIo, type OptionValues, optionalText, UsageError } from './command.ts'
import { prepareDataFolder } from './data-folder.ts'

const DEFAULTS = { certificates: 5_000, port: 8090, seed: 'brightwater' } as const
const MOST_CERTIFICATES = 1_000_000

/** `chancery demo`: a company to look around in, that is gone at the end. */
export function demoCommand(serve: (config: Config, io: CommandIo) => Promise<void>): Command {
  return {
    name: 'demo',
    summary: 'Serves a throw-away installation filled with a believable company',
    details: `A root, two intermediates, a dozen templates, certificates of every age and state, requests that wait, a member of each role.
It lives in a temporary folder, answers this machine alone, and is removed at the end: neither CHANCERY_DATA nor any other
installation is touched. The members sign in with a password that is drawn anew each time and printed once.`,
    options: {
      certificates: { value: 'COUNT', meaning: `how many were issued; ${DEFAULTS.certificates} when not given` },
      port: { value: 'PORT', meaning: `where it listens; ${DEFAULTS.port} when not given, or another that is free` },
      seed: { value: 'TEXT', meaning: 'another company of the same kind: the same text makes the same' },
    },
    run: async ({ options, io }) => {
      const certificates = countOf(options, 'certificates', 1, MOST_CERTIFICATES) ?? DEFAULTS.certificates
      const port =
        countOf(options, 'port', 1, 65_535) ?? ((await isFree(DEFAULTS.port)) ? DEFAULTS.port : await freePort())
      const seed = optionalText(options, 'seed') ?? DEFAULTS.seed
      const folder = mkdtempSync(join(tmpdir(), 'chancery-demo-'))
      const removal = removedAtEnd(folder)
      try {
        const config = configOf(join(folder, 'data'), port, io)
        prepareDataFolder(config.dataFolder)
        const { makeDemo } = await import('../demo/make-demo.ts')
        const signIns = await makeDemo({ certificates, seed, config, tell: io.err })
        const out = (text: string) => {
          removal.leaveSignals()
          io.out(`${signIns}${text}`)
        }
        await serve(config, { ...io, out })
      } finally {
        removal.now()
      }
    },
  }
}

/** Nothing of the environment counts but how much is logged: settings are those of a real installation. */
function configOf(dataFolder: string, port: number, { env }: CommandIo): Config {
  return loadConfig({
    CHANCERY_DATA: dataFolder,
    CHANCERY_URL: `http://localhost:${port}`,
    CHANCERY_HTTP: `127.0.0.1:${port}`,
    CHANCERY_METRICS: 'off',
    CHANCERY_LOG_LEVEL: env['CHANCERY_LOG_LEVEL'] ?? 'warn',
  })
}

/**
 * Removes the folder at the end of the process, whichever comes: by itself, or by a signal while the demo is made. A server that
 * listens heeds signals itself.
 */
function removedAtEnd(folder: string): { leaveSignals(): void; now(): void } {
  const remove = () => rmSync(folder, { recursive: true, force: true })
  const stop = () => process.exit(INTERRUPTED)
  process.on('exit', remove)
  for (const signal of SIGNALS) process.on(signal, stop)
  const leaveSignals = () => {
    for (const signal of SIGNALS) process.off(signal, stop)
  }
  return {
    leaveSignals,
    now: () => {
      leaveSignals()
      process.off('exit', remove)
      remove()
    },
  }
}
const SIGNALS = ['SIGINT', 'SIGTERM'] as const
/** As a shell says that somebody pressed Ctrl-C. */
const INTERRUPTED = 130

function countOf(options: OptionValues, name: string, least: number, most: number): number | undefined {
  const text = optionalText(options, name)
  if (text === undefined) return undefined
  const count = /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN
  if (count >= least && count <= most) return count
  throw new UsageError(`--${name} is a whole number from ${least} to ${most}.`)
}

function isFree(port: number): Promise<boolean> {
  return probe(port).then(
    () => true,
    () => false,
  )
}

function freePort(): Promise<number> {
  return probe(0)
}

/** Listens for a moment; the port. */
function probe(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : port))
    })
  })
}
