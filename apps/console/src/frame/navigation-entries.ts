import type { LinkProps } from '@tanstack/react-router'
import type { ScopedRole } from '../api/operations.ts'

/** A page that navigation and search lead to. */
export interface NavigationEntry {
  readonly label: string
  readonly to: NonNullable<LinkProps['to']>
  /** Other words by which somebody may look for it. */
  readonly words?: string
  /** Who sees it. Which calls are let through, the API decides. */
  readonly for?: (who: Viewer) => boolean
}

export interface NavigationGroup {
  /** The first group has none: its entries stand by themselves. */
  readonly label?: string
  readonly entries: readonly NavigationEntry[]
  /** Who sees it. Which calls are let through, the API decides. */
  readonly for?: (who: Viewer) => boolean
}

/** What decides which entries somebody sees. */
export interface Viewer {
  readonly roles: readonly ScopedRole[]
  readonly operator: boolean
}

/** The menus of the console, in their order. */
const NAVIGATION: readonly NavigationGroup[] = [
  { entries: [{ label: 'Overview', to: '/console' }] },
  {
    label: 'Certificate Authorities',
    entries: [
      {
        label: 'Create New CA',
        to: '/console/authorities/new',
        words: 'root intermediate make',
        for: isOwnerOrAdministrator,
      },
      { label: 'Manage CAs', to: '/console/authorities', words: 'renew delete archive edit tree' },
    ],
  },
  {
    label: 'Certificate Templates',
    entries: [
      { label: 'Create Template', to: '/console/templates/new', words: 'starter profile', for: mayAdminister },
      { label: 'Manage Templates', to: '/console/templates', words: 'edit profile' },
    ],
  },
  {
    label: 'X509 Certificates',
    entries: [
      { label: 'Pending Requests', to: '/console/requests', words: 'approve sign decline csr' },
      { label: 'Issued Certificates', to: '/console/certificates', words: 'revoke expire export csv' },
    ],
  },
  {
    label: 'ACME',
    entries: [
      { label: 'Policies', to: '/console/acme/policies', words: 'eab external account binding certbot lego caddy' },
      { label: 'Accounts', to: '/console/acme/accounts', words: 'orders clients deactivate' },
      { label: 'Logs', to: '/console/acme/logs', words: 'trace exchanges refused challenge' },
    ],
  },
  {
    label: 'Records',
    for: ({ roles }) => roles.some(({ authority }) => authority === undefined),
    entries: [
      { label: 'Audit', to: '/console/audit', words: 'history seal records' },
      { label: 'Sent Mail', to: '/console/mails', words: 'letters sent refused again', for: isOfficerOfTenant },
    ],
  },
  {
    label: 'Tenant',
    entries: [
      { label: 'Members', to: '/console/members', words: 'people invite roles', for: isOfTenant },
      { label: 'API Tokens', to: '/console/tokens', words: 'programs' },
      { label: 'Webhooks', to: '/console/webhooks', words: 'events deliveries signed', for: isOwnerOrAdministrator },
      { label: 'Settings', to: '/console/settings', words: 'name leave' },
    ],
  },
  {
    label: 'Installation',
    for: ({ operator }) => operator,
    entries: [
      { label: 'Health and Registration', to: '/console/installation', words: 'restores operator' },
      { label: 'Tenants', to: '/console/installation/tenants', words: 'operator' },
      { label: 'Operators', to: '/console/installation/operators', words: 'operator' },
      { label: 'Mail', to: '/console/installation/mail', words: 'letters smtp operator' },
    ],
  },
]

/** The menus that somebody sees. */
export function navigationFor(viewer: Viewer): readonly NavigationGroup[] {
  return NAVIGATION.filter((group) => group.for?.(viewer) ?? true)
    .map((group) => ({ ...group, entries: group.entries.filter((entry) => entry.for?.(viewer) ?? true) }))
    .filter(({ entries }) => entries.length > 0)
}

/** Whether somebody is owner or administrator, of the whole tenant or of a CA. */
function mayAdminister({ roles }: Viewer): boolean {
  return roles.some(isAdministrators)
}

/** Whether somebody is owner or administrator of the whole tenant: only they make CAs. */
function isOwnerOrAdministrator({ roles }: Viewer): boolean {
  return roles.some((one) => isAdministrators(one) && one.authority === undefined)
}

function isOfTenant({ roles }: Viewer): boolean {
  return roles.some(({ authority }) => authority === undefined)
}

function isOfficerOfTenant({ roles }: Viewer): boolean {
  return roles.some(({ role, authority }) => role !== 'auditor' && authority === undefined)
}

function isAdministrators({ role }: ScopedRole): boolean {
  return role === 'owner' || role === 'administrator'
}
