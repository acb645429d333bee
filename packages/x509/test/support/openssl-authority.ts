import { createPrivateKey, type KeyObject, sign } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '../../../../test/support/system-program.ts'
import {
  algorithmIdentifier,
  type Certificate,
  decodeCertificate,
  decodePem,
  type SignatureAlgorithm,
} from '../../src/index.ts'

/** A certificate authority that OpenSSL made, in a folder of its own that goes with `dispose`. */
export interface OpensslAuthority {
  readonly certificate: Certificate
  readonly key: KeyObject
  readonly algorithm: SignatureAlgorithm
  /** The path of a file in the folder: `ca.pem`, `ca.key`, and what a test puts there. */
  path(name: string): string
  write(name: string, content: string | Uint8Array): Promise<string>
  read(name: string): Promise<Buffer>
  /** Runs openssl in the folder; its failure fails the test. */
  openssl(...args: readonly string[]): Promise<string>
  /** A certificate for `/CN=name` with this serial number; its DER. */
  issue(name: string, serialNumber: string): Promise<Buffer>
  sign(message: Uint8Array): Uint8Array
  dispose(): Promise<void>
}

/** How OpenSSL makes the key, and how its owner signs with node:crypto. */
const KINDS = {
  rsa: { options: ['rsa:2048'], algorithm: 'rsa-sha256', hash: 'sha256' },
  ec: { options: ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'], algorithm: 'ecdsa-sha256', hash: 'sha256' },
  ed25519: { options: ['ed25519'], algorithm: 'ed25519', hash: undefined },
} as const satisfies Readonly<
  Record<string, { options: readonly string[]; algorithm: SignatureAlgorithm; hash: string | undefined }>
>
export type AuthorityKind = keyof typeof KINDS
export const AUTHORITY_KINDS: readonly AuthorityKind[] = ['rsa', 'ec', 'ed25519']

/** A new authority `/C=DE/O=Example/CN=Example CA`. */
export async function opensslAuthority(kind: AuthorityKind): Promise<OpensslAuthority> {
  const { options, algorithm, hash } = KINDS[kind]
  const folder = await mkdtemp(join(tmpdir(), 'chancery-x509-'))
  const path = (name: string) => join(folder, name)
  const read = (name: string) => readFile(path(name))
  const write = async (name: string, content: string | Uint8Array) => {
    await writeFile(path(name), content)
    return path(name)
  }
  const openssl = async (...args: readonly string[]) => {
    const { status, stdout, stderr } = await run('openssl', args, { cwd: folder })
    if (status !== 0) throw new Error(`openssl ${args.join(' ')} ended with ${status}:\n${stderr}`)
    return `${stdout}${stderr}`
  }

  await openssl('req', '-x509', '-newkey', ...options, '-nodes', '-keyout', 'ca.key', '-out', 'ca.pem', ...CA_OPTIONS)
  const key = createPrivateKey(await read('ca.key'))
  const [der] = decodePem(String(await read('ca.pem')))
  if (der === undefined) throw new Error('openssl wrote no certificate')
  return {
    certificate: decodeCertificate(der.der),
    key,
    algorithm,
    path,
    read,
    write,
    openssl,
    issue: async (name, serialNumber) => {
      await openssl(
        'req',
        '-new',
        '-newkey',
        ...KINDS.ec.options,
        '-nodes',
        '-keyout',
        `${name}.key`,
        '-out',
        `${name}.csr`,
        '-subj',
        `/CN=${name}`,
      )
      await openssl(
        'x509',
        '-req',
        '-in',
        `${name}.csr`,
        '-CA',
        'ca.pem',
        '-CAkey',
        'ca.key',
        '-set_serial',
        serialNumber,
        '-days',
        '30',
        '-out',
        `${name}.pem`,
      )
      await openssl('x509', '-in', `${name}.pem`, '-outform', 'DER', '-out', `${name}.der`)
      return read(`${name}.der`)
    },
    sign: (message) => sign(hash, message, key),
    dispose: () => rm(folder, { recursive: true }),
  }
}
const CA_OPTIONS = [
  '-days',
  '3650',
  '-subj',
  '/C=DE/O=Example/CN=Example CA',
  '-addext',
  'keyUsage=critical,keyCertSign,cRLSign,digitalSignature',
]

/** The AlgorithmIdentifier of an authority's signatures. */
export function identifierOf({ algorithm }: OpensslAuthority) {
  return algorithmIdentifier(algorithm)
}
