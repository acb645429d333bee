import { useQuery } from '@tanstack/react-query'
import { useTenantId } from '../api/active-tenant.ts'
import { callApi } from '../api/call-api.ts'
import type { AuthoritySummary } from '../api/operations.ts'

/** A CA with its depth in the tree. */
export interface AuthorityInTree extends AuthoritySummary {
  readonly depth: number
}

/** All CAs of the tenant that the account may see, each below the one that signed it. */
export function useAuthorities() {
  const tenant = useTenantId()
  return useQuery({
    queryKey: [tenant ?? 'above', 'allAuthorities'],
    enabled: tenant !== undefined,
    queryFn: async ({ signal }) => {
      const all: AuthoritySummary[] = []
      for (let after: string | undefined; ; ) {
        const page = await callApi('listAuthorities', { query: { limit: 200, after } }, { tenant, signal })
        all.push(...page.items)
        after = page.next
        if (after === undefined) return inTree(all)
      }
    },
  })
}

/** Depth first; a CA whose parent is not among them stands at the top. */
function inTree(all: readonly AuthoritySummary[]): readonly AuthorityInTree[] {
  const ids = new Set(all.map(({ id }) => id))
  const byParent = Map.groupBy(all, ({ parent }) => (parent !== undefined && ids.has(parent) ? parent : ''))
  const below = (parent: string, depth: number): readonly AuthorityInTree[] =>
    (byParent.get(parent) ?? [])
      .toSorted((one, other) => one.name.localeCompare(other.name))
      .flatMap((authority) => [{ ...authority, depth }, ...below(authority.id, depth + 1)])
  return below('', 0)
}
