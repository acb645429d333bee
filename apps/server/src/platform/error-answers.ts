import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Problem } from '@chancery/api'
import { Refusal } from '@chancery/pki'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Log } from './log.ts'
import { faultOf, HttpProblem, PROBLEM_MEDIA_TYPE, problemOf } from './problem.ts'
import type { EarlyRefusal } from './public-routes.ts'

/** What Fastify itself throws before a handler runs, in our words. */
const FRAMEWORK_ERRORS: Readonly<Record<string, (request: FastifyRequest) => HttpProblem>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ({ routeOptions: { bodyLimit } }) =>
    new HttpProblem('too-large', `The body is larger than this address takes: ${bodyLimit} octets at the most.`),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    new HttpProblem('malformed', 'The body is not as long as Content-Length says.'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: unsupportedMediaType,
  FST_ERR_CTP_EMPTY_TYPE: unsupportedMediaType,
  FST_ERR_BAD_URL: () => new HttpProblem('malformed', 'The address is not well encoded: check what follows each %.'),
  FST_ERR_MAX_PARAM_LENGTH: () => new HttpProblem('address-too-long', 'A part of the address is too long.'),
  // The method QUERY wants one, and Fastify asks for it even where there is nothing.
  FST_ERR_ROUTE_MISSING_CONTENT_TYPE: (request) =>
    request.is404 ? new HttpProblem('not-found', 'There is nothing at this address.') : unsupportedMediaType(),
  FST_ERR_ROUTE_METHOD_NOT_SUPPORTED: () => new HttpProblem('method-not-allowed', 'No address takes this method.'),
}

/** What an error answer needs to know. */
export interface ErrorAnswers {
  readonly log: Log
  /** Whether trying later may help. */
  readonly isUnavailable: (error: unknown) => boolean
  /** Who answers in words of their own at this address, if anybody does. */
  readonly ownWords?: (url: string) => SayRefusal | undefined
}

/** Answers what was refused in the words of a protocol. */
export type SayRefusal = (request: FastifyRequest, reply: FastifyReply, refusal: EarlyRefusal) => Promise<FastifyReply>

/** The answer to whatever was thrown: a refusal as it is, anything else as a fault that only the log explains. */
export function answerError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  answers: ErrorAnswers,
): FastifyReply | Promise<FastifyReply> {
  const { problem, headers } = problemIn(error, request, answers)
  const say = answers.ownWords?.(request.url)
  if (say === undefined) return sendProblem(reply.headers(headers), problem)
  const { status, detail, reference } = problem
  return say(request, reply, { status, detail, headers, ...(reference !== undefined && { reference }) }).catch(
    (failure: unknown) => {
      answers.log.error('a refusal could not be told in the words of its protocol', {
        reference: request.id,
        error: failure,
      })
      return sendProblem(reply.headers(headers), problem)
    },
  )
}

function problemIn(
  error: unknown,
  request: FastifyRequest,
  { log, isUnavailable }: ErrorAnswers,
): { readonly problem: Problem; readonly headers: Readonly<Record<string, string>> } {
  const refused = hasLeft(error, request) ? LEFT : refusalOf(error, request)
  if (refused !== undefined)
    return { problem: problemOf(refused), headers: refused instanceof HttpProblem ? refused.headers : {} }
  log.error('a request failed', { reference: request.id, route: routeOf(request), method: request.method, error })
  if (!isUnavailable(error)) return { problem: faultOf(request.id), headers: {} }
  const later = new HttpProblem('unavailable', 'The server cannot do that now. Try again in a moment.')
  return { problem: { ...problemOf(later), reference: request.id }, headers: { 'retry-after': '5' } }
}

function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply
    .code(problem.status)
    .header('content-type', PROBLEM_MEDIA_TYPE)
    .header('cache-control', 'no-store')
    .header('x-content-type-options', 'nosniff')
    .send(JSON.stringify(problem))
}

/** The pattern of the route, never the address: addresses hold tokens. */
export function routeOf(request: FastifyRequest): string {
  return request.is404 ? '(none)' : (request.routeOptions.url ?? '(none)')
}

/** Answers what is not even HTTP, on the bare socket, and ends the connection. */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable || isOfTls(error.code)) {
    socket.destroy()
    return
  }
  const problem = problemOf(clientProblem(error.code))
  const body = JSON.stringify(problem)
  socket.end(
    [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
      `Content-Type: ${PROBLEM_MEDIA_TYPE}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  )
}

/** A handshake that failed: there is nobody to whom HTTP could be spoken. */
function isOfTls(code = ''): boolean {
  return code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')
}

function clientProblem(code: string | undefined): HttpProblem {
  if (code === 'HPE_HEADER_OVERFLOW') return new HttpProblem('headers-too-large', 'The headers are too large.')
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new HttpProblem('timeout', 'The request took too long to arrive.')
  return new HttpProblem('malformed', 'This is not a well-formed HTTP request.')
}

function refusalOf(error: unknown, request: FastifyRequest): Refusal | HttpProblem | undefined {
  if (error instanceof Refusal || error instanceof HttpProblem) return error
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined
  return FRAMEWORK_ERRORS[error.code]?.(request)
}

const LEFT = new HttpProblem('malformed', 'The connection ended before the request did.')

/** A client that goes away in the middle of its request is no failure of ours. */
function hasLeft(error: unknown, request: FastifyRequest): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ECONNRESET' && !request.raw.complete
}

function unsupportedMediaType(): HttpProblem {
  return new HttpProblem('unsupported-media-type', 'Send the body as application/json.')
}
