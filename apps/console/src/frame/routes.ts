import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, createRoute, redirect } from '@tanstack/react-router'
import { ApiProblem, problemOf } from '../api/api-problem.ts'
import type { Account } from '../api/operations.ts'
import { askFor } from '../api/use-api.ts'
import { Frame } from './frame.tsx'
import { chooseTenant, rememberTenant } from './remembered-tenant.ts'
import { textIn } from './search-texts.ts'

/** What every route may use. */
export interface RouterContext {
  readonly queries: QueryClient
}

export const rootRoute = createRootRouteWithContext<RouterContext>()({})

/** What stands in the address of every page: the CA that it is about, and the tenant, for who has several. */
export type ConsoleSearch = { readonly ca?: string | undefined; readonly tenant?: string | undefined }

/**
 * The pages for which one is signed in. Each page is its child: `createRoute({ getParentRoute: () => consoleRoute, path: 'templates',
 * … })` is the page at `/console/templates`. Links keep `ca` and `tenant` by themselves.
 */
export const consoleRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: 'console',
  validateSearch: (search): ConsoleSearch => {
    const [ca, tenant] = [textIn(search, 'ca'), textIn(search, 'tenant')]
    // A link that takes the CA away says so by the name alone (`keepPlace`), so that nothing else may have it.
    return { ...(ca !== undefined && { ca }), ...(tenant !== undefined && { tenant }) }
  },
  search: { middlewares: [keepPlace] },
  beforeLoad: async ({ context: { queries }, location, search }) => {
    const account = await signedIn(queries, location.href)
    const tenant = chooseTenant(account, search.tenant)
    if (search.tenant !== undefined && search.tenant !== tenant?.id) throw noMember()
    if (account.tenants.length > 1 && tenant !== undefined && search.tenant !== tenant.id) {
      throw redirect({ to: location.pathname, search: (all) => ({ ...all, tenant: tenant.id }), replace: true })
    }
    if (tenant !== undefined) rememberTenant(tenant.id)
    return { account, tenant }
  },
  component: Frame,
})

/** A link that does not name them stays at the CA and tenant it is followed from. */
function keepPlace({
  search,
  next,
}: {
  readonly search: ConsoleSearch
  readonly next: (search: ConsoleSearch) => ConsoleSearch
}): ConsoleSearch {
  return { ca: search.ca, tenant: search.tenant, ...next(search) }
}

/** For a link into a tenant of others: what is shown of another one would be taken for it. */
function noMember(): ApiProblem {
  return new ApiProblem({
    type: 'about:blank',
    title: 'Another tenant',
    status: 403,
    code: 'forbidden',
    detail: 'You are no member of the tenant that this address names. Ask one of its administrators for an invitation.',
  })
}

/** Who is signed in; whoever is not is led to the page for it, and back afterwards. */
async function signedIn(queries: QueryClient, to: string): Promise<Account> {
  try {
    return await queries.fetchQuery({ ...askFor(undefined, 'showAccount', {}), staleTime: 60_000 })
  } catch (error) {
    if (problemOf(error).status !== 401) throw error
    throw redirect({ to: '/sign-in', search: { to } })
  }
}
