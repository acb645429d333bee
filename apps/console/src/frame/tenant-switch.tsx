import { Menu, UnstyledButton } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import type { Account } from '../api/operations.ts'
import { Icon } from './icon.tsx'
import classes from './menus.module.css'

/** Which tenant is looked at, for who is a member of several. */
export function TenantSwitch({
  tenants,
  active,
}: {
  readonly tenants: Account['tenants']
  readonly active: string | undefined
}) {
  const navigate = useNavigate()
  if (tenants.length < 2) return null
  const name = tenants.find(({ id }) => id === active)?.name ?? ''
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <UnstyledButton className={classes['opener'] ?? ''} aria-label={`Tenant: ${name}`}>
          <span className={classes['name']}>{name}</span>
          <Icon name="chevron" size={14} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Tenant</Menu.Label>
        {tenants.map((tenant) => (
          <Menu.Item
            key={tenant.id}
            aria-current={tenant.id === active || undefined}
            rightSection={tenant.id === active ? <Icon name="check" size={16} /> : null}
            onClick={() => void navigate({ to: '/console', search: { tenant: tenant.id, ca: undefined } })}
          >
            {tenant.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
