import type { Role } from '../../src/accounts/roles.ts'
import type { TenantStores } from '../../src/store/stores.ts'
import { sampleAcmeAccount } from '../store/acme-samples.ts'
import { opensslCsr } from '../support/requests.ts'
import { recordIn } from '../support/samples.ts'
import { type ApiWorld, makeRoot, webServer } from './api-world.ts'

/** A CA with one of everything. */
export async function authorityWithAll(
  name: string,
  api: Pick<ApiWorld, 'get' | 'make'>,
  tenant: string,
  stores: Pick<TenantStores, 'acmeAccounts'>,
) {
  const authority = await makeRoot(api, name)
  const template = await webServer(api, authority.id)
  const { csr } = await opensslCsr()
  const request = await api.make('/requests', { template: template.id, csr })
  const certificate = await api.make('/certificates', { template: template.id, csr: (await opensslCsr()).csr })
  const profiles = [{ name: 'default', template: template.id, description: '' }]
  const policy = await api.make('/acme-policies', { authority: authority.id, name: `ACME of ${name}`, profiles })
  const { binding } = await api.make(`/acme-policies/${policy.id}/bindings`, { name: 'A binding' })
  const account = sampleAcmeAccount(tenant, policy.id)
  await stores.acmeAccounts.register(account, recordIn(tenant))
  return {
    authority: authority.id,
    template,
    request: request.id,
    certificate: certificate.id,
    csr,
    name,
    policy: policy.id,
    binding: binding.id,
    /** Of ACME. */
    account: account.id,
  }
}
export type All = Awaited<ReturnType<typeof authorityWithAll>>

/**
 * Every operation about CAs and what belongs to them: its least role, whether a token of one CA may call it, and a call that is well-formed and about the CA. `list`
 * marks lists, which a token of another CA sees empty; `free` what tells nothing of any CA.
 */
export const OPERATIONS: Readonly<
  Record<string, readonly [role: Role, kind: 'tenant' | 'authority' | 'list' | 'free', Call]>
