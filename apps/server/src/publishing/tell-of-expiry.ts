import { setImmediate as nextTurn } from 'node:timers/promises'
import { Refusal } from '@chancery/pki'
import type { MailDesk } from '../mail/mail-desk.ts'
import type { Digest, ExpiringCertificate, ExpiryPlace, ExpiryStore, Requester } from '../notices/expiry-store.ts'
import { expiringLetter } from '../notices/notice-letters.ts'
import type { NoticeSettings } from '../notices/notice-settings.ts'
import { isWorthTelling, lineOf, recipients } from '../notices/notices-of.ts'
import type { Outbox, OutboxItem } from './outbox.ts'

/** What telling of certificates that end needs. */
export interface ExpiryTelling {
  readonly outbox: Outbox
  readonly expiries: ExpiryStore
  readonly settingsOf: (tenant: string) => Promise<NoticeSettings>
  readonly nameOf: (tenant: string) => Promise<string>
  readonly mail: MailDesk
  readonly newId: () => string
  /** The https address of people, without a slash at its end. */
  readonly url: string
  readonly now: () => number
  readonly report: (error: unknown, tenant: string) => void
}

const KIND = 'expiring'
const DAY = 86_400_000
const HOUR = 3_600_000
/** When of a day (UTC) people are told of what ends: so early that they have the day for it. */
const TOLD_AT = 5 * HOUR
const LEASE_MS = 600_000
const AGAIN_MS = 60_000
const AT_ONCE = 5
const PAGE = 200
/** How long it is worth saying. */
const NOTICE_MS = 3 * DAY

/**
 * Once a day, tenant by tenant: gathers what comes to a threshold on this day, page by page, and writes one mail to each address. A
 * threshold that passed unseen, because no server ran, is not told any more when a nearer one has come.
 */
export async function tellOfExpiry(telling: ExpiryTelling): Promise<void> {
  const { outbox, expiries, now, report } = telling
  await expiries.schedule(now())
  for (let claimed = AT_ONCE; claimed === AT_ONCE; ) {
    const items = await outbox.claim(KIND, now(), LEASE_MS, AT_ONCE)
    claimed = items.length
    for (const item of items) {
      try {
        await tellTenant(item, telling)
        await outbox.put({ tenant: item.tenant, kind: KIND, key: item.key, dueAt: nextTime(now()) })
        await outbox.finish(item)
      } catch (error) {
        report(error, item.key)
        await outbox.retry(item, now() + AGAIN_MS)
      }
    }
  }
}

function nextTime(now: number): number {
  return startOfDay(now) + DAY + TOLD_AT
}

function startOfDay(at: number): number {
  return Math.floor(at / DAY) * DAY
}

async function tellTenant({ tenant }: OutboxItem, telling: ExpiryTelling): Promise<void> {
  const settings = await telling.settingsOf(tenant)
  const isWanted = settings.expiring || telling.expiries.isListened(tenant)
  const thresholds = isWanted ? settings.days.toSorted((a, b) => a - b) : []
  const progress = await telling.expiries.progress(tenant)
  if ([...progress.keys()].some((days) => !thresholds.includes(days)))
    await telling.expiries.forgetProgress(tenant, thresholds)
  const today = startOfDay(telling.now())
  let from: ExpiryPlace = { notAfter: telling.now(), certificate: '' }
  for (const days of thresholds) {
    const until = today + (days + 1) * DAY
    // Somebody else is at it: they send what was gathered, when all of it is.
    if (!(await gather({ tenant, days, until, from, known: progress.get(days), settings }, telling))) return
    from = { notAfter: until, certificate: '' }
  }
  await send(tenant, telling)
}

interface Stretch {
  readonly tenant: string
  readonly days: number
  /** Where what a nearer threshold tells of ends. */
  readonly from: ExpiryPlace
  readonly until: number
  /** How far this threshold had come. */
  readonly known: ExpiryPlace | undefined
  readonly settings: NoticeSettings
}

/** Looks at all that ends within a threshold and was not looked at for it. False when somebody else does. */
async function gather(stretch: Stretch, { expiries, now }: ExpiryTelling): Promise<boolean> {
  const { tenant, days, from, until, settings } = stretch
  let known = stretch.known
  let at = known === undefined || isBefore(known, from) ? from : known
  while (at.notAfter < until) {
    const { certificates, next } = await expiries.page(tenant, at, until, PAGE)
    const to = next ?? { notAfter: until, certificate: '' }
    const told = await worthTelling(certificates, stretch, expiries)
    const digests = settings.expiring ? await digestsOf(told, stretch, expiries) : []
    const found = { digests, certificates: told.map(({ id }) => id), at: now() }
    if (!(await expiries.advance(tenant, days, { from: known, to }, found))) return false
    known = at = to
    await nextTurn()
  }
  return true
}

function isBefore(a: ExpiryPlace, b: ExpiryPlace): boolean {
  return a.notAfter < b.notAfter || (a.notAfter === b.notAfter && a.certificate < b.certificate)
}

async function worthTelling(
  certificates: readonly ExpiringCertificate[],
  { tenant, days }: Stretch,
  expiries: ExpiryStore,
): Promise<readonly ExpiringCertificate[]> {
  const told: ExpiringCertificate[] = []
  for (const certificate of certificates) {
    if (!isWorthTelling(certificate, days)) continue
    if (!(await expiries.isReplaced(tenant, certificate))) told.push(certificate)
    // What SQLite is asked is answered within the turn: a page of them would be a long one.
    await nextTurn()
  }
  return told
}

async function digestsOf(
  certificates: readonly ExpiringCertificate[],
  { tenant, settings }: Stretch,
  expiries: ExpiryStore,
): Promise<readonly Digest[]> {
  const byAddress = new Map<string, { readonly of: Requester; readonly certificates: ExpiringCertificate[] }>()
  for (const certificate of certificates) {
    const requester = settings.requester ? await expiries.requesterOf(tenant, certificate) : undefined
    if (settings.requester) await nextTurn()
    for (const one of recipients(certificate, settings, requester)) {
      const known = byAddress.get(one.address)
      if (known === undefined) byAddress.set(one.address, { of: one, certificates: [certificate] })
      else known.certificates.push(certificate)
    }
  }
  return [...byAddress.values()].map(({ of, certificates: its }) => ({
    tenant,
    ...of,
    count: its.length,
    lines: its.map(lineOf),
  }))
}

/** One mail to each address, for all that was gathered. */
async function send(tenant: string, { expiries, mail, nameOf, newId, url, now, report }: ExpiryTelling): Promise<void> {
  const tenantName = await nameOf(tenant)
  for (let found = PAGE; found === PAGE; ) {
    const digests = await expiries.digests(tenant, PAGE)
    found = digests.length
    for (const digest of digests) {
      const at = now()
      try {
        const letter = expiringLetter(digest, at, { tenantName, url })
        const times = { at, expiresAt: at + NOTICE_MS }
        const order = {
          tenant,
          kind: 'certificate-expiring',
          to: digest.address,
          about: newId(),
          letter,
          ...times,
        } as const
        await expiries.finish(digest, mail.write(order))
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        // No mail can go there, or too many went there today.
        report(error, tenant)
        await expiries.finish(digest)
      }
      await nextTurn()
    }
  }
}
