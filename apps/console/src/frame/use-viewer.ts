import { getRouteApi } from '@tanstack/react-router'
import type { Viewer } from './navigation-entries.ts'

const consoleApi = getRouteApi('/console')

/** Who looks at the pages, in the active tenant. */
export function useViewer(): Viewer {
  const { account, tenant } = consoleApi.useRouteContext()
  return { roles: tenant?.roles ?? [], operator: account.operator }
}
