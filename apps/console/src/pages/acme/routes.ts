import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { consoleRoute } from '../../frame/routes.ts'
import { textIn } from '../../frame/search-texts.ts'

const policies = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'acme/policies',
  validateSearch: after,
  component: lazyRouteComponent(() => import('./policies.tsx'), 'AcmePolicies'),
})

const create = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'acme/policies/new',
  component: lazyRouteComponent(() => import('./create-policy.tsx'), 'CreateAcmePolicy'),
})

const edit = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'acme/policies/$id',
  component: lazyRouteComponent(() => import('./edit-policy.tsx'), 'EditAcmePolicy'),
})

const bindings = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'acme/policies/$id/bindings',
  validateSearch: after,
  component: lazyRouteComponent(() => import('./bindings.tsx'), 'AcmeBindings'),
})

const accounts = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'acme/accounts',
  validateSearch: (search) => ({ ...after(search), policy: textIn(search, 'policy') }),
  component: lazyRouteComponent(() => import('./accounts.tsx'), 'AcmeAccounts'),
})

const account = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'acme/accounts/$id',
  validateSearch: after,
  component: lazyRouteComponent(() => import('./account.tsx'), 'AcmeAccountPage'),
})

const logs = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'acme/logs',
  validateSearch: (search) => ({
    ...after(search),
    account: textIn(search, 'account'),
    order: textIn(search, 'order'),
  }),
  component: lazyRouteComponent(() => import('./logs.tsx'), 'AcmeLogs'),
})

export const ACME_ROUTES = [policies, create, edit, bindings, accounts, account, logs] as const

/** Lists have more than one page. */
function after(search: Readonly<Record<string, unknown>>): { readonly after?: string | undefined } {
  return { after: textIn(search, 'after') }
}
