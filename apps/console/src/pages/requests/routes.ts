import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { consoleRoute } from '../../frame/routes.ts'
import { textIn, wordIn } from '../../frame/search-texts.ts'
import { REQUEST_TABS, type RequestTab, SHOWN_STATUSES } from './request-words.ts'

interface RequestListSearch {
  readonly status?: (typeof SHOWN_STATUSES)[number] | undefined
  readonly after?: string | undefined
}

const requests = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'requests',
  validateSearch: (search): RequestListSearch => ({
    status: wordIn(search, 'status', SHOWN_STATUSES),
    after: textIn(search, 'after'),
  }),
  component: lazyRouteComponent(() => import('./pending-requests.tsx'), 'PendingRequests'),
})

const newRequest = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'requests/new',
  validateSearch: (search): { readonly template?: string | undefined } => ({ template: textIn(search, 'template') }),
  component: lazyRouteComponent(() => import('./new-request.tsx'), 'NewRequest'),
})

const preApprove = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'requests/pre-approve',
  validateSearch: (search): { readonly template?: string | undefined } => ({ template: textIn(search, 'template') }),
  component: lazyRouteComponent(() => import('./pre-approve.tsx'), 'PreApprove'),
})

const request = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'requests/$id',
  validateSearch: (search): { readonly tab?: RequestTab | undefined } => ({ tab: wordIn(search, 'tab', REQUEST_TABS) }),
  component: lazyRouteComponent(() => import('./request-page.tsx'), 'RequestPage'),
})

export const REQUEST_ROUTES = [requests, newRequest, preApprove, request] as const
