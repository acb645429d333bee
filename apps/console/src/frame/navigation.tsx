import { getRouteApi, Link, useRouterState } from '@tanstack/react-router'
import classes from './navigation.module.css'
import { NAVIGATION, type NavigationGroup } from './navigation-entries.ts'

const consoleApi = getRouteApi('/console')

/** The menus at the left. */
export function Navigation() {
  const { account, tenant } = consoleApi.useRouteContext()
  const path = useRouterState({ select: ({ location }) => location.pathname })
  const groups = NAVIGATION.filter(
    (group) => group.for?.({ roles: tenant?.roles ?? [], operator: account.operator }) ?? true,
  )
  const active = activeEntry(groups, path)
  return (
    <nav aria-label="Main" className={classes['navigation']}>
      {groups.map(({ label = '', entries }) => (
        <div key={label}>
          {label !== '' && <h2 className={classes['group']}>{label}</h2>}
          <ul>
            {entries.map(({ label: name, to }) => (
              <li key={name}>
                <Link
                  to={to}
                  className={classes['entry']}
                  activeOptions={{ exact: true, includeSearch: false }}
                  {...(to === active && { 'aria-current': 'page' })}
                >
                  {name}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  )
}

/** The entry that the page belongs to: of those whose address the page's begins with, the longest. */
function activeEntry(groups: readonly NavigationGroup[], path: string): string | undefined {
  return groups
    .flatMap(({ entries }) => entries.map(({ to }) => String(to)))
    .filter((to) => path === to || (to !== '/console' && path.startsWith(`${to}/`)))
    .toSorted((one, other) => other.length - one.length)[0]
}
