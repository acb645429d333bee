import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { consoleRoute } from '../../frame/routes.ts'
import { textIn, wordIn } from '../../frame/search-texts.ts'
import { TAB_NAMES, type TabName } from './template-fields-of.ts'

const manage = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'templates',
  validateSearch: (search): { readonly after?: string | undefined } => ({ after: textIn(search, 'after') }),
  component: lazyRouteComponent(() => import('./manage-templates.tsx'), 'ManageTemplates'),
})

const create = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'templates/new',
  validateSearch: (search): { readonly starter?: string | undefined } => ({ starter: textIn(search, 'starter') }),
  component: lazyRouteComponent(() => import('./create-template.tsx'), 'CreateTemplatePage'),
})

const edit = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'templates/$id',
  validateSearch: (search): { readonly tab?: TabName | undefined } => ({ tab: wordIn(search, 'tab', TAB_NAMES) }),
  component: lazyRouteComponent(() => import('./edit-template.tsx'), 'EditTemplate'),
})

export const TEMPLATE_ROUTES = [manage, create, edit] as const
