import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TlsIdentity } from '../../src/platform/tls-identity.ts'
import { inFolder, succeed } from './requests.ts'

/** A self-signed certificate for localhost by OpenSSL, with its key. `passphrase`: of the key's file. */
export function opensslIdentity({
  days = 90,
  passphrase,
  host = 'localhost',
}: {
  readonly days?: number
  readonly passphrase?: string
  readonly host?: string
} = {}): Promise<TlsIdentity> {
  return inFolder(async (folder) => {
    const path = (name: string) => join(folder, name)
    const files = ['-keyout', path('key.pem'), '-out', path('certificate.pem')]
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']
    const rest = passphrase === undefined ? ['-nodes'] : ['-passout', `pass:${passphrase}`]
    const names = ['-subj', '/CN=Test', '-addext', `subjectAltName=DNS:${host},IP:127.0.0.1`]
    await succeed('openssl', ['req', '-x509', ...key, ...rest, '-days', String(days), ...names, ...files])
    const read = (name: string) => readFile(path(name), 'utf8')
    return { certificate: await read('certificate.pem'), key: await read('key.pem') }
  })
}
