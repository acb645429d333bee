import { Attention, type AttentionItem, Overview, OverviewQuery, toTimestamp } from '@chancery/api'
import { holds } from '../../accounts/roles.ts'
import type { WayCount } from '../../certificates/certificate-figures.ts'
import { type ApiDomain, route } from './api-domain.ts'
import { attentionOf } from './attention.ts'
import { findAuthority } from './find-authority.ts'
import { ownAuthorities } from './own-authorities.ts'

const DAY = 86_400_000
/** Thirteen weeks: what ends in a quarter of a year. */
const DAYS_AHEAD = 91
const DAYS_BACK = 30
const MOST_WAYS = 2_000
const MOST_WAITING = 200
const MOST_AUTHORITIES = 200
const MOST_COUNTED = 50

/** Looks at the whole, for people: what is to be done, and what was. */
export const OVERVIEW_ROUTES = [
  route({
    method: 'GET',
    path: '/api/v1/overview',
    role: 'auditor',
    reach: { authorityOf: async ({ query, principal }) => query.authority ?? ownAuthorities(principal) },
    operationId: 'showOverview',
    summary: 'Show what ends, was issued and waits',
    description: 'Of a CA, or of all that the caller may see: the newest 50.',
    schema: { querystring: OverviewQuery, response: { 200: Overview } },
    async handle({ principal, domain, query: { authority }, act: { at: now } }) {
      if (authority !== undefined) await findAuthority(authority, domain)
      const some = holds(principal, 'auditor') ? undefined : ownAuthorities(principal)
      const { items } = await domain.stores.authorities.list(
        { limit: MOST_COUNTED },
        authority === undefined ? some : [authority],
      )
      const figures = await Promise.all(items.map(({ id }) => figuresOf(id, now, domain)))
      const whole = {
        ending: daysOf(aheadOf(now), summed(figures.map(({ ending }) => ending))),
        endedLately: figures.reduce((sum, { endedLately }) => sum + endedLately, 0),
        issued: daysOf(backOf(now), summed(figures.map(({ issued }) => issued))),
        ways: waysOf(figures.flatMap(({ ways }) => ways)),
      }
      const waiting = await waitingOf({ ...(authority === undefined ? { authorities: some } : { authority }) }, domain)
      return { status: 200, body: { ...whole, waiting } }
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/attention',
    role: 'auditor',
    reach: { authorityOfItem: (item) => Object(item).authority },
    operationId: 'listAttention',
    summary: 'List what needs somebody',
    description: 'CAs that end, and services that do not answer as they should. Of the newest 200 CAs.',
    schema: { querystring: OverviewQuery, response: { 200: Attention } },
    async handle({ domain, authorities, query: { authority } }) {
      const some = authority === undefined ? authorities : [authority]
      const { items } = await domain.stores.authorities.list({ limit: MOST_AUTHORITIES }, some)
      const found: AttentionItem[] = []
      for (const item of items) found.push(...(await attentionOf(item, domain)))
      const rank = ({ severity }: AttentionItem) => (severity === 'error' ? 0 : 1)
      return { status: 200, body: { items: found.sort((a, b) => rank(a) - rank(b)) } }
    },
  }),
]

/** What is counted of one CA. */
async function figuresOf(authority: string, now: number, { stores: { figures } }: ApiDomain) {
  const [endedLately = 0] = await figures.ending(authority, [now - DAYS_BACK * DAY, now])
  return {
    endedLately,
    ending: await figures.ending(authority, aheadOf(now)),
    issued: await figures.issued(authority, backOf(now)),
    ways: await figures.ways(authority, now - DAYS_BACK * DAY, MOST_WAYS),
  }
}

function aheadOf(now: number): readonly number[] {
  return moments(now, DAYS_AHEAD)
}

function backOf(now: number): readonly number[] {
  return moments(now - DAYS_BACK * DAY, DAYS_BACK)
}

/** So many days from a moment on: their beginnings, and the end of the last. */
function moments(from: number, days: number): readonly number[] {
  return Array.from({ length: days + 1 }, (_, day) => from + day * DAY)
}

function summed(counts: readonly (readonly number[])[]): readonly number[] {
  const [first = []] = counts
  return first.map((_, day) => counts.reduce((sum, one) => sum + (one[day] ?? 0), 0))
}

/** A day for each of the moments but the last; none are counted where there is no CA. */
function daysOf(from: readonly number[], counts: readonly number[]) {
  return from.slice(0, -1).map((at, day) => ({ from: toTimestamp(at), count: counts[day] ?? 0 }))
}

function waysOf(all: readonly WayCount[]) {
  const by = [...Map.groupBy(all, (one) => one.by)]
    .map(([way, counts]) => ({ by: way, count: counts.reduce((sum, { count }) => sum + count, 0) }))
    .sort((a, b) => b.count - a.count)
  return { counted: by.reduce((sum, { count }) => sum + count, 0), by }
}

async function waitingOf(
  of: { readonly authority?: string; readonly authorities?: readonly string[] | undefined },
  { stores }: ApiDomain,
) {
  const { authority, authorities } = of
  const filter = {
    status: 'pending',
    ...(authority !== undefined && { authority }),
    ...(authorities !== undefined && { authorities }),
  } as const
  const page = await stores.requests.list(filter, { limit: MOST_WAITING })
  const oldest = page.next === undefined ? page.items.at(-1) : undefined
  return {
    requests: page.items.length,
    more: page.next !== undefined,
    ...(oldest !== undefined && { oldest: toTimestamp(oldest.createdAt) }),
  }
}
