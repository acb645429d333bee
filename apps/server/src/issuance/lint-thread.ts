import { type BatchThread, batchThread, type Told, toldOnce } from '@chancery/keys'
import { type FindElsewhere, findings, type Issuer, type LintFinding } from '@chancery/pki'

/** Bytes to be linted. */
export interface LintQuestion {
  readonly tbs: Uint8Array
  readonly issuer: Told<Issuer>
}

/** Certificates that are linted at once before the thread is worth its start and its memory; once begun it lints them all. */
const FEW = 3

/**
 * Lints are a quarter of what a certificate costs the event loop, and all of it is arithmetic on a few hundred octets: under load a
 * thread does it, and meanwhile, or should it end, this one.
 */
export function lintsUnderLoad(
  start = (): BatchThread<LintQuestion, readonly LintFinding[]> =>
    batchThread(new URL('lint-program.ts', import.meta.url)),
  mostIssuers?: number,
): FindElsewhere {
  let thread: BatchThread<LintQuestion, readonly LintFinding[]> | undefined
  const tell = toldOnce(copied, mostIssuers)
  let running = 0
  return async (tbs, issuer) => {
    running++
    try {
      if (running > FEW) thread ??= start()
      return (await thread?.ask({ tbs, issuer: tell(issuer) })) ?? findings(tbs, issuer)
    } finally {
      running--
    }
  }
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
