import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { open } from 'node:fs/promises'
import { isIP } from 'node:net'
import { createSecureContext } from 'node:tls'
import type { TlsIdentity } from './tls-identity.ts'
import type { TlsFiles } from './tls-settings.ts'

const CERTIFICATE = 'CHANCERY_TLS_CERT_FILE'
const KEY = 'CHANCERY_TLS_KEY_FILE'
const MOST_OCTETS = 1_048_576

/** A certificate of the operator's own, and what is to be known of it. */
export interface OwnIdentity extends TlsIdentity {
  /** Milliseconds since the epoch. */
  readonly notBefore: number
  readonly notAfter: number
  /** Whether it is for a host, by its alternative names. */
  readonly isFor: (host: string) => boolean
  /** Whether everybody on the machine can read the key. */
  readonly keyIsOpenToAll: boolean
}

/** The files cannot be used as they are: which variable names the one at fault, and what would be right. Holds nothing of a key. */
export class TlsFileError extends Error {
  override readonly name = 'TlsFileError'
}

/** Reads a certificate with its chain and its key, and checks that they belong together. Throws `TlsFileError`. */
export async function readTlsFiles(files: TlsFiles): Promise<OwnIdentity> {
  const { text: certificate } = await readSmallFile(CERTIFICATE, files.certificate)
  const { text: key, mode } = await readSmallFile(KEY, files.key)
  const leaf = leafOf(certificate, files.certificate)
  if (!leaf.checkPrivateKey(privateKeyOf(key, files.key))) {
    throw new TlsFileError(
      `${KEY} (${files.key}) is not the key of the first certificate in ${CERTIFICATE} (${files.certificate}): the certificate of the server comes first, those above it follow.`,
    )
  }
  try {
    createSecureContext({ cert: certificate, key })
  } catch (error) {
    throw new TlsFileError(`${CERTIFICATE} (${files.certificate}) cannot be served: ${reasonOf(error)}.`)
  }
  return {
    certificate,
    key,
    notBefore: leaf.validFromDate.getTime(),
    notAfter: leaf.validToDate.getTime(),
    isFor: (host) => (isIP(host) > 0 ? leaf.checkIP(host) : leaf.checkHost(host)) !== undefined,
    keyIsOpenToAll: process.platform !== 'win32' && (mode & 0o007) !== 0,
  }
}

async function readSmallFile(
  variable: string,
  path: string,
): Promise<{ readonly text: string; readonly mode: number }> {
  try {
    await using file = await open(path, 'r')
    const status = await file.stat()
    if (!status.isFile()) throw new TlsFileError(`${variable} (${path}) is no file.`)
    if (status.size > MOST_OCTETS) throw new TlsFileError(`${variable} (${path}) is larger than a PEM file can be.`)
    return { text: await file.readFile('utf8'), mode: status.mode }
  } catch (error) {
    if (error instanceof TlsFileError) throw error
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    const hint = code === 'EACCES' ? ': the server may not read it' : code === 'ENOENT' ? ': there is no such file' : ''
    throw new TlsFileError(`${variable} (${path}) cannot be read (${code})${hint}.`)
  }
}

function leafOf(pem: string, path: string): X509Certificate {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  const [leaf] = blocks.map((block, at) => {
    try {
      return new X509Certificate(block)
    } catch {
      throw new TlsFileError(`${CERTIFICATE} (${path}): certificate ${at + 1} in it cannot be read.`)
    }
  })
  if (leaf === undefined) {
    throw new TlsFileError(`${CERTIFICATE} (${path}) holds no certificate in PEM ("-----BEGIN CERTIFICATE-----").`)
  }
  return leaf
}

function privateKeyOf(pem: string, path: string): KeyObject {
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type:.*ENCRYPTED/m.test(pem)) {
    throw new TlsFileError(
      `${KEY} (${path}) is encrypted, and nobody is there to type its password. Store it decrypted (openssl pkey -in … -out …) in a file that only the server can read.`,
    )
  }
  try {
    return createPrivateKey(pem)
  } catch {
    // What OpenSSL says of it may quote it.
    throw new TlsFileError(`${KEY} (${path}) holds no private key in PEM ("-----BEGIN PRIVATE KEY-----").`)
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error && 'reason' in error ? String(error.reason) : 'OpenSSL does not take it'
}
