import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../../../../test/support/system-program.ts'

/** Keys that OpenSSL makes: what follows `openssl req -newkey`. */
export const OPENSSL_KEYS = {
  p256: ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  p384: ['ec', '-pkeyopt', 'ec_paramgen_curve:P-384'],
  p521: ['ec', '-pkeyopt', 'ec_paramgen_curve:P-521'],
  rsa2048: ['rsa:2048'],
  rsa1024: ['rsa:1024'],
  ed25519: ['ed25519'],
} as const satisfies Readonly<Record<string, readonly string[]>>

/** What a certification request says. */
export interface CsrOptions {
  /** As `openssl req -subj` takes it. */
  readonly subject?: string
  /** `extension=value` lines as `openssl req -addext` takes them. */
  readonly extensions?: readonly string[]
  readonly key?: keyof typeof OPENSSL_KEYS
  /** The hash of its signature; OpenSSL's own choice unless given. */
  readonly digest?: 'sha1'
}

/** A certification request by OpenSSL in PEM, and its key. */
export async function opensslCsr(options: CsrOptions = {}): Promise<{ readonly csr: string; readonly key: string }> {
  const {
    subject = '/CN=www.example.com',
    extensions = ['subjectAltName=DNS:www.example.com'],
    key = 'p256',
    digest,
  } = options
  return inFolder(async (folder) => {
    const [kind, ...parameters] = OPENSSL_KEYS[key]
    const added = extensions.flatMap((line) => ['-addext', line])
    const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'csr.pem')]
    await succeed('openssl', [
      'req',
      '-new',
      '-newkey',
      kind,
      ...parameters,
      ...(digest === undefined ? [] : [`-${digest}`]),
      '-nodes',
      '-utf8',
      '-subj',
      subject,
      ...added,
      ...files,
    ])
    const [csr, made] = await Promise.all(['csr.pem', 'key.pem'].map((name) => succeed('cat', [join(folder, name)])))
    return { csr: csr ?? '', key: made ?? '' }
  })
}

/** Runs a program that must not fail; gives what it printed. */
export async function succeed(program: string, args: readonly string[], input?: string | Uint8Array): Promise<string> {
  const { status, stdout, stderr } = await run(program, args, input === undefined ? {} : { input })
  if (status !== 0) throw new Error(`${program} ${args[0]} failed: ${stderr.toString()}`)
  return stdout.toString()
}

/** A folder that is there for as long as `work` runs. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'chancery-files-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
