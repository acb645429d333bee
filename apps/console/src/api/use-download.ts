import { useTenantId } from './active-tenant.ts'
import { ApiProblem, unreachable } from './api-problem.ts'
import { addressOf, type InputOf, type OperationId, problemIn } from './call-api.ts'

/**
 * Saves what an operation answers as a file, under the name that the server gives it. A link would not do: it cannot say which
 * tenant is meant. Throws `ApiProblem`.
 */
export function useDownload(): <O extends OperationId>(operation: O, input: InputOf<O>) => Promise<void> {
  const tenant = useTenantId()
  return async (operation, input) => {
    const headers = tenant === undefined ? {} : { 'chancery-tenant': tenant }
    const response = await fetch(addressOf(operation, input), { headers }).catch(() => {
      throw unreachable()
    })
    if (!response.ok) throw new ApiProblem(problemIn(await response.json().catch(() => undefined), response.status))
    const name = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1]
    saveFile(await response.blob(), name ?? operation)
  }
}

/** Hands a file to the browser, which puts it where downloads go. */
export function saveFile(content: Blob, name: string): void {
  const address = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}
