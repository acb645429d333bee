import type { OpenIssuer } from '../issuers/issuers.ts'
import { signsCrls } from '../revocation/crl-schedule.ts'
import { isDue, makeResponder, type Responders, servicesLastUntil } from '../service-certificates/responders.ts'
import type { FindDueServices } from '../service-certificates/service-certificate-store.ts'
import type { Outbox } from './outbox.ts'

/** What the sweep that renews service certificates needs. */
export interface ServiceRenewal {
  readonly dueServices: FindDueServices
  readonly outbox: Outbox
  readonly openGeneration: (tenant: string, generation: string) => Promise<OpenIssuer>
  readonly respondersOf: (tenant: string) => Responders
  readonly now: () => number
  /** Told of what could not be renewed, and why. */
  readonly report: (error: unknown, generation: string) => void
}

const KIND = 'service-certificate'
const DAY = 86_400_000
const LEASE_MS = 120_000
const AGAIN_MS = 600_000
const PAGE = 50

/**
 * Renews OCSP responder certificates from their day 30 on, and makes those that are missing. Returns how many it made. The lease
 * keeps several processes from making the same; what fails is tried again, and the old certificate has two months left.
 */
export async function renewServices(renewal: ServiceRenewal): Promise<number> {
  const { outbox, now, report } = renewal
  await putDue(renewal)
  let made = 0
  for (let claimed = PAGE; claimed === PAGE; ) {
    const items = await outbox.claim(KIND, now(), LEASE_MS, PAGE)
    claimed = items.length
    for (const item of items) {
      try {
        if (await renew(item.tenant, item.key, renewal)) made++
        await outbox.finish(item)
      } catch (error) {
        report(error, item.key)
        await outbox.retry(item, now() + AGAIN_MS)
      }
    }
  }
  return made
}

async function putDue({ dueServices, outbox, now }: ServiceRenewal): Promise<void> {
  const times = { now: now(), renewBefore: now() + 60 * DAY }
  for (let after: string | undefined; ; ) {
    const due = await dueServices('ocsp-responder', times, PAGE, after)
    for (const { tenant, generation } of due) await outbox.put({ tenant, kind: KIND, key: generation, dueAt: now() })
    after = due.at(-1)?.generation
    if (due.length < PAGE) return
  }
}

async function renew(
  tenant: string,
  generation: string,
  { openGeneration, respondersOf, now }: ServiceRenewal,
): Promise<boolean> {
  const open = await openGeneration(tenant, generation)
  // What was deleted or has expired meanwhile has no services any more.
  if (!signsCrls(open, now())) return false
  const responders = respondersOf(tenant)
  const current = await responders.store.current(generation, 'ocsp-responder')
  if (current !== undefined && !isDue(current, servicesLastUntil(open, now()), now())) return false
  await makeResponder(open, responders)
  return true
}
