import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { consoleRoute } from '../../frame/routes.ts'
import { textIn } from '../../frame/search-texts.ts'

const tokens = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'tokens',
  validateSearch: (search): { readonly after?: string | undefined } => ({ after: textIn(search, 'after') }),
  component: lazyRouteComponent(() => import('./tokens.tsx'), 'Tokens'),
})

export const TOKEN_ROUTES = [tokens] as const
