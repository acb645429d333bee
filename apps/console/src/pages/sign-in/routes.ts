import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { rootRoute } from '../../frame/routes.ts'
import { textIn } from '../../frame/search-texts.ts'

const signIn = createRoute({
  getParentRoute: () => rootRoute,
  path: 'sign-in',
  validateSearch: (search): { readonly to?: string | undefined; readonly error?: string | undefined } => ({
    to: landingIn(textIn(search, 'to')),
    error: textIn(search, 'error'),
  }),
  component: lazyRouteComponent(() => import('./sign-in.tsx'), 'SignIn'),
})

const setup = createRoute({
  getParentRoute: () => rootRoute,
  path: 'setup',
  component: lazyRouteComponent(() => import('./set-up.tsx'), 'SetUp'),
})

const register = createRoute({
  getParentRoute: () => rootRoute,
  path: 'register',
  component: lazyRouteComponent(() => import('./register.tsx'), 'Register'),
})

const invitation = createRoute({
  getParentRoute: () => rootRoute,
  path: 'invitation',
  component: lazyRouteComponent(() => import('./invitation.tsx'), 'Invitation'),
})

const forgotPassword = createRoute({
  getParentRoute: () => rootRoute,
  path: 'forgot-password',
  component: lazyRouteComponent(() => import('./forgot-password.tsx'), 'ForgotPassword'),
})

const newPassword = createRoute({
  getParentRoute: () => rootRoute,
  path: 'new-password',
  component: lazyRouteComponent(() => import('./new-password.tsx'), 'NewPassword'),
})

export const SIGN_IN_ROUTES = [signIn, setup, register, invitation, forgotPassword, newPassword] as const

/** Only a page of the console, or an invitation: whoever wrote the link leads nobody elsewhere. */
function landingIn(to: string | undefined): string | undefined {
  return to !== undefined && /^\/(?:console(?:[/?]|$)|invitation$)/.test(to) ? to : undefined
}
