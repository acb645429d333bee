import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { consoleRoute } from '../../frame/routes.ts'
import { textIn } from '../../frame/search-texts.ts'

/** The filters of the audit, as they stand in its address; days as `2026-11-27`. */
interface AuditSearch {
  readonly action?: string | undefined
  readonly account?: string | undefined
  readonly object?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly after?: string | undefined
}

const audit = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'audit',
  validateSearch: (search): AuditSearch => ({
    action: textIn(search, 'action'),
    account: textIn(search, 'account'),
    object: textIn(search, 'object'),
    from: textIn(search, 'from'),
    to: textIn(search, 'to'),
    after: textIn(search, 'after'),
  }),
  component: lazyRouteComponent(() => import('./audit-page.tsx'), 'AuditPage'),
})

export const AUDIT_ROUTES = [audit] as const
