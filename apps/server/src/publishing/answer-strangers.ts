import { Refusal } from '@chancery/pki'
import type { Outbox } from './outbox.ts'

/** What answering strangers by mail needs, later than they asked: so no answer tells by its time what is there. */
export interface StrangerAnswering {
  readonly outbox: Outbox
  readonly now: () => number
  readonly report: (error: unknown, where: string) => void
}

const LEASE_MS = 60_000
const AGAIN_MS = 30_000
const AT_ONCE = 20

/** Answers everything of one kind that strangers asked for; what fails comes again. */
export async function answerStrangers(
  kind: string,
  answer: (key: string) => Promise<void>,
  { outbox, now, report }: StrangerAnswering,
): Promise<void> {
  for (let claimed = AT_ONCE; claimed === AT_ONCE; ) {
    const items = await outbox.claim(kind, now(), LEASE_MS, AT_ONCE)
    claimed = items.length
    for (const item of items) {
      try {
        await answer(item.key)
        await outbox.finish(item)
      } catch (error) {
        // Too many mails for one address: who asked hears nothing of it, as of everything else.
        if (error instanceof Refusal) await outbox.finish(item)
        else {
          report(error, kind)
          await outbox.retry(item, now() + AGAIN_MS)
        }
      }
    }
  }
}
