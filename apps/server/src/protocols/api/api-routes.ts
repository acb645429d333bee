import type { TenantDomain } from '../../installation.ts'
import type { RouteRow } from '../../platform/routes.ts'

/** Every route of the API. */
export const API_ROUTES: readonly RouteRow<TenantDomain>[] = []
