import type { QueryClient } from '@tanstack/react-query'
import { createRouter, parseSearchWith, stringifySearchWith } from '@tanstack/react-router'
import { NotFound } from './frame/not-found.tsx'
import { PageFailed } from './frame/page-failed.tsx'
import { consoleRoute, rootRoute } from './frame/routes.ts'
import { ACME_ROUTES } from './pages/acme/routes.ts'
import { AUDIT_ROUTES } from './pages/audit/routes.ts'
import { AUTHORITY_ROUTES } from './pages/authorities/routes.ts'
import { CERTIFICATE_ROUTES } from './pages/certificates/routes.ts'
import { INSTALLATION_ROUTES } from './pages/installation/routes.ts'
import { TENANT_MAIL_ROUTES } from './pages/mails/routes.ts'
import { MEMBER_ROUTES } from './pages/members/routes.ts'
import { OVERVIEW_ROUTES } from './pages/overview/routes.ts'
import { PROFILE_ROUTES } from './pages/profile/routes.ts'
import { REQUEST_ROUTES } from './pages/requests/routes.ts'
import { SETTINGS_ROUTES } from './pages/settings/routes.ts'
import { SIGN_IN_ROUTES } from './pages/sign-in/routes.ts'
import { TEMPLATE_ROUTES } from './pages/templates/routes.ts'
import { TOKEN_ROUTES } from './pages/tokens/routes.ts'
import { WEBHOOK_ROUTES } from './pages/webhooks/routes.ts'

/** Every page of the console. A topic's pages stand in `pages/<topic>/routes.ts`; here they join. */
const routeTree = rootRoute.addChildren([
  ...SIGN_IN_ROUTES,
  consoleRoute.addChildren([
    ...OVERVIEW_ROUTES,
    ...ACME_ROUTES,
    ...AUTHORITY_ROUTES,
    ...PROFILE_ROUTES,
    ...TEMPLATE_ROUTES,
    ...REQUEST_ROUTES,
    ...CERTIFICATE_ROUTES,
    ...AUDIT_ROUTES,
    ...MEMBER_ROUTES,
    ...TOKEN_ROUTES,
    ...WEBHOOK_ROUTES,
    ...TENANT_MAIL_ROUTES,
    ...SETTINGS_ROUTES,
    ...INSTALLATION_ROUTES,
  ]),
])

export function createConsoleRouter(queries: QueryClient) {
  return createRouter({
    routeTree,
    context: { queries },
    // Addresses hold texts as they are: a serial number of digits alone stays what it is.
    parseSearch: parseSearchWith((value) => value),
    stringifySearch: stringifySearchWith(String),
    defaultPreload: 'intent',
    // Answers are kept by the query client, which knows how old they may be.
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
    defaultNotFoundComponent: NotFound,
    defaultErrorComponent: PageFailed,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>
  }
}
