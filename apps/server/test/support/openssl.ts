import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { encodePem } from '@chancery/x509'
import { run } from '../../../../test/support/system-program.ts'
import { inFolder, succeed } from './requests.ts'

/** What `openssl verify` says of a certificate below these at a moment; '' when it accepts it. */
export function opensslVerify(
  certificate: Uint8Array,
  {
    roots,
    chain = [],
    at,
  }: { readonly roots: readonly Uint8Array[]; readonly chain?: readonly Uint8Array[]; readonly at: number },
): Promise<string> {
  return inFolder(async (folder) => {
    const path = (name: string) => join(folder, name)
    const pem = (ders: readonly Uint8Array[]) => ders.map((der) => encodePem('CERTIFICATE', der)).join('')
    await writeFile(path('roots.pem'), pem(roots))
    await writeFile(path('chain.pem'), pem(chain))
    await writeFile(path('leaf.pem'), pem([certificate]))
    const untrusted = chain.length === 0 ? [] : ['-untrusted', path('chain.pem')]
    const moment = ['-attime', `${Math.floor(at / 1000)}`]
    const { status, stdout, stderr } = await run('openssl', [
      'verify',
      '-x509_strict',
      ...moment,
      '-CAfile',
      path('roots.pem'),
      ...untrusted,
      path('leaf.pem'),
    ])
    return status === 0 ? '' : `${stdout}${stderr}`
  })
}

/** A certificate, CRL or other structure as OpenSSL prints it. */
export function opensslText(command: 'x509' | 'crl' | 'req', der: Uint8Array): Promise<string> {
  return succeed('openssl', [command, '-inform', 'DER', '-noout', '-text'], der)
}

/** A CRL as OpenSSL reads it, its signature checked with the issuer's certificate. */
export interface OpensslCrl {
  readonly text: string
  readonly number: number
  /** Reason by serial number, in upper-case hex as OpenSSL prints it; '' where there is none. */
  readonly entries: ReadonlyMap<string, string>
}

export function opensslCrl(crl: Uint8Array, issuer: Uint8Array): Promise<OpensslCrl> {
  return inFolder(async (folder) => {
    const path = (name: string) => join(folder, name)
    await writeFile(path('crl.der'), crl)
    await writeFile(path('ca.pem'), encodePem('CERTIFICATE', issuer))
    const asked = ['crl', '-inform', 'DER', '-in', path('crl.der'), '-CAfile', path('ca.pem'), '-noout', '-text']
    const { status, stdout, stderr } = await run('openssl', asked)
    if (status !== 0 || !`${stderr}`.includes('verify OK')) throw new Error(`openssl crl: ${stderr}`)
    const text = stdout.toString()
    const number = Number(/X509v3 CRL Number: \n\s+(\d+)/.exec(text)?.[1])
    const [, ...revoked] = text.split('Serial Number: ')
    const entries = revoked.map((entry): [string, string] => {
      const reason = /X509v3 CRL Reason Code: \n\s+(.+)/.exec(entry)?.[1] ?? ''
      return [entry.slice(0, entry.indexOf('\n')), reason]
    })
    return { text, number, entries: new Map(entries) }
  })
}

/** Asks a responder as `openssl ocsp` does: it makes the request, and checks and prints the answer. */
export function opensslOcsp(
  certificates: { readonly issuer: Uint8Array; readonly leaf?: Uint8Array; readonly serial?: string },
  answer: (request: Uint8Array) => Promise<Uint8Array>,
  { nonce = false, at }: { readonly nonce?: boolean; readonly at: number },
): Promise<string> {
  return inFolder(async (folder) => {
    const path = (name: string) => join(folder, name)
    await writeFile(path('issuer.pem'), encodePem('CERTIFICATE', certificates.issuer))
    const which = ['-issuer', path('issuer.pem')]
    if (certificates.leaf !== undefined) {
      await writeFile(path('leaf.pem'), encodePem('CERTIFICATE', certificates.leaf))
      which.push('-cert', path('leaf.pem'))
    }
    if (certificates.serial !== undefined) which.push('-serial', `0x${certificates.serial}`)
    const noncing = nonce ? '-nonce' : '-no_nonce'
    await succeed('openssl', ['ocsp', ...which, noncing, '-reqout', path('request.der')])
    await writeFile(path('answer.der'), await answer(Uint8Array.from(await readFile(path('request.der')))))
    // The moment is the world's, and OpenSSL compares with its own clock: what it says of that is left aside.
    const trust = [
      '-CAfile',
      path('issuer.pem'),
      '-attime',
      `${Math.floor(at / 1000)}`,
      '-validity_period',
      '1000000000',
    ]
    const read = ['-respin', path('answer.der'), '-reqin', path('request.der'), '-no_nonce']
    const { stdout, stderr } = await run('openssl', ['ocsp', ...which, ...read, ...trust])
    return `${stdout}${stderr}`
  })
}
