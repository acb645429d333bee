import { getRouteApi, Link } from '@tanstack/react-router'
import classes from './navigation.module.css'
import { NAVIGATION } from './navigation-entries.ts'

const consoleApi = getRouteApi('/console')

/** The menus at the left. */
export function Navigation() {
  const { account, tenant } = consoleApi.useRouteContext()
  const viewer = { roles: tenant?.roles ?? [], operator: account.operator }
  return (
    <nav aria-label="Main" className={classes['navigation']}>
      {NAVIGATION.filter((group) => group.for?.(viewer) ?? true).map(({ label = '', entries }) => (
        <section key={label} aria-label={label || 'Start'}>
          {label !== '' && <h2 className={classes['group']}>{label}</h2>}
          <ul>
            {entries.map(({ label: name, to }) => (
              <li key={name}>
                <Link
                  to={to}
                  className={classes['entry']}
                  activeProps={{ 'aria-current': 'page' }}
                  activeOptions={{ exact: to === '/console', includeSearch: false }}
                >
                  {name}
                </Link>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  )
}
