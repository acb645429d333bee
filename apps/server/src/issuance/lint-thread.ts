import { type BatchThread, batchThread, type Told, toldOnce } from '@chancery/keys'
import { type FindElsewhere, findings, type Issuer, type LintFinding } from '@chancery/pki'

/** Bytes to be linted. */
export type LintQuestion = readonly [tbs: Uint8Array, issuer: Told<Issuer>]

/**
 * Lints are a quarter of what a certificate costs the event loop, and all of it is arithmetic on a few hundred octets: under load a
 * thread does most of it.
 */
export function lintsInBatches(
  thread: BatchThread<LintQuestion, readonly LintFinding[]> = batchThread(new URL('lint-program.ts', import.meta.url)),
  mostIssuers?: number,
): FindElsewhere {
  const tell = toldOnce(copied, mostIssuers)
  return (tbs, issuer) => thread.ask({ question: () => [tbs, tell(issuer)], here: () => findings(tbs, issuer) })
}

/** What lints read of an issuer, without what else the object may carry. */
function copied({
  authority,
  generation,
  certificate,
  subject,
  keyIdentifier,
  keyType,
  chain,
  addresses,
}: Issuer): Issuer {
  const { crl, ocsp, aia, cps } = addresses
  const plain = { crl, ocsp, aia, cps }
  return { authority, generation, certificate, subject, keyIdentifier, keyType, chain, addresses: plain }
}
