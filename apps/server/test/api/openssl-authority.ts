import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inFolder, opensslCsr, succeed } from '../support/requests.ts'

const CONFIG = `[v3_ca]
basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash
`

/** A CSR signed as a CA by a root of OpenSSL, for two years from half a year before now. */
export async function signedByOpenssl(csr: Buffer): Promise<{ readonly certificate: string; readonly root: string }> {
  return inFolder(async (folder) => {
    const path = (name: string) => join(folder, name)
    await opensslRoot(folder, 'Outer Root')
    await writeFile(path('csr.pem'), csr)
    await caCommand(folder, ['-in', path('csr.pem'), '-out', path('signed.pem'), '-extensions', 'v3_ca'])
    const [certificate, root] = await Promise.all(
      ['signed.pem', 'root.pem'].map((name) => readFile(path(name), 'utf8')),
    )
    return { certificate: certificate ?? '', root: root ?? '' }
  })
}

async function opensslRoot(folder: string, name: string): Promise<void> {
  const path = (file: string) => join(folder, file)
  const ca = `[ca]\ndefault_ca=own\n[own]\ndatabase=${path('index.txt')}\nserial=${path('serial')}\ncrlnumber=${path('crlnumber')}\nnew_certs_dir=${folder}\ncertificate=${path('root.pem')}\nprivate_key=${path('root.key')}\ndefault_md=sha256\npolicy=any\ncopy_extensions=none\nunique_subject=no\ndefault_crl_days=3000\n[any]\ncommonName=supplied\n`
  await writeFile(path('ca.cnf'), `${ca}${CONFIG}`)
  await writeFile(path('index.txt'), '')
  await writeFile(path('serial'), '1000')
  await writeFile(path('crlnumber'), '07')
  await writeFile(path('req.cnf'), `[req]\ndistinguished_name=dn\nprompt=no\n[dn]\nCN=${name}\n${CONFIG}`)
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', path('root.key')]
  await succeed('openssl', ['req', '-new', ...key, '-config', path('req.cnf'), '-out', path('root.csr')])
  await caCommand(folder, [
    '-selfsign',
    '-keyfile',
    path('root.key'),
    '-in',
    path('root.csr'),
    '-out',
    path('root.pem'),
    '-extensions',
    'v3_ca',
  ])
}

function caCommand(folder: string, args: readonly string[]): Promise<string> {
  const dates = ['-startdate', '20260101000000Z', '-enddate', '20340101000000Z']
  return succeed('openssl', ['ca', '-batch', '-notext', '-config', join(folder, 'ca.cnf'), ...dates, ...args])
}

/** A CA of OpenSSL that has revoked the certificate 1000 (or, for a root, 1001) and published a CRL. */
export async function opensslAuthority(name: string, { under = false } = {}) {
  return inFolder(async (folder) => {
    const path = (file: string) => join(folder, file)
    await opensslRoot(folder, name)
    const read = (file: string) => readFile(path(file), 'utf8')
    const self = await read('root.pem')
    const { csr } = await opensslCsr({ subject: '/CN=revoked.example.com' })
    await writeFile(path('leaf.csr'), csr)
    await writeFile(path('serial'), '1000')
    await writeFile(path('index.txt'), '')
    await caCommand(folder, ['-in', path('leaf.csr'), '-out', path('leaf.pem')])
    await succeed('openssl', [
      'ca',
      '-config',
      path('ca.cnf'),
      '-revoke',
      path('leaf.pem'),
      '-crl_reason',
      'keyCompromise',
    ])
    await succeed('openssl', ['ca', '-config', path('ca.cnf'), '-gencrl', '-out', path('crl.pem')])
    const export12 = [
      '-export',
      '-inkey',
      path('root.key'),
      '-in',
      path('root.pem'),
      '-passout',
      'pass:opensesame',
      '-out',
      path('ca.p12'),
    ]
    await succeed('openssl', ['pkcs12', ...export12])
    const encrypted = await succeed('openssl', [
      'pkcs8',
      '-topk8',
      '-in',
      path('root.key'),
      '-passout',
      'pass:opensesame',
    ])
    const outer = under ? await signedByOpenssl(Buffer.from(await read('root.csr'))) : undefined
    return {
      key: await read('root.key'),
      certificate: outer === undefined ? self : `${outer.certificate}\n${outer.root}`,
      crl: await read('crl.pem'),
      pkcs12: (await readFile(path('ca.p12'))).toString('base64'),
      encrypted,
    }
  })
}
