import assert from 'node:assert/strict'
import { addressesIn, type ChainFiles } from './relying-party.ts'
import type { Workbench } from './workbench.ts'

const DATABASE = ['-d', 'sql:.']

/** Makes a database of NSS on the workbench, with the root trusted and the chain and its CRLs imported. */
export async function importToNss(bench: Workbench, files: ChainFiles): Promise<void> {
  await bench.succeed('certutil', '-N', ...DATABASE, '--empty-password')
  await bench.succeed('certutil', '-A', ...DATABASE, '-n', 'root', '-t', 'CT,,', '-i', files.root)
  if (files.issuer !== files.root) {
    await bench.succeed('certutil', '-A', ...DATABASE, '-n', 'issuer', '-t', ',,', '-i', files.issuer)
  }
  await bench.succeed('certutil', '-A', ...DATABASE, '-n', 'leaf', '-t', ',,', '-i', files.leaf)
  for (const file of files.crlFiles) await bench.succeed('crlutil', '-I', ...DATABASE, '-i', file, '-t', '1')
}

/** NSS finds the leaf good for a TLS server, by the CRLs that were imported. */
export async function nssVerifies(bench: Workbench): Promise<void> {
  const said = await bench.succeed('certutil', '-V', ...DATABASE, '-n', 'leaf', '-u', 'V')
  assert.match(said, /certificate is valid/)
}

/** What NSS says of a leaf that it refuses. */
export function nssRefuses(bench: Workbench): Promise<string> {
  return bench.fail('certutil', '-V', ...DATABASE, '-n', 'leaf', '-u', 'V')
}

/** NSS verifies the leaf and asks the OCSP responder at its address (GET, HTTP/1.0). Gives what it says. */
export async function nssAsksOcsp(bench: Workbench, { leaf }: ChainFiles): Promise<string> {
  const { ocsp } = await addressesIn(bench, leaf)
  return bench.succeed('ocspclnt', '-V', 'leaf', '-u', 's', ...DATABASE, '-l', ocsp, '-t', 'issuer')
}
