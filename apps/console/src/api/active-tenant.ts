import { createContext, useContext } from 'react'

/** The id of the tenant that the pages show; `undefined` on pages above tenants. */
export const ActiveTenant = createContext<string | undefined>(undefined)

export function useTenantId(): string | undefined {
  return useContext(ActiveTenant)
}
