import { fillTenant } from './fill-tenant.ts'
import { console } from './one-console.ts'

/** What the tenant of the one console has when its stories begin. */
export const shown = await fillTenant(console.server)
