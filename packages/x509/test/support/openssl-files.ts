import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../../../../test/support/system-program.ts'

/**
 * Writes `files` into a folder of their own, runs the programs there one after the other, and gives the bytes of `result`. Each
 * command is a program and its arguments; one that fails makes the test fail with what it said.
 */
export async function fileMadeBy(
  files: Readonly<Record<string, string | Uint8Array>>,
  commands: readonly (readonly [program: string, ...args: string[]])[],
  result: string,
): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-x509-'))
  try {
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
    for (const [program, ...args] of commands) {
      const { status, stderr } = await run(program, args, { cwd: folder })
      assert.equal(status, 0, `${program} ${args.join(' ')}: ${stderr}`)
    }
    return new Uint8Array(await readFile(join(folder, result)))
  } finally {
    await rm(folder, { recursive: true })
  }
}
