import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { type MailState, WORDS } from '../../api/operations.ts'
import { consoleRoute } from '../../frame/routes.ts'
import { textIn, wordIn } from '../../frame/search-texts.ts'

const installation = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'installation',
  component: lazyRouteComponent(() => import('./installation.tsx'), 'Installation'),
})

const tenants = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'installation/tenants',
  validateSearch: (search): { readonly after?: string | undefined } => ({ after: textIn(search, 'after') }),
  component: lazyRouteComponent(() => import('./tenants.tsx'), 'Tenants'),
})

const operators = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'installation/operators',
  validateSearch: (search): { readonly after?: string | undefined } => ({ after: textIn(search, 'after') }),
  component: lazyRouteComponent(() => import('./operators.tsx'), 'Operators'),
})

export const MAIL_STATES = WORDS.MailState

const mails = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'installation/mail',
  validateSearch: (search): { readonly after?: string | undefined; readonly state?: MailState | undefined } => ({
    after: textIn(search, 'after'),
    state: wordIn(search, 'state', MAIL_STATES),
  }),
  component: lazyRouteComponent(() => import('./mails.tsx'), 'Mails'),
})

export const INSTALLATION_ROUTES = [installation, tenants, operators, mails] as const
