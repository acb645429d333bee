import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from './system-program.ts'

/** A folder of its own in which programs of the system make key files. */
export interface FileMaker {
  /** Runs a program in the folder; its failure fails the test. */
  make(program: string, ...args: readonly string[]): Promise<void>
  read(name: string): Promise<Buffer>
  write(name: string, content: string | Uint8Array): Promise<void>
  dispose(): Promise<void>
}

export async function fileMaker(): Promise<FileMaker> {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-key-files-'))
  return {
    async make(program, ...args) {
      const { status, stderr } = await run(program, args, { cwd: folder })
      if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`)
    },
    read: (name) => readFile(join(folder, name)),
    write: (name, content) => writeFile(join(folder, name), content),
    dispose: () => rm(folder, { recursive: true }),
  }
}
