import type { OutboundError } from '../../../platform/outbound-rules.ts'
import { dnsFailure } from './dns-failures.ts'
import { DnsFailure } from './dns-resolver.ts'
import { type Failure, failure, finalFailure } from './trace.ts'

/** Why a web server could not be asked, for its owner: what was asked, whom, what came back, and what to change. */
export function reachFailure(
  error: OutboundError,
  asked: string,
  address: string | undefined,
  resolver: string,
): Failure {
  const at = address === undefined ? '' : ` (at ${address})`
  switch (error.code) {
    case 'refused':
      if (error.message.endsWith('has no address')) {
        return failure(
          'dns',
          `${asked}: the name has no address (no A and no AAAA record); the resolver ${resolver} was asked. Give it one that leads to your server.`,
        )
      }
      return finalFailure(
        'connection',
        `${asked} was ${error.message}. Only public addresses, or those that the operator of this server allows, are connected to, at the ports of http and https.`,
      )
    case 'too-slow':
      return failure(
        'connection',
        `${asked}${at}: ${error.message}. Check that a firewall lets this server through, and that yours answers at once.`,
      )
    case 'unreachable':
      return unreachable(error, asked, at, resolver)
    default:
      return failure('incorrectResponse', `${asked}${at}: ${error.message}.`)
  }
}

function unreachable({ cause }: OutboundError, asked: string, at: string, resolver: string): Failure {
  if (cause instanceof DnsFailure) return dnsFailure(`A and AAAA of ${asked}`, resolver, cause)
  const code = codeOf(cause)
  const words = WORDS[code]
  if (words === undefined && code.startsWith('HPE_')) {
    return failure('connection', `${asked}${at}: what answered does not speak HTTP (${code}).`)
  }
  if (words === undefined && isTls(code)) {
    return failure('tls', `${asked}${at}: the TLS handshake failed (${code}).`)
  }
  return failure(
    'connection',
    `${asked}${at}: ${words ?? `the connection failed${code === '' ? '' : ` (${code})`}`}. Check that your server listens there and can be reached from this one.`,
  )
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was closed before an answer',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  ETIMEDOUT: 'no answer to the connection',
  HPE_HEADER_OVERFLOW: 'the headers of the answer are larger than 16 KiB',
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
