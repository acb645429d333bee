import { ActionIcon, Drawer } from '@mantine/core'
import { useDisclosure, useHotkeys } from '@mantine/hooks'
import { getRouteApi, Outlet, useRouterState } from '@tanstack/react-router'
import { lazy, Suspense, useEffect } from 'react'
import { ActiveTenant } from '../api/active-tenant.ts'
import { AccountMenu } from './account-menu.tsx'
import { AuthoritySwitch } from './authority-switch.tsx'
import classes from './frame.module.css'
import { Icon } from './icon.tsx'
import { Navigation } from './navigation.tsx'
import { NoTenant } from './no-tenant.tsx'
import { OnlyWithAuthority } from './only-with-authority.tsx'
import { TenantSwitch } from './tenant-switch.tsx'

const SearchBox = lazy(() => import('./search-box.tsx').then(({ SearchBox: component }) => ({ default: component })))

const consoleApi = getRouteApi('/console')

/** What stands around every page: navigation, the active CA, search, tenant and account. */
export function Frame() {
  const { account, tenant } = consoleApi.useRouteContext()
  const [isOpen, drawer] = useDisclosure(false)
  const [isSearching, search] = useDisclosure(false)
  useHotkeys([['mod+K', search.open]], [])
  const path = useRouterState({ select: ({ location }) => location.pathname })
  // biome-ignore lint/correctness/useExhaustiveDependencies: whatever page comes, the drawer makes way for it
  useEffect(drawer.close, [path])

  return (
    <ActiveTenant value={tenant?.id}>
      <a className={classes['skip']} href="#page">
        Skip to the page
      </a>
      <div className={classes['frame']}>
        <aside className={classes['side']}>
          <Brand />
          <Navigation />
        </aside>
        <header className={classes['bar']}>
          <ActionIcon
            className={classes['burger'] ?? ''}
            variant="subtle"
            color="gray"
            size="lg"
            aria-label="Navigation"
            onClick={drawer.toggle}
          >
            <Icon name="menu" />
          </ActionIcon>
          <AuthoritySwitch />
          <button type="button" className={classes['search']} aria-keyshortcuts="Control+K" onClick={search.open}>
            <Icon name="search" />
            <span>Search</span>
            <span aria-hidden="true" className={classes['keys']}>
              Ctrl K
            </span>
          </button>
          <div className={classes['who']}>
            <TenantSwitch tenants={account.tenants} active={tenant?.id} />
            <AccountMenu account={account} />
          </div>
        </header>
        <main id="page" tabIndex={-1} className={classes['page']}>
          {tenant === undefined ? (
            <NoTenant />
          ) : (
            <OnlyWithAuthority>
              <Outlet />
            </OnlyWithAuthority>
          )}
        </main>
      </div>
      <Drawer
        opened={isOpen}
        onClose={drawer.close}
        size={272}
        title={<Brand />}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Navigation />
      </Drawer>
      {isSearching && (
        <Suspense>
          <SearchBox onClose={search.close} />
        </Suspense>
      )}
    </ActiveTenant>
  )
}

function Brand() {
  return (
    <span className={classes['brand']}>
      <Icon name="seal" size={22} />
      Chancery
    </span>
  )
}
