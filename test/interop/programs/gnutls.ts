import assert from 'node:assert/strict'
import { addressesIn, type ChainFiles } from './relying-party.ts'
import type { Workbench } from './workbench.ts'

/** GnuTLS trusts the chain for this host, with its CRLs at hand. */
export async function gnutlsVerifies(bench: Workbench, { host, root, sent, crls }: ChainFiles): Promise<void> {
  const files = ['--infile', sent, '--load-ca-certificate', root, '--load-crl', crls]
  const said = await bench.succeed('certtool', '--verify', ...files, `--verify-hostname=${host}`)
  assert.match(said, /Chain verification output: Verified\. The certificate is trusted\./)
}

/** GnuTLS verifies each certificate of the chain by the next. */
export async function gnutlsVerifiesChain(bench: Workbench, { root, sent }: ChainFiles): Promise<void> {
  bench.write('whole.pem', Buffer.concat([bench.read(sent), bench.read(root)]))
  const said = await bench.succeed('certtool', '--verify-chain', '--infile', 'whole.pem')
  assert.match(said, /Chain verification output: Verified\. The certificate is trusted\./)
}

/** GnuTLS verifies the signature of each CRL. */
export async function gnutlsVerifiesCrls(bench: Workbench, { crlFiles, root, issuer }: ChainFiles): Promise<void> {
  for (const file of crlFiles) {
    const signer = file === 'root.crl' ? root : issuer
    const files = ['--infile', `${file}.pem`, '--load-ca-certificate', signer]
    const said = await bench.succeed('certtool', '--verify-crl', ...files)
    assert.match(said, /Verification output: Verified\./)
  }
}

/** What `ocsptool` says of the leaf, the answer verified. It looks for the signer's own issuer among those it trusts, and no further. */
export async function gnutlsAsksOcsp(bench: Workbench, { issuer, leaf }: ChainFiles): Promise<string> {
  const { ocsp } = await addressesIn(bench, leaf)
  const files = ['--load-cert', leaf, '--load-issuer', issuer, '--load-trust', issuer]
  const said = await bench.succeed('ocsptool', `--ask=${ocsp}`, ...files)
  assert.match(said, /Verifying OCSP Response: Success\./)
  return said
}
