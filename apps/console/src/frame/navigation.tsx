import { Link, useRouterState } from '@tanstack/react-router'
import classes from './navigation.module.css'
import { type NavigationGroup, navigationFor } from './navigation-entries.ts'
import { useViewer } from './use-viewer.ts'

/** The menus at the left. */
export function Navigation() {
  const path = useRouterState({ select: ({ location }) => location.pathname })
  const groups = navigationFor(useViewer())
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
