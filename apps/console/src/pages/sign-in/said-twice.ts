import { ApiProblem } from '../../api/api-problem.ts'

/** Throws `ApiProblem` at the second field when the password was not typed the same way twice. */
export function saidTwice({
  values: { password, repeated },
}: {
  readonly values: { readonly password: string; readonly repeated: string }
}): void {
  if (password === repeated) return
  const detail = 'The two passwords differ.'
  const errors = [{ field: '/repeated', detail }]
  throw new ApiProblem({
    type: 'about:blank',
    title: 'Typed differently',
    status: 0,
    code: 'malformed',
    detail,
    errors,
  })
}
