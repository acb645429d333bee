import type { Account } from '../api/operations.ts'

const PLACE = 'chancery.tenant'

/** The tenant that an address names, else the one looked at last in this browser, else the first. */
export function chooseTenant({ tenants }: Account, named: string | undefined): Account['tenants'][number] | undefined {
  const byId = (id: string | null | undefined) => tenants.find((tenant) => tenant.id === id)
  return byId(named) ?? byId(localStorage.getItem(PLACE)) ?? tenants[0]
}

export function rememberTenant(id: string): void {
  localStorage.setItem(PLACE, id)
}
