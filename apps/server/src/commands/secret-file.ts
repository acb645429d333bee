import { closeSync, fsyncSync, openSync, readFileSync, statSync, unlinkSync, writeSync } from 'node:fs'
import { resolve } from 'node:path'
import type { CommandIo } from './command.ts'

const LARGEST_PASSWORD_FILE = 4_096

/** A file that cannot be used as it was named. */
class SecretFileError extends Error {
  override readonly name = 'SecretFileError'
}

/** The password in a file: UTF-8, without the line end that editors leave. Throws `SecretFileError`. */
export function readPasswordFile(path: string): string {
  const bytes = reading(path, () => {
    const status = statSync(path)
    if (status.isDirectory()) throw new SecretFileError(`${path} is a folder: name the file that holds the password.`)
    if (status.size > LARGEST_PASSWORD_FILE) throw new SecretFileError(`${path} is too large for a password.`)
    return readFileSync(path)
  })
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\r?\n$/, '')
  } catch (error) {
    throw new SecretFileError(`${path} is not text in UTF-8.`, { cause: error })
  }
}

/** A place for a secret that was reserved before the secret is made, so that none is made that cannot be kept. */
export interface SecretPlace {
  /** For messages: where the secret is. */
  readonly where: string
  /** For a shell: what gives the secret. */
  readonly shell: string
  write(secret: string): void
  /** Gives the place up: nothing was made. */
  release(): void
}

/** A new file with mode 0600; `-` is standard output. Throws `SecretFileError` when there is a file already. */
export function reserveSecretFile(path: string, io: CommandIo): SecretPlace {
  if (path === '-') {
    return { where: 'above', shell: '$TOKEN', write: (secret) => io.out(`${secret}\n`), release: () => {} }
  }
  const file = reading(path, () => openSync(path, 'wx', 0o600))
  return {
    where: `in ${resolve(path)}`,
    shell: `$(cat ${resolve(path)})`,
    write: (secret) => {
      writeSync(file, `${secret}\n`)
      fsyncSync(file)
      closeSync(file)
    },
    release: () => {
      closeSync(file)
      unlinkSync(path)
    },
  }
}

function reading<T>(path: string, act: () => T): T {
  try {
    return act()
  } catch (error) {
    if (error instanceof SecretFileError) throw error
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    const reason = {
      ENOENT: 'is not there',
      EACCES: 'may not be opened',
      EEXIST: isEmpty(path)
        ? 'is there already and empty, as a command leaves it that was ended: remove it, or name another file'
        : 'is there already, and is not overwritten: name another file',
      EISDIR: 'is a folder',
      ENOTDIR: 'lies under something that is no folder',
    }[code]
    throw new SecretFileError(`${path} ${reason ?? `cannot be opened (${code})`}.`)
  }
}

function isEmpty(path: string): boolean {
  const status = statSync(path, { throwIfNoEntry: false })
  return status?.isFile() === true && status.size === 0
}
