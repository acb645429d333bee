import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { consoleRoute } from '../../frame/routes.ts'

const settings = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'settings',
  component: lazyRouteComponent(() => import('./tenant-settings.tsx'), 'TenantSettings'),
})

export const SETTINGS_ROUTES = [settings] as const
