import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { consoleRoute } from '../../frame/routes.ts'
import { textIn } from '../../frame/search-texts.ts'

const members = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'members',
  validateSearch: (search): { readonly after?: string | undefined } => ({ after: textIn(search, 'after') }),
  component: lazyRouteComponent(() => import('./members.tsx'), 'Members'),
})

export const MEMBER_ROUTES = [members] as const
