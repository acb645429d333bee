import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../../frame/routes.ts'
import { textIn } from '../../frame/search-texts.ts'

const signIn = createRoute({
  getParentRoute: () => rootRoute,
  path: 'sign-in',
  validateSearch: (search): { readonly to?: string | undefined } => ({ to: landingIn(textIn(search, 'to')) }),
  component: lazyRouteComponent(() => import('./sign-in.tsx'), 'SignIn'),
})

export const SIGN_IN_ROUTES = [signIn] as const

/** Only a page of the console: whoever wrote the link leads nobody elsewhere. */
function landingIn(to: string | undefined): string | undefined {
  return to !== undefined && /^\/console(?:[/?]|$)/.test(to) ? to : undefined
}