> = {
  showSession: ['auditor', 'free', () => ['GET', '/session']],
  listAuthorities: ['auditor', 'list', ({ authority }) => ['GET', `/authorities?authority=${authority}`]],
  createAuthority: ['administrator', 'tenant', () => ['POST', '/authorities', { kind: 'root', subject: CN }]],
  previewAuthority: ['administrator', 'tenant', () => ['POST', '/authorities/preview', { kind: 'root', subject: CN }]],
  showAuthority: ['auditor', 'authority', ({ authority }) => ['GET', `/authorities/${authority}`]],
  changeAuthority: [
    'administrator',
    'authority',
    ({ authority }) => ['PATCH', `/authorities/${authority}`, { cps: 'x' }],
  ],
  deleteAuthority: [
    'administrator',
    'authority',
    ({ authority, name }) => ['DELETE', `/authorities/${authority}`, { name }],
  ],
  archiveAuthority: ['administrator', 'authority', ({ authority }) => ['POST', `/authorities/${authority}/archive`]],
  renewAuthority: [
    'administrator',
    'authority',
    ({ authority }) => ['POST', `/authorities/${authority}/renew`, { key: 'same' }],
  ],
  previewRenewal: [
    'administrator',
    'authority',
    ({ authority }) => ['POST', `/authorities/${authority}/renew/preview`, { key: 'new' }],
  ],
  importAuthorityCertificate: [
    'administrator',
    'authority',
    ({ authority }) => ['POST', `/authorities/${authority}/certificates`, { certificate: 'x' }],
  ],
  downloadAuthorityCsr: ['auditor', 'authority', ({ authority }) => ['GET', `/authorities/${authority}/csr`]],
  downloadAuthorityCertificate: [
    'auditor',
    'authority',
    ({ authority }) => ['GET', `/authorities/${authority}/certificates`],
  ],
  showAuthorityServiceUrls: [
    'auditor',
    'authority',
    ({ authority }) => ['GET', `/authorities/${authority}/service-urls`],
  ],
  showAuthorityDeletion: ['auditor', 'authority', ({ authority }) => ['GET', `/authorities/${authority}/deletion`]],
  exportRegister: ['auditor', 'authority', ({ authority }) => ['GET', `/authorities/${authority}/export`]],
  previewProfile: [
    'auditor',
    'authority',
    ({ authority, template }) => ['POST', `/authorities/${authority}/preview`, { profile: template.profile }],
  ],
  listTemplates: ['auditor', 'list', ({ authority }) => ['GET', `/templates?authority=${authority}`]],
  createTemplate: [
    'administrator',
    'authority',
    ({ authority, template: { profile } }) => ['POST', '/templates', { authority, name: 'Mine', profile }],
  ],
  showTemplate: ['auditor', 'authority', ({ template }) => ['GET', `/templates/${template.id}`]],
  changeTemplate: [
    'administrator',
    'authority',
    ({ template }) => ['PATCH', `/templates/${template.id}`, { revision: 1, description: 'x' }],
  ],
  deleteTemplate: ['administrator', 'authority', ({ template }) => ['DELETE', `/templates/${template.id}`]],
  previewTemplate: ['auditor', 'authority', ({ template }) => ['POST', `/templates/${template.id}/preview`, {}]],
  showTemplateServiceUrls: [
    'auditor',
    'authority',
    ({ template }) => ['GET', `/templates/${template.id}/service-urls`],
  ],
  listTemplateStarters: ['auditor', 'free', () => ['GET', '/template-starters']],
  listPredefinedPolicies: ['auditor', 'free', () => ['GET', '/predefined-policies']],
  submitRequest: ['officer', 'authority', ({ template, csr }) => ['POST', '/requests', { template: template.id, csr }]],
  listRequests: ['auditor', 'list', ({ authority }) => ['GET', `/requests?authority=${authority}`]],
  showRequest: ['auditor', 'authority', ({ request }) => ['GET', `/requests/${request}`]],
  signRequest: ['officer', 'authority', ({ request }) => ['POST', `/requests/${request}/sign`, {}]],
  declineRequest: ['officer', 'authority', ({ request }) => ['POST', `/requests/${request}/decline`, {}]],
  signRequests: ['officer', 'authority', ({ request }) => ['POST', '/requests/sign', { ids: [request] }]],
  preApproveRequest: [
    'officer',
    'authority',
    ({ template }) => ['POST', '/requests/pre-approved', { template: template.id }],
  ],
  approveRequest: ['officer', 'authority', ({ request }) => ['POST', `/requests/${request}/approve`, {}]],
  resendClaim: ['officer', 'authority', ({ request }) => ['POST', `/requests/${request}/resend`]],
  reopenClaim: ['officer', 'authority', ({ request }) => ['POST', `/requests/${request}/reopen`]],
  approveRequests: ['officer', 'authority', ({ request }) => ['POST', '/requests/approve', { ids: [request] }]],
  resendClaims: ['officer', 'authority', ({ request }) => ['POST', '/requests/resend', { ids: [request] }]],
  inviteToRequest: [
    'officer',
    'authority',
    ({ template }) => ['POST', `/templates/${template.id}/request-invitations`, { email: 'x@example.com' }],
  ],
  declineRequests: ['officer', 'authority', ({ request }) => ['POST', '/requests/decline', { ids: [request] }]],
  issueCertificate: [
    'officer',
    'authority',
    ({ template, csr }) => ['POST', '/certificates', { template: template.id, csr }],
  ],
  listCertificates: ['auditor', 'list', ({ authority }) => ['GET', `/certificates?authority=${authority}`]],
  exportCertificates: [
    'auditor',
    'authority',
    ({ authority }) => ['GET', `/certificates/export?authority=${authority}`],
  ],
  showCertificateHistory: [
    'auditor',
    'authority',
    ({ certificate }) => ['GET', `/certificates/${certificate}/history`],
  ],
  showOverview: ['auditor', 'authority', ({ authority }) => ['GET', `/overview?authority=${authority}`]],
  listAttention: ['auditor', 'list', ({ authority }) => ['GET', `/attention?authority=${authority}`]],
  showCertificate: ['auditor', 'authority', ({ certificate }) => ['GET', `/certificates/${certificate}`]],
  downloadCertificate: ['auditor', 'authority', ({ certificate }) => ['GET', `/certificates/${certificate}/download`]],
  revokeCertificate: [
    'officer',
    'authority',
    ({ certificate }) => ['POST', `/certificates/${certificate}/revoke`, { reason: 'superseded' }],
  ],
  listAcmePolicies: ['auditor', 'list', ({ authority }) => ['GET', `/acme-policies?authority=${authority}`]],
  createAcmePolicy: [
    'administrator',
    'authority',
    ({ authority, template }) => [
      'POST',
      '/acme-policies',
      { authority, name: 'Mine', profiles: [{ name: 'default', template: template.id, description: '' }] },
    ],
  ],
  showAcmePolicy: ['auditor', 'authority', ({ policy }) => ['GET', `/acme-policies/${policy}`]],
  changeAcmePolicy: [
    'administrator',
    'authority',
    ({ policy }) => ['PATCH', `/acme-policies/${policy}`, { revision: 1, wildcards: false }],
  ],
  deleteAcmePolicy: ['administrator', 'authority', ({ policy }) => ['DELETE', `/acme-policies/${policy}`]],
  listAcmeBindings: ['auditor', 'authority', ({ policy }) => ['GET', `/acme-policies/${policy}/bindings`]],
  createAcmeBinding: [
    'administrator',
    'authority',
    ({ policy }) => ['POST', `/acme-policies/${policy}/bindings`, { name: 'Another' }],
  ],
  deleteAcmeBinding: ['administrator', 'authority', ({ binding }) => ['DELETE', `/acme-bindings/${binding}`]],
  listAcmeAccounts: ['auditor', 'list', ({ authority }) => ['GET', `/acme-accounts?authority=${authority}`]],
  showAcmeAccount: ['auditor', 'authority', ({ account }) => ['GET', `/acme-accounts/${account}`]],
  listAcmeOrders: ['auditor', 'authority', ({ account }) => ['GET', `/acme-accounts/${account}/orders`]],
  deactivateAcmeAccount: [
    'administrator',
    'authority',
    ({ account }) => ['POST', `/acme-accounts/${account}/deactivate`],
  ],
  listExchanges: ['auditor', 'list', ({ authority }) => ['GET', `/exchanges?authority=${authority}`]],
  listAuditRecords: ['auditor', 'tenant', () => ['GET', '/audit-records']],
  exportAuditRecords: ['auditor', 'tenant', () => ['GET', '/audit-records/export']],
  showAuditSeal: ['auditor', 'tenant', () => ['GET', '/audit-records/seal']],
  unrevokeCertificate: ['officer', 'authority', ({ certificate }) => ['POST', `/certificates/${certificate}/unrevoke`]],
  revokeCertificates: [
    'officer',
    'authority',
    ({ certificate }) => ['POST', '/certificates/revoke', { ids: [certificate], reason: 'superseded' }],
  ],
}
export type Call = (all: All) => readonly [method: string, path: string, body?: unknown]
const CN = [{ type: 'commonName', value: 'Another Root' }]

