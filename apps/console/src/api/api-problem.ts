import type { Problem } from './operations.ts'

/** A call that was refused or failed, with the problem's own words (RFC 9457). */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail)
    this.problem = problem
  }
}

/** The problem of a call that came to no answer. */
export function unreachable(): ApiProblem {
  return new ApiProblem({
    type: 'about:blank',
    title: 'No answer',
    status: 0,
    code: 'unavailable',
    detail: 'The server does not answer. Check the connection and try again.',
  })
}

/** The problem of whatever a call threw; what is no problem is a fault of the console. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ApiProblem) return error.problem
  const detail = error instanceof Error ? error.message : String(error)
  return { type: 'about:blank', title: 'The console failed', status: 0, code: 'fault', detail }
}
