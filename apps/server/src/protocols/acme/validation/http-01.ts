import { isIPv6 } from 'node:net'
import type { TracedAnswer } from '../../../platform/guarded-client.ts'
import { OutboundError, type OutboundHop } from '../../../platform/outbound-rules.ts'
import type { ChallengeToValidate, ValidationResult } from '../challenge-validation.ts'
import type { Looking } from './looking.ts'
import { isLookUp, reachFailure, whatCameBack } from './reach-failure.ts'
import { toldHops } from './told-hops.ts'
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
    noteHops(error.hops, trace, { error, resolver: dns.from })
    const told = toldHops(error.hops).at(-1)
    const isAnswered = error.hops.at(-1)?.status !== undefined
    const asked = { asked: `GET ${told?.url ?? url}`, at: told?.at ?? '', isAnswered }
    return failed(trace, reachFailure(error, asked))
  }
}

/** What ended a request, and who looks up names for it. */
interface Ending {
  readonly error: OutboundError
  readonly resolver: string
}

function noteHops(hops: readonly OutboundHop[], trace: Trace, ending?: Ending): void {
  const told = toldHops(hops)
  for (const [at, hop] of hops.entries()) {
    const { url, from, isTold, isFirstHost } = told[at] ?? NOT_TOLD
    const { status, location, mediaType, tookMs } = hop
    const ended = at === hops.length - 1 ? ending : undefined
    // Where a redirect was not followed it is the answer that named the address, else the hop.
    const mayName = status === undefined ? isTold : isFirstHost
    const answered = [
      status,
      isFirstHost && location !== undefined && `to ${location}`,
      isFirstHost && mediaType !== undefined && `(${mediaType})`,
    ].filter((part) => part !== undefined && part !== false)
    const cameBack = [
      ...(answered.length > 0 ? [answered.join(' ')] : []),
      ...(ended === undefined ? [] : [whatCameBack(ended.error, mayName)]),
    ].join(', ')
    const whom = ended !== undefined && status === undefined && isLookUp(ended.error) ? ended.resolver : from
    trace.note(`GET ${url}`, whom, cameBack, tookMs)
  }
}
const NOT_TOLD = { url: '', from: '', isTold: false, isFirstHost: false }

function whatIsWrong(
  { status, mediaType, length, body, cut, hops }: TracedAnswer,
  expected: string,
): Failure | undefined {
  // RFC 8555 §8.3: white space at the end does not count.
  if (status === 200 && !cut && Buffer.from(body).toString('latin1').trimEnd() === expected) return undefined
  const told = toldHops(hops)
  const [first, last] = [told[0], told.at(-1)]
  const where = last === undefined ? '' : `${last.url}${last.at}`
  const way =
    hops.length > 1 ? `, to which ${first?.url} led by ${hops.length - 1} redirect${hops.length > 2 ? 's' : ''},` : ''
  const shown = last?.isFirstHost === true ? content(mediaType, length, body, cut) : ''
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
