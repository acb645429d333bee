import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../../support/system-program.ts'

/** A folder in which programs work on files, as a person would: each line of a test is a command that could be typed. */
export interface Workbench {
  readonly folder: string
  write(name: string, content: string | Uint8Array): void
  read(name: string): Buffer
  /** Runs a program that has to succeed; gives what it wrote to both streams. */
  succeed(program: string, ...args: readonly string[]): Promise<string>
  /** Runs a program that has to fail; gives what it wrote to both streams. */
  fail(program: string, ...args: readonly string[]): Promise<string>
  /** Runs a program that may fail or not. */
  attempt(program: string, ...args: readonly string[]): Promise<Attempt>
  /** Fetches an address into a file with curl. */
  fetch(address: string, name: string): Promise<Buffer>
  remove(): void
}

/** How a program ended, and what it wrote to both streams. */
export interface Attempt {
  readonly status: number
  readonly output: string
}

/** A new, empty workbench. */
export function workbench(): Workbench {
  const folder = mkdtempSync(join(tmpdir(), 'chancery-interop-'))
  const read = (name: string) => readFileSync(join(folder, name))
  const bench: Workbench = {
    folder,
    write: (name, content) => writeFileSync(join(folder, name), content),
    read,
    succeed: async (program, ...args) => {
      const { status, output } = await ran(program, args, folder)
      assert.equal(status, 0, `${program} ${args.join(' ')} ended with ${status}:\n${output}`)
      return output
    },
    fail: async (program, ...args) => {
      const { status, output } = await ran(program, args, folder)
      assert.notEqual(status, 0, `${program} ${args.join(' ')} succeeded:\n${output}`)
      return output
    },
    attempt: (program, ...args) => ran(program, args, folder),
    fetch: async (address, name) => {
      await bench.succeed('curl', '--silent', '--show-error', '--fail', '--output', name, address)
      return read(name)
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
  return bench
}

async function ran(program: string, args: readonly string[], cwd: string): Promise<Attempt> {
  const { status, stdout, stderr } = await run(program, args, { cwd })
  return { status, output: `${stdout}${stderr}` }
}
