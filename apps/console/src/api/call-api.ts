import { ApiProblem, unreachable } from './api-problem.ts'
import { OPERATIONS, type Operations, type Problem } from './operations.ts'

export type OperationId = keyof Operations

/** What an operation takes beside its id: parameters of its path, its query, its body. */
export type InputOf<O extends OperationId> = Pick<Operations[O], keyof Operations[O] & ('params' | 'query' | 'body')>
export type AnswerOf<O extends OperationId> = Operations[O]['answer']

/** Where and how a call is made. */
export interface CallOptions {
  /** The tenant that is meant, by its id; left out for what stands above tenants. */
  readonly tenant?: string | undefined
  /** The same key with the same body makes the same thing once. */
  readonly idempotencyKey?: string | undefined
  readonly signal?: AbortSignal | undefined
}

interface AnyInput {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly body?: unknown
}

/** Calls the API as whoever is signed in. Throws `ApiProblem` with the server's words, or that it cannot be reached. */
export async function callApi<O extends OperationId>(
  operation: O,
  input: InputOf<O>,
  { tenant, idempotencyKey, signal }: CallOptions = {},
): Promise<AnswerOf<O>> {
  const { body }: AnyInput = input
  const [method] = OPERATIONS[operation]
  const response = await fetch(addressOf(operation, input), {
    method,
    credentials: 'same-origin',
    headers: {
      accept: 'application/json, application/problem+json',
      ...(tenant !== undefined && { 'chancery-tenant': tenant }),
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  }).catch((error: unknown) => {
    if (signal?.aborted === true) throw error
    throw unreachable()
  })
  const answer = await contentOf(response)
  if (!response.ok) throw new ApiProblem(problemIn(answer, response.status))
  // The server answers by the schemas that the types are generated from.
  return answer as AnswerOf<O>
}

/** The path and query of a call: for links to downloads too. */
export function addressOf<O extends OperationId>(operation: O, input: InputOf<O>): string {
  const { params = {}, query = {} }: AnyInput = input
  const [, pattern] = OPERATIONS[operation]
  const path = pattern.replace(/\{([^}]+)\}/g, (_whole, name: string) => encodeURIComponent(params[name] ?? ''))
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]))
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`
}

async function contentOf(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined
  const text = await response.text()
  return /json(?:;|$)/.test(response.headers.get('content-type') ?? '') && text !== '' ? JSON.parse(text) : text
}

/** What stands between the browser and the server may answer in its place, and not with a problem. */
export function problemIn(answer: unknown, status: number): Problem {
  if (typeof answer === 'object' && answer !== null && 'code' in answer && 'detail' in answer) return answer as Problem
  return {
    type: 'about:blank',
    title: `Status ${status}`,
    status,
    code: 'fault',
    detail: `The server answered with status ${status}.`,
  }
}
