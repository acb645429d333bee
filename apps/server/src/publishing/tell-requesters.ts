import { Refusal } from '@chancery/pki'
import type { RequestDesk } from '../enrollment/request-desk.ts'
import { issuedLetter } from '../enrollment/request-letters.ts'
import { newLink } from '../enrollment/request-links.ts'
import type { Outbox, OutboxItem } from './outbox.ts'

/** What telling people of their certificates needs. */
export interface Telling {
  readonly outbox: Outbox
  readonly deskOf: (tenant: string) => RequestDesk
  readonly now: () => number
  readonly report: (error: unknown, request: string) => void
}

const KIND = 'request-issued'
const LEASE_MS = 60_000
const AGAIN_MS = 30_000
const AT_ONCE = 20
/** How long it is worth saying. */
const NOTICE_MS = 7 * 86_400_000

/** Writes to those whose requests led to certificates. Who asked by a CSR gets a new link, by which the certificate is there to be had. */
export async function tellRequesters({ outbox, deskOf, now, report }: Telling): Promise<void> {
  for (let claimed = AT_ONCE; claimed === AT_ONCE; ) {
    const items = await outbox.claim(KIND, now(), LEASE_MS, AT_ONCE)
    claimed = items.length
    for (const item of items) {
      try {
        await tell(item, now(), deskOf(item.tenant))
        await outbox.finish(item)
      } catch (error) {
        report(error, item.key)
        // Too many mails for one address: the certificate is there all the same.
        if (error instanceof Refusal) await outbox.finish(item)
        else await outbox.retry(item, now() + AGAIN_MS)
      }
    }
  }
}

async function tell({ tenant, key }: OutboxItem, at: number, desk: RequestDesk): Promise<void> {
  const request = await desk.door.requests.find(key)
  const { email: to } = request ?? {}
  if (request?.status !== 'issued' || to === undefined) return
  const template = await desk.door.templates.find(request.template)
  const names = await desk.namesOf({ name: template?.name ?? '' })
  const status = request.csr === undefined ? undefined : newLink(request.id, 'status', at, desk)
  const letter = issuedLetter(request, names, status?.address)
  const times = { at, expiresAt: at + NOTICE_MS }
  const order = { tenant, kind: 'certificate-issued', to, about: request.id, letter, ...times } as const
  await desk.door.requests.tell(desk.mail.write(order), status?.link)
}
