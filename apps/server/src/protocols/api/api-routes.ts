import type { AnyRow } from '../../platform/routes.ts'
import type { AboveDomain } from './above-domain.ts'
import { ACCOUNT_ROUTES } from './account-routes.ts'
import { ACME_ACCOUNT_ROUTES } from './acme-account-routes.ts'
import { ACME_BINDING_ROUTES } from './acme-binding-routes.ts'
import { ACME_POLICY_ROUTES } from './acme-policy-routes.ts'
import type { ApiDomain } from './api-domain.ts'
import { AUDIT_ROUTES } from './audit-routes.ts'
import { AUTHORITY_FILE_ROUTES } from './authority-file-routes.ts'
import { AUTHORITY_ROUTES } from './authority-routes.ts'
import { CERTIFICATE_FILE_ROUTES } from './certificate-file-routes.ts'
import { CERTIFICATE_ROUTES } from './certificate-routes.ts'
import { CLAIM_ROUTES } from './claim-routes.ts'
import { EXCHANGE_ROUTES } from './exchange-routes.ts'
import { INSTALLATION_ROUTES } from './installation-routes.ts'
import { INVITATION_ROUTES } from './invitation-routes.ts'
import { MAIL_ROUTES } from './mail-routes.ts'
import { MEMBER_ROUTES } from './member-routes.ts'
import { NOTICE_ROUTES } from './notice-routes.ts'
import { OVERVIEW_ROUTES } from './overview-routes.ts'
import { PUBLIC_REQUEST_ROUTES } from './public-request-routes.ts'
import { RENEWAL_ROUTES } from './renewal-routes.ts'
import { REQUEST_ROUTES } from './request-routes.ts'
import { SESSION_ROUTES } from './session-routes.ts'
import { TEMPLATE_ROUTES } from './template-routes.ts'
import { TENANT_MAIL_ROUTES } from './tenant-mail-routes.ts'
import { TOKEN_ROUTES } from './token-routes.ts'
import { WEBHOOK_DELIVERY_ROUTES } from './webhook-delivery-routes.ts'
import { WEBHOOK_ROUTES } from './webhook-routes.ts'

/** Every route of the API: in a tenant, and above tenants. */
export const API_ROUTES: readonly AnyRow<ApiDomain, AboveDomain>[] = [
  ...SESSION_ROUTES,
  ...ACCOUNT_ROUTES,
  ...MEMBER_ROUTES,
  ...INVITATION_ROUTES,
  ...TOKEN_ROUTES,
  ...NOTICE_ROUTES,
  ...TENANT_MAIL_ROUTES,
  ...WEBHOOK_ROUTES,
  ...WEBHOOK_DELIVERY_ROUTES,
  ...INSTALLATION_ROUTES,
  ...MAIL_ROUTES,
  ...AUTHORITY_ROUTES,
  ...AUTHORITY_FILE_ROUTES,
  ...TEMPLATE_ROUTES,
  ...REQUEST_ROUTES,
  ...CLAIM_ROUTES,
  ...PUBLIC_REQUEST_ROUTES,
  ...RENEWAL_ROUTES,
  ...CERTIFICATE_FILE_ROUTES,
  ...CERTIFICATE_ROUTES,
  ...OVERVIEW_ROUTES,
  ...ACME_POLICY_ROUTES,
  ...ACME_BINDING_ROUTES,
  ...ACME_ACCOUNT_ROUTES,
  ...EXCHANGE_ROUTES,
  ...AUDIT_ROUTES,
]
