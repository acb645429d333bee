import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { consoleRoute } from '../../frame/routes.ts'
import { wordIn } from '../../frame/search-texts.ts'

const manage = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'authorities',
  component: lazyRouteComponent(() => import('./manage-authorities.tsx'), 'ManageAuthorities'),
})

const create = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'authorities/new',
  component: lazyRouteComponent(() => import('./create-authority.tsx'), 'CreateAuthorityPage'),
})

const bring = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'authorities/import',
  component: lazyRouteComponent(() => import('./import-authority.tsx'), 'ImportAuthorityPage'),
})

const show = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'authorities/$id',
  component: lazyRouteComponent(() => import('./show-authority.tsx'), 'ShowAuthority'),
})

const edit = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'authorities/$id/edit',
  component: lazyRouteComponent(() => import('./edit-authority.tsx'), 'EditAuthority'),
})

const renew = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'authorities/$id/renew',
  component: lazyRouteComponent(() => import('./renew-authority.tsx'), 'RenewAuthorityPage'),
})

/** The systems on which a root can be trusted. */
export const SYSTEMS = ['windows', 'macos', 'ios', 'android', 'linux', 'firefox', 'java'] as const
export type System = (typeof SYSTEMS)[number]

const trust = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'authorities/$id/trust',
  validateSearch: (search): { readonly system?: System | undefined } => ({ system: wordIn(search, 'system', SYSTEMS) }),
  component: lazyRouteComponent(() => import('./trust-authority.tsx'), 'TrustAuthority'),
})

const ready = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'authorities/$id/ready',
  component: lazyRouteComponent(() => import('./ready-authority.tsx'), 'ReadyAuthority'),
})

export const AUTHORITY_ROUTES = [manage, create, bring, show, edit, renew, trust, ready] as const
