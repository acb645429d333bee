import { isIPv6 } from 'node:net'
import type { TracedAnswer } from '../../../platform/guarded-client.ts'
import { OutboundError, type OutboundHop } from '../../../platform/outbound-rules.ts'
import type { ChallengeToValidate, ValidationResult } from '../challenge-validation.ts'
import type { Looking } from './looking.ts'
import { reachFailure } from './reach-failure.ts'
import { excerpt, type Failure, failed, failure, type Trace, valid } from './trace.ts'

/** A key authorization has less than 200 octets; the rest is for telling what came instead. */
const MOST_OCTETS = 512
const LIMITS = { maxBytes: MOST_OCTETS, cut: true, anyCertificate: true, redirects: 10, timeoutMs: 10_000 } as const

/**
 * http-01, RFC 8555 §8.3: the web server of the name shows the key authorization. Also for addresses (RFC 8738 §5). Redirects are
 * followed, to https whatever its certificate: many servers redirect everything, and it is the content that proves.
 */
export async function http01(
  { identifier, token, keyAuthorization }: ChallengeToValidate,
  { fetch, dns, httpPort }: Looking,
  trace: Trace,
): Promise<ValidationResult> {
  const host = isIPv6(identifier.value) ? `[${identifier.value}]` : identifier.value
  const url = `http://${host}${httpPort === 80 ? '' : `:${httpPort}`}/.well-known/acme-challenge/${token}`
  try {
    const answer = await fetch(url, LIMITS)
    noteHops(answer.hops, trace)
    const wrong = whatIsWrong(answer, keyAuthorization)
    return wrong === undefined ? valid(trace) : failed(trace, wrong)
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error
    noteHops(error.hops, trace, error)
    const at = error.hops.at(-1)
    return failed(trace, reachFailure(error, `GET ${at?.url ?? url}`, at?.address, dns.from))
  }
}

function noteHops(hops: readonly OutboundHop[], trace: Trace, error?: OutboundError): void {
  for (const { url, address, status, mediaType, location, tookMs } of hops) {
    const answered = [
      status,
      status !== undefined && location !== undefined && `to ${location}`,
      shownType(mediaType, url, hops),
    ]
    const cameBack = answered.filter((part) => part !== undefined && part !== false).join(' ')
    trace.note(`GET ${url}`, from(url, address), cameBack === '' ? (error?.message ?? 'nothing') : cameBack, tookMs)
  }
}

/** Of an answer from another host than the one asked first only the status is shown. */
function shownType(mediaType: string | undefined, url: string, [first]: readonly OutboundHop[]): string | undefined {
  return mediaType === undefined || !isSameHost(url, first?.url) ? undefined : `(${mediaType})`
}

function from(url: string, address: string | undefined): string {
  if (address === undefined) return 'nobody'
  const { port, protocol } = new URL(url)
  return `${isIPv6(address) ? `[${address}]` : address}:${port === '' ? (protocol === 'https:' ? 443 : 80) : port}`
}

function isSameHost(url: string, other: string | undefined): boolean {
  return other !== undefined && new URL(url).host === new URL(other).host
}

function whatIsWrong(
  { status, mediaType, length, body, cut, hops }: TracedAnswer,
  expected: string,
): Failure | undefined {
  // RFC 8555 §8.3: white space at the end does not count.
  if (status === 200 && !cut && Buffer.from(body).toString('latin1').trimEnd() === expected) return undefined
  const [first] = hops
  const last = hops.at(-1)
  const where = last === undefined ? '' : `${last.url} (at ${from(last.url, last.address)})`
  const way =
    hops.length > 1 ? `, to which ${first?.url} led by ${hops.length - 1} redirect${hops.length > 2 ? 's' : ''},` : ''
  const shown = last !== undefined && isSameHost(last.url, first?.url) ? content(mediaType, length, body, cut) : ''
  const change =
    status === 200
      ? `It has to answer with "${expected}" and nothing else.`
      : 'It has to answer with status 200 and the key authorization.'
  return failure('incorrectResponse', `${where}${way} answered with status ${status}${shown}. ${change}`)
}

function content(mediaType: string, length: number | undefined, body: Uint8Array, cut: boolean): string {
  const size = cut
    ? length === undefined
      ? `more than ${MOST_OCTETS} octets`
      : `${length} octets`
    : `${body.length} octets`
  return ` and ${mediaType === '' ? '' : `${excerpt(mediaType)}, `}${size}${body.length === 0 ? '' : `: ${excerpt(body)}`}`
}
