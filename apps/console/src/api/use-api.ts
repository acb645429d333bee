import { keepPreviousData, type UseQueryResult, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { useTenantId } from './active-tenant.ts'
import { type AnswerOf, callApi, type InputOf, type OperationId } from './call-api.ts'

/** The key under which an answer is kept. Everything that is asked in a tenant stands below its id. */
function queryKey<O extends OperationId>(tenant: string | undefined, operation: O, input: InputOf<O>) {
  return [tenant ?? 'above', operation, input] as const
}

/** How an answer is asked for in the active tenant, for `useQuery`, loaders and `ensureQueryData`. */
export function askFor<O extends OperationId>(tenant: string | undefined, operation: O, input: InputOf<O>) {
  return {
    queryKey: queryKey(tenant, operation, input),
    queryFn: ({ signal }: { readonly signal: AbortSignal }) => callApi(operation, input, { tenant, signal }),
  }
}

/** What the API answers, kept and refreshed: `const { data, error } = useAsk('listTemplates', { query: { authority } })`. */
export function useAsk<O extends OperationId>(
  operation: O,
  input: InputOf<O>,
  options: {
    readonly enabled?: boolean
    readonly refetchInterval?: number | false
    readonly keepPrevious?: boolean
  } = {},
): UseQueryResult<AnswerOf<O>> {
  const tenant = useTenantId()
  const { keepPrevious = false, ...others } = options
  return useQuery({
    ...askFor(tenant, operation, input),
    ...others,
    ...(keepPrevious && { placeholderData: keepPreviousData }),
  })
}

/** An act that can be done: `run` does it, and gives the answer or throws `ApiProblem`. */
export interface Act<O extends OperationId> {
  run(input: InputOf<O>): Promise<AnswerOf<O>>
  readonly isRunning: boolean
  readonly error: unknown
  reset(): void
}

/**
 * Something that changes what the server holds. Everything shown is asked for again afterwards. The same input sent again, after no
 * answer came, makes nothing twice.
 */
export function useAct<O extends OperationId>(operation: O): Act<O> {
  const tenant = useTenantId()
  const queries = useQueryClient()
  const sent = useRef({ text: '', key: '' })
  const { mutateAsync, isPending, error, reset } = useMutation({
    mutationFn: (input: InputOf<O>) => {
      const text = JSON.stringify(input)
      if (sent.current.text !== text) sent.current = { text, key: crypto.randomUUID() }
      return callApi(operation, input, { tenant, idempotencyKey: sent.current.key })
    },
    onSuccess: () => {
      sent.current = { text: '', key: '' }
      void queries.invalidateQueries()
    },
  })
  return { run: mutateAsync, isRunning: isPending, error, reset }
}
