import { X509Certificate } from 'node:crypto'
import type { Workbench } from './workbench.ts'

/** The addresses that a certificate names, as OpenSSL reads them. */
interface CertificateAddresses {
  readonly crl: string
  readonly ocsp: string
  readonly caIssuers: string
}

/** Reads the addresses of a certificate (a PEM file on the workbench) with OpenSSL: nothing else tells a relying party of them. */
export async function addressesIn(bench: Workbench, file: string): Promise<CertificateAddresses> {
  const text = await bench.succeed('openssl', 'x509', '-in', file, '-noout', '-text')
  const uriAfter = (words: string) => {
    const found = text.slice(text.indexOf(words)).match(/URI:(\S+)/)?.[1]
    if (!text.includes(words) || found === undefined) throw new Error(`${file} has no ${words}:\n${text}`)
    return found
  }
  return {
    crl: uriAfter('X509v3 CRL Distribution Points'),
    ocsp: uriAfter('OCSP - '),
    caIssuers: uriAfter('CA Issuers - '),
  }
}

/** A chain as files on a workbench; each certificate below the root has the CRL that it names beside it. */
export interface ChainFiles {
  /** The server that the leaf is for. */
  readonly host: string
  /** `root.pem` */
  readonly root: string
  /** `issuer.pem`: who signed the leaf. The root itself where there is none between. */
  readonly issuer: string
  readonly leaf: string
  /** Leaf and issuer, as a server sends them. */
  readonly sent: string
  /** All CRLs in PEM. */
  readonly crls: string
  /** Leaf first. */
  readonly certificates: readonly X509Certificate[]
  /** In DER, from the issuer of the leaf to the root. */
  readonly crlFiles: readonly string[]
}

/** Writes a chain (PEM, leaf first, root last) to the workbench and fetches the CRLs from the addresses in the certificates. */
export async function layOut(bench: Workbench, host: string, chain: readonly string[]): Promise<ChainFiles> {
  const names = chain.map((_, at) => (at === 0 ? 'leaf' : at === chain.length - 1 ? 'root' : 'issuer'))
  const crlFiles: string[] = []
  for (const [at, pem] of chain.entries()) bench.write(`${names[at]}.pem`, pem)
  for (const [at, name] of names.entries()) {
    if (name === 'root') continue
    const { crl } = await addressesIn(bench, `${name}.pem`)
    const file = `${names[at + 1]}.crl`
    await bench.fetch(crl, file)
    await bench.succeed('openssl', 'crl', '-inform', 'DER', '-in', file, '-out', `${file}.pem`)
    crlFiles.push(file)
  }
  bench.write('crls.pem', Buffer.concat(crlFiles.map((file) => bench.read(`${file}.pem`))))
  bench.write('sent.pem', chain.slice(0, -1).join(''))
  return {
    host,
    root: 'root.pem',
    issuer: `${names[1]}.pem`,
    leaf: 'leaf.pem',
    sent: 'sent.pem',
    crls: 'crls.pem',
    certificates: chain.map((pem) => new X509Certificate(pem)),
    crlFiles,
  }
}

/** Asks about the leaf with a question that OpenSSL made, over curl; gives the answer in DER, also as `answer.der`. */
export async function askOcsp(bench: Workbench, { issuer, leaf }: ChainFiles): Promise<Buffer> {
  const { ocsp } = await addressesIn(bench, leaf)
  const question = ['-issuer', issuer, '-cert', leaf, '-no_nonce', '-reqout', 'question.der']
  await bench.succeed('openssl', 'ocsp', ...question)
  const headers = ['--header', 'Content-Type: application/ocsp-request']
  const files = ['--data-binary', '@question.der', '--output', 'answer.der']
  await bench.succeed('curl', '--silent', '--show-error', '--fail', ...headers, ...files, ocsp)
  return bench.read('answer.der')
}

/** Each certificate of a PEM text. */
export function certificatesIn(pem: string): readonly X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  return blocks.map((block) => new X509Certificate(block))
}