/** People of a tenant: a member, an invitation and a token that is the member's. */
export interface People {
  readonly member: string
  readonly invitation: string
  readonly token: string
  readonly mail: string
  readonly webhook: string
  readonly delivery: string
  /** The public id of a template that takes requests of strangers. */
  readonly publicTemplate: string
}
export type PeopleCall = (people: People) => readonly [method: string, path: string, body?: unknown]

/** Every operation about people, tenants and the installation. `byId` marks those that name one of `People`. */
export const PEOPLE_OPERATIONS: Readonly<Record<string, readonly [kind: 'byId' | 'whole', PeopleCall]>> = {
  listMembers: ['whole', () => ['GET', '/members']],
  showMember: ['byId', ({ member }) => ['GET', `/members/${member}`]],
  changeMember: ['byId', ({ member }) => ['PATCH', `/members/${member}`, { roles: [{ role: 'auditor' }] }]],
  removeMember: ['byId', ({ member }) => ['DELETE', `/members/${member}`]],
  leaveTenant: ['whole', () => ['POST', '/tenant/leave']],
  listInvitations: ['whole', () => ['GET', '/invitations']],
  invite: ['whole', () => ['POST', '/invitations', { email: 'x@example.com', role: 'auditor' }]],
  resendInvitation: ['byId', ({ invitation }) => ['POST', `/invitations/${invitation}/resend`]],
  removeInvitation: ['byId', ({ invitation }) => ['DELETE', `/invitations/${invitation}`]],
  showNoticeSettings: ['whole', () => ['GET', '/tenant/notices']],
  changeNoticeSettings: ['whole', () => ['PATCH', '/tenant/notices', { days: [7] }]],
  listTenantMails: ['whole', () => ['GET', '/mails']],
  resendMail: ['byId', ({ mail }) => ['POST', `/mails/${mail}/resend`]],
  listWebhooks: ['whole', () => ['GET', '/webhooks']],
  createWebhook: [
    'whole',
    () => ['POST', '/webhooks', { name: 'x', url: 'https://hooks.example.com/', events: ['certificate.issued'] }],
  ],
  showWebhook: ['byId', ({ webhook }) => ['GET', `/webhooks/${webhook}`]],
  changeWebhook: ['byId', ({ webhook }) => ['PATCH', `/webhooks/${webhook}`, { revision: 1 }]],
  deleteWebhook: ['byId', ({ webhook }) => ['DELETE', `/webhooks/${webhook}`]],
  rotateWebhookSecret: ['byId', ({ webhook }) => ['POST', `/webhooks/${webhook}/rotate-secret`, {}]],
  listWebhookDeliveries: ['byId', ({ webhook }) => ['GET', `/webhooks/${webhook}/deliveries`]],
  showWebhookDelivery: ['byId', ({ webhook, delivery }) => ['GET', `/webhooks/${webhook}/deliveries/${delivery}`]],
  testWebhook: ['byId', ({ webhook }) => ['POST', `/webhooks/${webhook}/test`]],
  redeliverWebhook: [
    'byId',
    ({ webhook }) => ['POST', `/webhooks/${webhook}/redeliver`, { since: '2026-01-01T00:00:00Z' }],
  ],
  redeliverWebhookDelivery: [
    'byId',
    ({ webhook, delivery }) => ['POST', `/webhooks/${webhook}/deliveries/${delivery}/redeliver`],
  ],
  lookAtInvitation: ['whole', () => ['POST', '/invitations/look', { token: 'x' }]],
  acceptInvitation: ['whole', () => ['POST', '/invitations/accept', { token: 'x' }]],
  listTokens: ['whole', () => ['GET', '/tokens']],
  createToken: ['whole', () => ['POST', '/tokens', { name: 'x', role: 'auditor' }]],
  revokeToken: ['byId', ({ token }) => ['DELETE', `/tokens/${token}`]],
  showSignInMethods: ['whole', () => ['GET', '/sign-in-methods']],
  setUp: ['whole', () => ['POST', '/setup', { secret: 'x' }]],
  register: ['whole', () => ['POST', '/registrations', {}]],
  showPublicTemplate: ['whole', ({ publicTemplate }) => ['GET', `/public/templates/${publicTemplate}`]],
  askPublicly: ['whole', () => ['POST', `/public/templates/${'0'.repeat(16)}/requests`, { email: 'x@example.com' }]],
  lookAtOwnRequest: ['whole', () => ['POST', '/public/requests/look', { token: 'x' }]],
  confirmOwnRequest: ['whole', () => ['POST', '/public/requests/confirm', { token: 'x' }]],
  lookAtClaim: ['whole', () => ['POST', '/public/claims/look', { token: 'x' }]],
  redeemClaim: ['whole', () => ['POST', '/public/claims/redeem', { token: 'x', csr: 'x' }]],
  askRenewal: [
    'whole',
    () => ['POST', `/public/authorities/${'0'.repeat(16)}/renewals/challenge`, { certificate: 'x', csr: 'x' }],
  ],
  renew: [
    'whole',
    () => ['POST', `/public/authorities/${'0'.repeat(16)}/renewals`, { certificate: 'x', csr: 'x', proof: 'x' }],
  ],
  askForPassword: ['whole', () => ['POST', '/password-resets', { email: 'x@example.com' }]],
  setPassword: ['whole', () => ['POST', '/password-resets/use', { token: 'x', password: 'x' }]],
  listSessions: ['whole', () => ['GET', '/sessions']],
  endSession: ['whole', () => ['DELETE', '/sessions/x']],
  endOtherSessions: ['whole', () => ['DELETE', '/sessions']],
  showAccount: ['whole', () => ['GET', '/account']],
  renameAccount: ['whole', () => ['PATCH', '/account', { name: 'x' }]],
  createOwnTenant: ['whole', () => ['POST', '/tenants', { name: 'x' }]],
  showTenant: ['whole', () => ['GET', '/tenant']],
  renameTenant: ['whole', () => ['PATCH', '/tenant', { name: 'x' }]],
  showInstallationSettings: ['whole', () => ['GET', '/installation/settings']],
  changeInstallationSettings: ['whole', () => ['PATCH', '/installation/settings', { openRegistration: true }]],
  showInstallationHealth: ['whole', () => ['GET', '/installation/health']],
  listRestores: ['whole', () => ['GET', '/installation/restores']],
  listMails: ['whole', () => ['GET', '/installation/mails']],
  showMail: ['whole', ({ mail }) => ['GET', `/installation/mails/${mail}`]],
  sendTestMail: ['whole', () => ['POST', '/installation/mails/test', {}]],
  listTenants: ['whole', () => ['GET', '/installation/tenants']],
  createTenant: ['whole', () => ['POST', '/installation/tenants', { name: 'x', owner: 'x@example.com' }]],
  renameTenantOf: ['whole', () => ['PATCH', `/installation/tenants/${'0'.repeat(26)}`, { name: 'x' }]],
  listOperators: ['whole', () => ['GET', '/installation/operators']],
  nameOperator: ['whole', () => ['POST', '/installation/operators', { email: 'x@example.com' }]],
  removeOperator: ['whole', () => ['DELETE', `/installation/operators/${'0'.repeat(26)}`]],
}

/** A call that goes no further than admission: reading changes nothing, and what would change something has a body that is none. */
export function harmless([method, path, body]: ReturnType<Call>) {
  return method === 'GET' ? ([method, path, body] as const) : ([method, path, { 'no such field': 1 }] as const)
}
