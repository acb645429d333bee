import type { RouteRow } from '../../platform/routes.ts'
import type { ApiDomain } from './api-domain.ts'
import { AUDIT_ROUTES } from './audit-routes.ts'
import { AUTHORITY_FILE_ROUTES } from './authority-file-routes.ts'
import { AUTHORITY_ROUTES } from './authority-routes.ts'
import { CERTIFICATE_ROUTES } from './certificate-routes.ts'
import { REQUEST_ROUTES } from './request-routes.ts'
import { SESSION_ROUTES } from './session-routes.ts'
import { TEMPLATE_ROUTES } from './template-routes.ts'

/** Every route of the API. */
export const API_ROUTES: readonly RouteRow<ApiDomain>[] = [
  ...SESSION_ROUTES,
  ...AUTHORITY_ROUTES,
  ...AUTHORITY_FILE_ROUTES,
  ...TEMPLATE_ROUTES,
  ...REQUEST_ROUTES,
  ...CERTIFICATE_ROUTES,
  ...AUDIT_ROUTES,
]
