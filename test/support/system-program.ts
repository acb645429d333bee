import { execFile } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import packages from '../../scripts/system-packages.json' with { type: 'json' }
import { PATIENCE_MS } from './until.ts'

/**
 * Test options for a test that runs programs of the system: skipped, with the reason, where one is not installed.
 *
 *     test('OpenSSL accepts the chain', needs('openssl'), async () => { … })
 *
 * Throws for a program that `scripts/system-packages.json` does not list, because `npm test` could not install it.
 */
export function needs(...programs: readonly string[]): { readonly skip: false | string } {
  const missing = programs.map((program) => [program, packageOf(program)] as const).filter(([name]) => !isInPath(name))
  const reasons = missing.map(([program, name]) => `${program} is not installed (Debian: ${name})`)
  return { skip: reasons.length === 0 ? false : reasons.join(', ') }
}

/** What a program that ended by itself left: its exit status (0 is success) and its whole output. */
export interface ProgramResult {
  readonly status: number
  readonly stdout: Buffer
  readonly stderr: Buffer
}

/** How to run a program. `timeoutMs` is two minutes unless given; `env` is added to ours. */
export interface RunOptions {
  readonly input?: string | Uint8Array
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly timeoutMs?: number
}

/**
 * Runs a program without a shell, in English and UTC, and waits for its end. A status other than 0 is a result like
 * any other; a program that is not there, runs too long or is killed throws.
 */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<ProgramResult> {
  const { input, cwd, env, timeoutMs = PATIENCE_MS } = options
  const settings = {
    encoding: 'buffer' as const,
    timeout: timeoutMs,
    killSignal: 'SIGKILL' as const,
    maxBuffer: 256 * 1024 * 1024,
    env: { ...process.env, LC_ALL: 'C', TZ: 'UTC', ...env },
    ...(cwd === undefined ? {} : { cwd }),
  }
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, settings, (error, stdout, stderr) => {
      if (error === null) resolve({ status: 0, stdout, stderr })
      else if (typeof error.code === 'number') resolve({ status: error.code, stdout, stderr })
      else
        reject(new Error(`${program} ${args.join(' ')}: ${whyItFailed(error, timeoutMs)}\n${stderr}`, { cause: error }))
    })
    // A program may end without reading all its input: what it answered then is the result.
    child.stdin?.on('error', () => {})
    child.stdin?.end(input)
  })
}

function packageOf(program: string): string {
  const found = Object.entries(packages).find(([, programs]) => programs.includes(program))
  if (found === undefined) throw new Error(`${program} is not in scripts/system-packages.json: add its package there`)
  return found[0]
}

function isInPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

function whyItFailed(error: { code?: unknown; killed?: boolean; signal?: unknown }, timeoutMs: number): string {
  if (error.code === 'ENOENT') return 'not found'
  if (error.killed === true && typeof error.code !== 'string') return `still running after ${timeoutMs} ms`
  return `ended by ${error.signal ?? error.code}`
}
