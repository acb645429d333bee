import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import type { MailState } from '../../api/operations.ts'
import { consoleRoute } from '../../frame/routes.ts'
import { textIn, wordIn } from '../../frame/search-texts.ts'
import { MAIL_STATES } from '../installation/routes.ts'

const mails = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'mails',
  validateSearch: (search): { readonly after?: string | undefined; readonly state?: MailState | undefined } => ({
    after: textIn(search, 'after'),
    state: wordIn(search, 'state', MAIL_STATES),
  }),
  component: lazyRouteComponent(() => import('./mails.tsx'), 'TenantMails'),
})

export const TENANT_MAIL_ROUTES = [mails] as const
