import type { FastifyInstance, FastifyRequest } from 'fastify'
import { HttpProblem } from './problem.ts'

const UTF8 = new TextDecoder('utf-8', { fatal: true })
const NOTHING = new Uint8Array()

/** Lets a scope take JSON bodies and nothing else. The bytes are kept for the request's `Idempotency-Key`. */
export function takeJson(scope: FastifyInstance): void {
  scope.decorateRequest('bodyBytes', null)
  scope.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) => {
      request.setDecorator('bodyBytes', body)
      return body.length === 0 ? undefined : parseJson(body)
    },
  )
}

/** The body as it came. */
export function bodyBytes(request: FastifyRequest): Uint8Array {
  return request.getDecorator<Uint8Array | null>('bodyBytes') ?? NOTHING
}

/** JSON in UTF-8, RFC 8259 §8.1. Throws `HttpProblem` 'malformed' with where it breaks. */
function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(UTF8.decode(bytes))
  } catch (error) {
    // V8 tells the position, and quotes a part of the body that may be secret: only the position leaves.
    const position = error instanceof SyntaxError ? /at position (\d+)/.exec(error.message)?.[1] : undefined
    const where = position === undefined ? '' : ` It breaks at character ${position}.`
    throw new HttpProblem('malformed', `The body is not JSON in UTF-8.${where}`)
  }
}
