import assert from 'node:assert/strict'
import { addressesIn, type ChainFiles } from './relying-party.ts'
import type { Workbench } from './workbench.ts'

/** OpenSSL builds the chain by its strictest rules, checks the host, and finds no certificate of it in the CRLs. */
export async function opensslVerifies(bench: Workbench, files: ChainFiles): Promise<void> {
  const { host, root, sent, leaf, crls } = files
  const said = await bench.succeed(
    'openssl',
    ...strictly(host),
    ...trusting(root, sent),
    '-CRLfile',
    crls,
    '-crl_check_all',
    leaf,
  )
  assert.match(said, /leaf\.pem: OK/)
}

/** The same, where OpenSSL fetches the CRL itself from the address in the certificate. */
export async function opensslVerifiesByItself(bench: Workbench, files: ChainFiles): Promise<void> {
  const { host, root, sent, leaf } = files
  const said = await bench.succeed(
    'openssl',
    ...strictly(host),
    ...trusting(root, sent),
    '-crl_download',
    '-crl_check',
    leaf,
  )
  assert.match(said, /leaf\.pem: OK/)
}

/** OpenSSL verifies the signature of each CRL. */
export async function opensslVerifiesCrls(bench: Workbench, { crlFiles, root, issuer }: ChainFiles): Promise<void> {
  for (const file of crlFiles) {
    const signer = file === 'root.crl' ? root : issuer
    const said = await bench.succeed('openssl', 'crl', '-inform', 'DER', '-in', file, '-CAfile', signer, '-noout')
    assert.match(said, /verify OK/)
  }
}

/** What `openssl ocsp` says of the leaf, its answer verified up to the root; fails when it does not verify. */
export async function opensslAsksOcsp(
  bench: Workbench,
  files: ChainFiles,
  ...options: readonly string[]
): Promise<string> {
  const { root, issuer, leaf } = files
  const { ocsp } = await addressesIn(bench, leaf)
  const said = await bench.succeed(
    'openssl',
    'ocsp',
    '-issuer',
    issuer,
    '-cert',
    leaf,
    '-url',
    ocsp,
    '-CAfile',
    root,
    ...options,
  )
  assert.match(said, /Response verify OK/)
  assert.doesNotMatch(said, /WARNING/)
  return said
}

function strictly(host: string): readonly string[] {
  return ['verify', '-x509_strict', '-purpose', 'sslserver', '-verify_hostname', host]
}

function trusting(root: string, sent: string): readonly string[] {
  return ['-CAfile', root, '-untrusted', sent]
}
