import { isIPv6 } from 'node:net'
import type { TracedAnswer } from '../../../platform/guarded-client.ts'
import { OutboundError, type OutboundHop } from '../../../platform/outbound-rules.ts'
import type { ChallengeToValidate, ValidationResult } from '../challenge-validation.ts'
import type { Looking } from './looking.ts'
import { isLookUp, reachFailure, whatCameBack } from './reach-failure.ts'
import { mayTellWhy, toldHops } from './told-hops.ts'
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
  { fetch, dns, httpPort, pause, tellOperator }: Looking,
  trace: Trace,
  signal: AbortSignal,
): Promise<ValidationResult> {
  const host = isIPv6(identifier.value) ? `[${identifier.value}]` : identifier.value
  const url = `http://${host}${httpPort === 80 ? '' : `:${httpPort}`}/.well-known/acme-challenge/${token}`
  const endsAt = performance.now() + LIMITS.timeoutMs
  try {
    const answer = await fetch(url, LIMITS)
    noteHops(answer.hops, trace)
    const wrong = whatIsWrong(answer, keyAuthorization)
    return wrong === undefined ? valid(trace) : failed(trace, wrong)
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error
    if (!mayTellWhy(error)) {
      tellOperator(error)
      // The time that it took would tell what its words do not.
      await pause(Math.max(0, endsAt - performance.now()), signal)
      noteHops(error.hops, trace, UNTOLD)
      return failed(trace, notFetched(error.hops, identifier.value))
    }
    noteHops(error.hops, trace, { cameBack: whatCameBack(error), ...(isLookUp(error) && { resolver: dns.from }) })
    const told = toldHops(error.hops).at(-1)
    const isAnswered = error.hops.at(-1)?.status !== undefined
    const asked = { asked: `GET ${told?.url ?? url}`, at: told?.at ?? '', isAnswered }
    return failed(trace, reachFailure(error, asked))
  }
}

/** How a request ended that was not answered to its end, as it is told; `resolver`: it is that which answered. */
interface Ending {
  readonly cameBack: string
  readonly resolver?: string
}

const UNTOLD: Ending = { cameBack: 'not fetched, and why is not told of another host' }

function noteHops(hops: readonly OutboundHop[], trace: Trace, ending?: Ending): void {
  const told = toldHops(hops)
  let leftMs: number = LIMITS.timeoutMs
  for (const [at, hop] of hops.entries()) {
    const { url, from, isFirstHost } = told[at] ?? NOT_TOLD
    const { status, location, mediaType } = hop
    const ended = at === hops.length - 1 ? ending : undefined
    const answered = [
      status,
      isFirstHost && location !== undefined && `to ${location}`,
      isFirstHost && mediaType !== undefined && `(${mediaType})`,
    ].filter((part) => part !== undefined && part !== false)
    const cameBack = [
      ...(answered.length > 0 ? [answered.join(' ')] : []),
      ...(ended === undefined ? [] : [ended.cameBack]),
    ].join(', ')
    const whom = (status === undefined ? ended?.resolver : undefined) ?? from
    const tookMs = status === undefined && ended === UNTOLD ? Math.max(0, leftMs) : hop.tookMs
    trace.note(`GET ${url}`, whom, cameBack, tookMs)
    leftMs -= tookMs
  }
}
const NOT_TOLD = { url: '', from: '', isFirstHost: false }

/** One answer for whatever happened on the way once it had left the host that the client named. */
function notFetched(hops: readonly OutboundHop[], host: string): Failure {
  const told = toldHops(hops)
  const [first, left] = [told[0], told.find(({ isFirstHost }) => !isFirstHost)]
  return failure(
    'connection',
    `GET ${first?.url}${first?.at}: it leads to ${left?.url}, and from there on nothing was fetched that proves anything. Why is told of ${host} alone. Let it answer itself, or see to it that each redirect leads to a port of http or https, at a public address or one that the operator of this server allows, where an answer comes within ${LIMITS.timeoutMs / 1000} seconds.`,
  )
}

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
