/** What the pages of the test are about. */
export interface Shown {
  readonly authority: string
  readonly intermediate: string
  readonly template: string
}

/** Every page of the console for who is signed in: each is looked at in every view. */
export const CONSOLE_PAGES: readonly { readonly name: string; path(shown: Shown): string }[] = [
  { name: 'overview', path: () => '/console' },
  { name: 'manage-cas', path: () => '/console/authorities' },
  { name: 'create-ca', path: () => '/console/authorities/new' },
  { name: 'import-ca', path: () => '/console/authorities/import' },
  { name: 'ca', path: ({ authority }) => `/console/authorities/${authority}` },
  { name: 'edit-ca', path: ({ authority }) => `/console/authorities/${authority}/edit` },
  { name: 'renew-ca', path: ({ authority }) => `/console/authorities/${authority}/renew` },
  { name: 'trust-ca', path: ({ authority }) => `/console/authorities/${authority}/trust` },
  { name: 'trust-ca-by-code', path: ({ authority }) => `/console/authorities/${authority}/trust?system=ios` },
  { name: 'ca-ready', path: ({ authority }) => `/console/authorities/${authority}/ready` },
  { name: 'profile', path: () => '/console/profile' },
  { name: 'templates', path: () => '/console/templates' },
  { name: 'template-starters', path: () => '/console/templates/new' },
  { name: 'create-template', path: () => '/console/templates/new?starter=Web%20Server' },
  { name: 'template', path: ({ template }) => `/console/templates/${template}` },
  { name: 'template-enrollment', path: ({ template }) => `/console/templates/${template}?tab=enrollment` },
  { name: 'pre-approve', path: () => '/console/requests/pre-approve' },
  { name: 'pre-approve-by-template', path: ({ template }) => `/console/requests/pre-approve?template=${template}` },
  { name: 'members', path: () => '/console/members' },
  { name: 'tokens', path: () => '/console/tokens' },
  { name: 'webhooks-none', path: () => '/console/webhooks' },
  { name: 'mails', path: () => '/console/mails' },
  { name: 'tenant-settings', path: () => '/console/settings' },
  { name: 'installation', path: () => '/console/installation' },
  { name: 'tenants', path: () => '/console/installation/tenants' },
  { name: 'operators', path: () => '/console/installation/operators' },
  { name: 'mail', path: () => '/console/installation/mail' },
  { name: 'acme-policies-none', path: () => '/console/acme/policies' },
  { name: 'acme-policy-new', path: () => '/console/acme/policies/new' },
  { name: 'acme-accounts-none', path: () => '/console/acme/accounts' },
  { name: 'acme-logs-none', path: () => '/console/acme/logs' },
]
