import type { OutboundError } from '../../../platform/outbound-rules.ts'
import { dnsFailure } from './dns-failures.ts'
import { DnsFailure } from './dns-resolver.ts'
import { type Failure, failure, finalFailure } from './trace.ts'

/** A question as its client is told of it. */
interface AskedFor {
  /** `GET http://example.com/…`. */
  readonly asked: string
  /** Whom: ` (at 203.0.113.5:80)`, or nothing. */
  readonly at: string
  /** Whether it was answered, by what was not to be followed. */
  readonly isAnswered: boolean
}

/** Why a web server could not be asked, for its owner: what was asked, whom, what came back, and what to change. */
export function reachFailure(error: OutboundError, { asked, at, isAnswered }: AskedFor): Failure {
  switch (error.code) {
    case 'no-address':
      return failure('dns', `${asked}: ${error.told} (no A and no AAAA record). Give it one that leads to your server.`)
    case 'refused':
      return finalFailure(
        'connection',
        `${asked}${at} ${isAnswered ? 'answered with a redirect that is not followed' : 'was not made'}: ${error.told}. Only public addresses, or those that the operator of this server allows, are connected to, at the ports of http and https.`,
      )
    case 'too-slow':
      return failure(
        'connection',
        `${asked}${at}: ${error.told}. Check that a firewall lets this server through, and that yours answers at once.`,
      )
    case 'unreachable':
      return unreachable(error, asked, at)
    default:
      return failure('incorrectResponse', `${asked}${at}: ${error.told}.`)
  }
}

/** What came back, for the trace of an administrator. */
export function whatCameBack({ code, cause, told, message }: OutboundError): string {
  if (code === 'refused') return message
  if (code !== 'unreachable') return told
  if (cause instanceof DnsFailure) return cause.code
  return wordsFor(codeOf(cause))
}

/** Whether it was the look-up of the name that failed: it is the resolver that answered. */
export function isLookUp({ code, cause }: OutboundError): boolean {
  return code === 'no-address' || cause instanceof DnsFailure
}

function unreachable({ cause }: OutboundError, asked: string, at: string): Failure {
  if (cause instanceof DnsFailure) return dnsFailure(`A and AAAA of ${asked}`, cause)
  const code = codeOf(cause)
  if (WORDS[code] === undefined && code.startsWith('HPE_')) {
    return failure('connection', `${asked}${at}: ${wordsFor(code)}.`)
  }
  if (isTls(code)) return failure('tls', `${asked}${at}: ${wordsFor(code)}.`)
  return failure(
    'connection',
    `${asked}${at}: ${wordsFor(code)}. Check that your server listens there and can be reached from this one.`,
  )
}

function wordsFor(code: string): string {
  const words = WORDS[code]
  if (words !== undefined) return words
  if (code.startsWith('HPE_')) return `what answered does not speak HTTP (${code})`
  if (isTls(code)) return `the TLS handshake failed (${code})`
  return `the connection failed${code === '' ? '' : ` (${code})`}`
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was closed before an answer',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  ETIMEDOUT: 'no answer to the connection',
  HPE_HEADER_OVERFLOW: 'the headers of the answer are larger than 16 KiB',
  ERR_TLS_HANDSHAKE_TOO_LONG: 'more than 64 KiB came before the TLS handshake was over: show fewer certificates',
}

function isTls(code: string): boolean {
  return code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS') || code === 'EPROTO'
}

/** The code of the first error that has one: several addresses fail as one error of many. */
function codeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return ''
  const errors: readonly unknown[] = cause instanceof AggregateError ? [...cause.errors, cause] : [cause]
  for (const error of errors) if (error instanceof Error && 'code' in error) return String(error.code)
  return ''
}
