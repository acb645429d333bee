import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { consoleRoute } from '../../frame/routes.ts'
import { textIn, wordIn } from '../../frame/search-texts.ts'

/** What a delivery can have become. */
export const DELIVERY_STATES = ['waiting', 'delivered', 'failed'] as const
type DeliveryState = (typeof DELIVERY_STATES)[number]

const webhooks = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'webhooks',
  component: lazyRouteComponent(() => import('./webhooks.tsx'), 'Webhooks'),
})

const webhook = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'webhooks/$id',
  validateSearch: (search): { readonly after?: string | undefined; readonly state?: DeliveryState | undefined } => ({
    after: textIn(search, 'after'),
    state: wordIn(search, 'state', DELIVERY_STATES),
  }),
  component: lazyRouteComponent(() => import('./webhook.tsx'), 'OneWebhook'),
})

export const WEBHOOK_ROUTES = [webhooks, webhook] as const
