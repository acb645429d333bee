import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { consoleRoute } from '../../frame/routes.ts'
import { textIn } from '../../frame/search-texts.ts'

const profile = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'profile',
  validateSearch: (search): { readonly error?: string | undefined } => ({ error: textIn(search, 'error') }),
  component: lazyRouteComponent(() => import('./profile.tsx'), 'Profile'),
})

export const PROFILE_ROUTES = [profile] as const
