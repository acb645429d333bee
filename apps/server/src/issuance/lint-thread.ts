import { type BatchThread, batchThread } from '@chancery/keys'
import { type FindElsewhere, findings, type Issuer, type LintFinding } from '@chancery/pki'

/** Bytes to be linted, under an issuer that the thread may know already. */
export interface LintQuestion {
  readonly tbs: Uint8Array
  /** A number for the issuer, the same as long as the thread remembers it. */
  readonly at: number
  /** The issuer, when the thread does not know it yet. */
  readonly issuer?: Issuer
  /** Before this, all issuers are to be forgotten: they have become too many. */
  readonly forget?: true
}

/** Issuers that the thread remembers. */
const MOST_ISSUERS = 500
/** Certificates that are linted at once before the thread is worth its start and its memory; once begun it lints them all. */
const FEW = 3

/**
 * Lints are a quarter of what a certificate costs the event loop, and all of it is arithmetic on a few hundred octets: under load a
 * thread does it, and meanwhile, or should it end, this one.
 */
export function lintsUnderLoad(
  start = (): BatchThread<LintQuestion, readonly LintFinding[]> =>
    batchThread(new URL('lint-program.ts', import.meta.url)),
  mostIssuers = MOST_ISSUERS,
): FindElsewhere {
  let thread: BatchThread<LintQuestion, readonly LintFinding[]> | undefined
  const sent = new Map<Issuer, number>()
  let running = 0
  let last = 0

  const question = (tbs: Uint8Array, issuer: Issuer): LintQuestion => {
    const known = sent.get(issuer)
    if (known !== undefined) return { tbs, at: known }
    const isFull = sent.size >= mostIssuers
    if (isFull) sent.clear()
    sent.set(issuer, ++last)
    return { tbs, at: last, issuer: copied(issuer), ...(isFull && { forget: true }) }
  }
  return async (tbs, issuer) => {
    running++
    try {
      if (running > FEW) thread ??= start()
      return (await thread?.ask(question(tbs, issuer))) ?? findings(tbs, issuer)
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
