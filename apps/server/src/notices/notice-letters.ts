import { type Letter, moment, quoted } from '../mail/letter.ts'
import type { Digest, NoticeLine } from './expiry-store.ts'

const DAY = 86_400_000

/** Where letters lead. */
export interface NoticePlaces {
  readonly tenantName: string
  /** The https address of people, without a slash at its end. */
  readonly url: string
}

/** Tells somebody of all that ends before long, in one letter. */
export function expiringLetter(digest: Digest, now: number, { tenantName, url }: NoticePlaces): Letter {
  const { count, lines, outside } = digest
  const [first] = lines
  if (first === undefined) throw new TypeError('a digest names at least one certificate')
  const more = count - lines.length
  const action = actionOf(digest, url)
  return {
    subject:
      count === 1
        ? `${quoted(first.name)}: the certificate expires ${within(first.notAfter, now)}`
        : `${count} certificates of ${quoted(tenantName)} expire soon`,
    paragraphs: [
      count === 1
        ? `A certificate of ${quoted(tenantName)} expires ${within(first.notAfter, now)}. What uses it stops working then, unless a new one is in its place.`
        : `${count} certificates of ${quoted(tenantName)} expire soon. What uses them stops working then, unless new ones are in their place.`,
      ...(more > 0 ? [`The first ${lines.length} of them are listed here; ${more} more follow.`] : []),
      ...(outside && action === undefined ? ['Ask for a new one as you asked for this one.'] : []),
    ],
    ...(action && { action }),
    facts: lines.map((line): [string, string] => [
      quoted(line.name),
      `${moment(line.notAfter)}, ${within(line.notAfter, now)} (${quoted(line.authority)})`,
    ]),
    closing: [
      outside
        ? 'Sent because you asked for this certificate, or your address stands in it.'
        : `Sent because you asked for certificates of ${quoted(tenantName)}, or are named there as who is told of them.`,
      'Whoever administers it can change in its settings who is told, and when.',
    ],
  }
}

function actionOf({ count, lines, outside }: Digest, url: string): Letter['action'] {
  const [first] = lines
  if (!outside && first !== undefined) {
    return count === 1
      ? { label: 'Look at the certificate', link: `${url}/console/certificates/${first.certificate}` }
      : { label: 'Look at the certificates', link: `${url}/console/certificates` }
  }
  const renewable = lines.find(({ renewAt }) => renewAt !== undefined)
  return renewable && { label: 'Renew it with its key', link: `${url}/cps/${renewable.renewAt}` }
}

function within(notAfter: number, now: number): string {
  const days = Math.floor(notAfter / DAY) - Math.floor(now / DAY)
  if (days <= 0) return 'today'
  return days === 1 ? 'tomorrow' : `in ${days} days`
}

/** What became of a certificate that somebody asked for. */
export type RevocationNews =
  | { readonly state: 'revoked' | 'held'; readonly at: number; readonly reason: string }
  | { readonly state: 'good-again' }

/** Tells who asked for a certificate that it was revoked, put on hold, or is good again. */
export function revocationLetter(
  line: Pick<NoticeLine, 'name' | 'authority' | 'notAfter'>,
  news: RevocationNews,
  { tenantName }: Pick<NoticePlaces, 'tenantName'>,
): Letter {
  const facts: [string, string][] = [
    ['Certificate', quoted(line.name)],
    ['Issued by', quoted(line.authority)],
    ...(news.state === 'good-again' ? [] : ([['Since', moment(news.at)]] as [string, string][])),
    ...(news.state === 'revoked' ? ([['Reason', news.reason]] as [string, string][]) : []),
  ]
  const { subject, says } = REVOCATION_WORDS[news.state]
  return {
    subject: `${quoted(line.name)}: ${subject}`,
    paragraphs: [says(quoted(tenantName))],
    facts,
    closing: [`Sent because you asked for this certificate. Questions go to ${quoted(tenantName)}.`],
  }
}

const REVOCATION_WORDS = {
  revoked: {
    subject: 'the certificate was revoked',
    says: (tenant: string) =>
      `${tenant} revoked a certificate that you asked for. Whoever checks it is told that it does not count any more; this is not taken back.`,
  },
  held: {
    subject: 'the certificate is on hold',
    says: (tenant: string) =>
      `${tenant} put a certificate that you asked for on hold: it does not count until the hold ends.`,
  },
  'good-again': {
    subject: 'the certificate is good again',
    says: (tenant: string) => `${tenant} ended the hold of a certificate that you asked for: it counts again.`,
  },
} as const
