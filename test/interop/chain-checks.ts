import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { KeyType } from '@chancery/x509'
import type { RunningChancery } from '../support/running-chancery.ts'
import { needs } from '../support/system-program.ts'
import { issue, type TestAuthority } from './programs/chancery-api.ts'
import { gnutlsAsksOcsp, gnutlsVerifies, gnutlsVerifiesChain, gnutlsVerifiesCrls } from './programs/gnutls.ts'
import { importToNss, nssAsksOcsp, nssVerifies } from './programs/nss.ts'
import { opensslAsksOcsp, opensslVerifies, opensslVerifiesByItself, opensslVerifiesCrls } from './programs/openssl.ts'
import { rereadsCertificate, rereadsCrl, rereadsOcspAnswer } from './programs/peculiar.ts'
import { askOcsp, type ChainFiles, layOut } from './programs/relying-party.ts'
import { makeRequest, type Requester, type RequestForm } from './programs/requests.ts'
import { type Workbench, workbench } from './programs/workbench.ts'

/** All programs that judge a chain here. */
export const JUDGES = needs('openssl', 'certtool', 'ocsptool', 'certutil', 'crlutil', 'ocspclnt', 'curl')

/** What a leaf is to be. */
export interface LeafWish {
  readonly keyType: KeyType
  readonly requester: Requester
  readonly form: RequestForm
  readonly host?: string
  /** Another template than Web Server. */
  readonly template?: string
}

/** A chain of Chancery, as files on a workbench of its own. */
export interface LaidOutChain {
  readonly bench: Workbench
  readonly files: ChainFiles
  /** The id of the leaf. */
  readonly id: string
}

/** Has a certificate issued for a new key and lays its chain out, with the CRLs fetched from the addresses in it. */
export async function chainUnder(
  t: TestContext,
  chancery: RunningChancery,
  authority: TestAuthority,
  wish: LeafWish,
): Promise<LaidOutChain> {
  const { host = 'www.example.com', template = authority.template, requester } = wish
  const bench = workbench()
  t.after(() => bench.remove())
  const csr = await makeRequest(bench, requester, { ...wish, host })
  const issued = await issue(chancery, template, csr)
  return { bench, id: issued.id, files: await layOut(bench, host, [issued.certificate, ...authority.chain]) }
}

/** OpenSSL, GnuTLS and, where it knows the keys, NSS accept the chain, its CRLs and the OCSP answer about the leaf. */
export async function programsAccept(chain: LaidOutChain): Promise<void> {
  await opensslAndGnutlsAccept(chain)
  await nssAccepts(chain)
}

/** OpenSSL and GnuTLS accept the chain, its CRLs and the OCSP answer about the leaf. */
export async function opensslAndGnutlsAccept({ bench, files }: LaidOutChain): Promise<void> {
  await opensslVerifies(bench, files)
  await opensslVerifiesByItself(bench, files)
  await opensslVerifiesCrls(bench, files)
  assert.match(await opensslAsksOcsp(bench, files), /leaf\.pem: good/)

  await gnutlsVerifies(bench, files)
  await gnutlsVerifiesChain(bench, files)
  await gnutlsVerifiesCrls(bench, files)
  assert.match(await gnutlsAsksOcsp(bench, files), /Certificate Status: good/)
}

/** NSS imports the chain with its CRLs, finds the leaf valid, and accepts the OCSP answer about it. */
async function nssAccepts({ bench, files }: LaidOutChain): Promise<void> {
  // Debian's NSS knows no Ed25519.
  if (files.certificates.some(({ publicKey }) => publicKey.asymmetricKeyType === 'ed25519')) return
  await importToNss(bench, files)
  await nssVerifies(bench)
  assert.match(await nssAsksOcsp(bench, files), /Verification of certificate "leaf" succeeded/)
}

/**
 * Node.js (OpenSSL 3.5) verifies each certificate by the next and finds it issued by it; `@peculiar/*` reads certificates, CRLs and
 * the OCSP answer, writes them again octet for octet, and `node:crypto` verifies each signature over the exact octets.
 */
export async function nodeAndPeculiarAccept({ bench, files }: LaidOutChain): Promise<void> {
  const { certificates, crlFiles, host } = files
  const [leaf, ...authorities] = certificates
  const [issuer] = authorities
  assert.ok(leaf && issuer)
  assert.equal(leaf.checkHost(host), host)
  for (const [at, certificate] of certificates.entries()) {
    const by = certificates[at + 1] ?? certificate
    assert.ok(certificate.verify(by.publicKey), `Node.js verifies ${certificate.subject}`)
    assert.ok(certificate.checkIssued(by), `Node.js finds ${certificate.subject} issued by ${by.subject}`)
    rereadsCertificate(certificate.raw, by.publicKey)
  }

  for (const [at, file] of crlFiles.entries()) {
    const by = authorities[at]
    assert.ok(by)
    assert.equal(rereadsCrl(bench.read(file), by.publicKey).entries.length, 0)
  }

  const { tbsResponseData } = rereadsOcspAnswer(await askOcsp(bench, files), issuer.publicKey)
  assert.equal(tbsResponseData.responses.length, 1)
  assert.ok(tbsResponseData.responses[0]?.certStatus.good !== undefined)
  assert.equal(hexOf(tbsResponseData.responses[0].certID.serialNumber), leaf.serialNumber.toLowerCase())
}

function hexOf(integer: ArrayBuffer): string {
  return Buffer.from(integer).toString('hex').replace(/^00/, '')
}
