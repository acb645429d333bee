import { KeyUnavailable } from '@chancery/keys'
import { Refusal } from '@chancery/pki'
import { fulfilWaiting } from './fulfil.ts'
import type { FindOpenIntents } from './issuance-ledger.ts'
import type { Issuance } from './issue-certificate.ts'

const PAGE = 100
/** So many at once: one slow key has not all others wait behind it. */
const AT_ONCE = 4
/** Younger intents are in the hands of the call that wrote them. */
const LEFT_ALONE_MS = 10_000

export interface Resumed {
  readonly issued: number
  /** Given up in the open: too late, the issuer issues no more, or the key is compromised. */
  readonly abandoned: number
  /** Their key is away: next time. */
  readonly waiting: number
}

/**
 * The sweep at start and on a timer: fulfils every intent that a crash, a slow token or an absent human left behind, with the same
 * bytes and by the same function. `atStart` takes the youngest too: no call of this process can hold one. A fault with one
 * intent is reported and does not keep the others.
 */
export async function resumeIssuance(
  openIntents: FindOpenIntents,
  issuanceOf: (tenant: string) => Omit<Issuance, 'serialNumber'>,
  {
    now,
    atStart,
    report,
  }: {
    readonly now: () => number
    readonly atStart: boolean
    readonly report: (error: unknown, intent: string) => void
  },
): Promise<Resumed> {
  const count = { issued: 0, abandoned: 0, waiting: 0 }
  // All of them at the start: the clock may have been set back since they were written.
  const before = atStart ? Number.MAX_SAFE_INTEGER : now() - LEFT_ALONE_MS
  for (let after: string | undefined; ; ) {
    const intents = await openIntents(before, PAGE, after)
    const left = intents.values()
    const work = async (): Promise<void> => {
      for (const intent of left) {
        try {
          await fulfilWaiting(intent, issuanceOf(intent.tenant))
          count.issued++
        } catch (error) {
          if (error instanceof Refusal) count.abandoned++
          else count.waiting++
          if (!(error instanceof Refusal || error instanceof KeyUnavailable)) report(error, intent.id)
        }
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
    after = intents.at(-1)?.id
    if (intents.length < PAGE) return count
  }
}
