import type { Sealer } from '@chancery/keys'
import { Refusal } from '@chancery/pki'
import type { Letter, MailKind } from './letter.ts'
import type { OutgoingMail } from './mail-store.ts'

/** A letter to somebody. */
export interface MailOrder {
  /** Whose it is; `installation` for what belongs to no tenant. */
  readonly tenant: string
  readonly kind: MailKind
  /** The address, in lower case. */
  readonly to: string
  /** The id of what it is about: a newer mail of the same kind about it ends one that still waits. */
  readonly about: string
  readonly letter: Letter
  readonly at: number
  /** After this moment it is of no use, and is not sent any more. */
  readonly expiresAt: number
}

/** Where letters are written. They leave when the transaction that holds them has. */
export interface MailDesk {
  /** Whether mail leaves this installation: else links are shown once to who causes them. */
  readonly delivers: boolean
  /** Throws `Refusal` 'not-permitted' for an address that no mail can have. */
  write(order: MailOrder): OutgoingMail
}

export function mailDesk({
  sealer,
  newId,
  delivers,
}: {
  readonly sealer: Sealer
  readonly newId: () => string
  readonly delivers: boolean
}): MailDesk {
  return {
    delivers,
    write: ({ to, letter, at, ...order }) => {
      checkMailable(to)
      const id = newId()
      const sealedBody = sealer.seal(Buffer.from(JSON.stringify(letter)), contextOf({ id, tenant: order.tenant }))
      return { ...order, id, address: to, createdAt: at, sealedBody }
    },
  }
}

/** What a waiting mail says. Throws `SealBroken`. */
export function openLetter(mail: OutgoingMail, sealer: Pick<Sealer, 'open'>): Letter {
  // The seal vouches that it is what was written.
  return JSON.parse(Buffer.from(sealer.open(mail.sealedBody, contextOf(mail))).toString('utf8')) as Letter
}

function contextOf({ id, tenant }: Pick<OutgoingMail, 'id' | 'tenant'>) {
  return { tenant, purpose: 'mail-body', id }
}

/** A dot-atom at a host: what stands in a header without quotes, and means one mailbox (RFC 5321 §4.1.2). */
const MAILABLE = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[a-z0-9-]+(\.[a-z0-9-]+)*$/

/** Throws `Refusal` 'not-permitted' for an address (in lower case) that no mail is sent to. */
export function checkMailable(address: string): void {
  if (address.length <= 254 && address.indexOf('@') <= 64 && MAILABLE.test(address)) return
  const detail = 'No mail can be sent to this address: give one as name@example.com, in ASCII.'
  throw new Refusal('not-permitted', detail, [{ field: '/email', detail }])
}
