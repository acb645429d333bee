import { mkdtempSync, rmSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { type Certificate, decodeCertificate, decodePem } from '@chancery/x509'
import { succeed } from './requests.ts'

/** A CA that `openssl ca` runs, with its index and its CRL, in a folder that goes with the test. Times are given as OpenSSL takes them. */
export interface OpensslCa {
  readonly certificate: Certificate
  /** PEM. */
  readonly key: string
  path(name: string): string
  read(name: string): Promise<string>
  openssl(...args: readonly string[]): Promise<string>
  /** Signs a CSR (PEM); its certificate in PEM. `extensions`: lines of a section of the configuration. */
  sign(csr: string, options?: SignOptions): Promise<string>
  revoke(certificate: string, reason?: string): Promise<void>
  /** Makes a CRL with the next number; PEM. `extensions`: a section with more of them. */
  crl(): Promise<string>
}

export interface SignOptions {
  readonly extensions?: readonly string[]
  /** `YYYYMMDDHHMMSSZ`. */
  readonly from?: string
  readonly to?: string
}

export const CA_EXTENSIONS = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign']

const CONFIG = `
[ca]
default_ca = this
[this]
database = index.txt
new_certs_dir = .
serial = serial
crlnumber = crlnumber
certificate = ca.pem
private_key = ca.key
default_md = sha256
policy = any
default_days = 365
default_crl_days = 30
unique_subject = no
copy_extensions = none
crl_extensions = crl_ext
[crl_ext]
authorityKeyIdentifier = keyid:always
[any]
commonName = optional
organizationName = optional
countryName = optional
[req]
distinguished_name = dn
[dn]
`

/** A root by OpenSSL with this subject (`/CN=…`) and CRL number (hex) to begin from. */
export async function opensslCa(
  t: TestContext,
  {
    subject = '/CN=Outer Root',
    crlNumber = '1000',
    extensions = CA_EXTENSIONS,
    from = '20250101000000Z',
    to = '20400101000000Z',
  }: {
    readonly subject?: string
    readonly crlNumber?: string
    readonly extensions?: readonly string[]
    readonly from?: string
    readonly to?: string
  } = {},
): Promise<OpensslCa> {
  const folder = mkdtempSync(join(tmpdir(), 'chancery-openssl-ca-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const path = (name: string) => join(folder, name)
  const read = (name: string) => readFile(path(name), 'utf8')
  const inFolder = (...args: readonly string[]) =>
    succeed('sh', ['-c', 'cd "$0" && exec openssl "$@"', folder, ...args])
  await writeFile(path('openssl.cnf'), CONFIG)
  await writeFile(path('index.txt'), '')
  await writeFile(path('serial'), '1000\n')
  await writeFile(path('crlnumber'), `${crlNumber}\n`)

  await inFolder('ecparam', '-genkey', '-name', 'prime256v1', '-noout', '-out', 'ca.key')
  await inFolder(
    'req',
    '-new',
    '-utf8',
    '-multivalue-rdn',
    '-config',
    'openssl.cnf',
    '-key',
    'ca.key',
    '-subj',
    subject,
    '-out',
    'ca.csr',
  )
  await writeFile(path('ca.ext'), extensions.join('\n'))
  const own = ['-selfsign', '-keyfile', 'ca.key', '-in', 'ca.csr', '-out', 'ca.pem', '-extfile', 'ca.ext']
  await inFolder(
    'ca',
    '-batch',
    '-preserveDN',
    '-config',
    'openssl.cnf',
    '-startdate',
    from,
    '-enddate',
    to,
    '-notext',
    ...own,
  )
  // The root itself is no entry of the register that is handed over.
  await writeFile(path('index.txt'), '')

  let count = 0
  return {
    certificate: await certificateIn(path('ca.pem')),
    key: await read('ca.key'),
    path,
    read,
    openssl: inFolder,
    async sign(
      csr,
      { extensions: lines = CA_EXTENSIONS, from: start = '20260501000000Z', to: end = '20350101000000Z' } = {},
    ) {
      const name = `signed-${++count}`
      await writeFile(path(`${name}.csr`), csr)
      await writeFile(path(`${name}.ext`), lines.join('\n'))
      const files = ['-in', `${name}.csr`, '-out', `${name}.pem`, '-extfile', `${name}.ext`]
      await inFolder(
        'ca',
        '-batch',
        '-preserveDN',
        '-config',
        'openssl.cnf',
        '-startdate',
        start,
        '-enddate',
        end,
        '-notext',
        ...files,
      )
      return read(`${name}.pem`)
    },
    async revoke(certificate, reason = 'superseded') {
      await writeFile(path('revoked.pem'), certificate)
      await inFolder('ca', '-config', 'openssl.cnf', '-revoke', 'revoked.pem', '-crl_reason', reason)
    },
    async crl() {
      await inFolder('ca', '-gencrl', '-config', 'openssl.cnf', '-out', 'crl.pem')
      return read('crl.pem')
    },
  }
}

async function certificateIn(file: string): Promise<Certificate> {
  return certificateOf(await readFile(file, 'utf8'))
}

export function certificateOf(pem: string): Certificate {
  const [block] = decodePem(pem)
  if (block === undefined) throw new Error('no certificate')
  return decodeCertificate(block.der)
}
