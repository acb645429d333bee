import { SealBroken, type Sealer } from '@chancery/keys'
import { recordOf } from '../audit/audit-record.ts'
import { openLetter } from '../mail/mail-desk.ts'
import type { MailStore, OutgoingMail } from '../mail/mail-store.ts'
import { renderLetter } from '../mail/render-letter.ts'
import { MailRefused, type MailTransport, replyOf } from '../mail/smtp-transport.ts'
import type { Outbox, OutboxItem } from './outbox.ts'

/** What sending mails needs. */
export interface MailSending {
  readonly outbox: Outbox
  readonly mails: MailStore
  readonly sealer: Pick<Sealer, 'open'>
  /** Absent: mail waits until it expires. */
  readonly transport?: MailTransport
  /** The address of the installation, for the foot of mails. */
  readonly url: string
  readonly now: () => number
  readonly report: (error: unknown, mail: string) => void
}

const KIND = 'mail'
/** Longer than a mail server may take for all that are claimed at once. */
const LEASE_MS = 300_000
const AT_ONCE = 4
const PAGE = 200
const AGAIN_MS = 30_000
const AT_MOST_MS = 3_600_000
/** How long it can be seen what became of a mail. */
const KEPT_MS = 30 * 86_400_000

/**
 * Sends the mails that are due. One that was sent, or never will be, is emptied; one that could not be sent now comes again later and
 * later, until what it says is of no use. A crash between the sending and its note sends it twice, with one Message-ID.
 */
export async function sendMails(sending: MailSending): Promise<void> {
  const { outbox, mails, transport, now } = sending
  while ((await mails.expire(now(), PAGE)) === PAGE);
  if (transport === undefined) return
  for (let claimed = AT_ONCE; claimed === AT_ONCE; ) {
    const items = await outbox.claim(KIND, now(), LEASE_MS, AT_ONCE)
    claimed = items.length
    await Promise.all(items.map((item) => sendOne(item, transport, sending)))
  }
}

/** Removes mails that were settled a month ago. */
export async function forgetMails(mails: Pick<MailStore, 'forget'>, now: number): Promise<void> {
  while ((await mails.forget(now - KEPT_MS, PAGE)) === PAGE);
}

async function sendOne(item: OutboxItem, transport: MailTransport, sending: MailSending): Promise<void> {
  const { outbox, mails, now, report } = sending
  try {
    const mail = await mails.waiting(item.key)
    if (mail !== undefined) await deliver(mail, transport, sending)
    await outbox.finish(item)
  } catch (error) {
    report(error, item.key)
    await mails.failed(item.key, replyOf(error))
    await outbox.retry(item, now() + Math.min(AGAIN_MS * 2 ** Math.min(item.attempts - 1, 10), AT_MOST_MS))
  }
}

async function deliver(mail: OutgoingMail, transport: MailTransport, { mails, sealer, url, now, report }: MailSending) {
  const { id, address } = mail
  try {
    const letter = renderLetter(openLetter(mail, sealer), url)
    await transport.send({ ...letter, id, to: address })
    await mails.settle(id, { state: 'sent', at: now() })
  } catch (error) {
    const problem = finalProblem(error)
    if (problem === undefined) throw error
    report(error, id)
    await mails.settle(id, { state: 'refused', at: now(), problem }, refusalOf(mail, problem, now()))
  }
}

function finalProblem(error: unknown): string | undefined {
  if (error instanceof MailRefused) return error.message
  return error instanceof SealBroken ? 'What it says cannot be opened any more.' : undefined
}

/** Whoever audits the tenant learns that somebody did not get what was sent. */
function refusalOf({ id, tenant, kind, address, about }: OutgoingMail, problem: string, at: number) {
  const act = { tenant, actor: { kind: 'system' }, at } as const
  const details = { kind, address, about, problem }
  return recordOf(act, { action: 'mail.refuse', object: { type: 'mail', id }, details })
}
