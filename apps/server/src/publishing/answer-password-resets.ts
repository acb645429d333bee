import { Refusal } from '@chancery/pki'
import { type ResetDeps, sendPasswordReset } from '../accounts/password-reset.ts'
import type { Outbox } from './outbox.ts'

/** What answering those who forgot their passwords needs. */
export interface PasswordResets {
  readonly outbox: Outbox
  readonly deps: ResetDeps
  readonly now: () => number
  readonly report: (error: unknown, where: string) => void
}

export const PASSWORD_RESET = 'password-reset'
const LEASE_MS = 60_000
const AGAIN_MS = 30_000
const AT_ONCE = 20

/** Sends links to addresses that asked for a new password, if they have accounts. */
export async function answerPasswordResets({ outbox, deps, now, report }: PasswordResets): Promise<void> {
  for (let claimed = AT_ONCE; claimed === AT_ONCE; ) {
    const items = await outbox.claim(PASSWORD_RESET, now(), LEASE_MS, AT_ONCE)
    claimed = items.length
    for (const item of items) {
      try {
        await sendPasswordReset(item.key, now(), deps)
        await outbox.finish(item)
      } catch (error) {
        // Too many mails for one address: who asked hears nothing of it, as of everything else.
        if (error instanceof Refusal) await outbox.finish(item)
        else {
          report(error, PASSWORD_RESET)
          await outbox.retry(item, now() + AGAIN_MS)
        }
      }
    }
  }
}
