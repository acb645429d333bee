/** What was done, in words, by the action of its audit record. */
const ACTIONS: Readonly<Record<string, string>> = {
  'certificate.issue': 'Issued a certificate',
  'certificate.revoke': 'Revoked a certificate',
  'certificate.unrevoke': 'Ended a hold',
  'certificate.abandon': 'Gave an issuance up',
  'request.submit': 'Submitted a request',
  'request.decline': 'Declined a request',
  'authority.create': 'Created a CA',
  'authority.import': 'Imported a CA',
  'authority.import-certificate': 'Imported the certificate of a CA',
  'authority.certify': 'Certified a CA',
  'authority.renew': 'Renewed a CA',
  'authority.change': 'Changed a CA',
  'authority.archive': 'Archived a CA',
  'authority.delete': 'Deleted a CA',
  'authority.forget-expired': 'Removed expired certificates',
  'template.create': 'Created a template',
  'template.change': 'Changed a template',
  'template.delete': 'Deleted a template',
  'service-certificate.make': 'Made an OCSP responder',
  'acme-policy.create': 'Created an ACME policy',
  'acme-policy.change': 'Changed an ACME policy',
  'acme-policy.delete': 'Deleted an ACME policy',
  'acme-binding.create': 'Created an ACME binding',
  'acme-binding.delete': 'Deleted an ACME binding',
  'acme-account.create': 'Opened an ACME account',
  'acme-account.revoke': 'Ended an ACME account',
  'invitation.create': 'Invited somebody',
  'invitation.renew': 'Renewed an invitation',
  'invitation.remove': 'Took an invitation back',
  'invitation.accept': 'Accepted an invitation',
  'member.change': 'Changed roles of a member',
  'member.remove': 'Removed a member',
  'member.leave': 'Left the tenant',
  'token.create': 'Created an API token',
  'token.revoke': 'Revoked an API token',
  'tenant.create': 'Created the tenant',
  'tenant.rename': 'Renamed the tenant',
  'installation.set-up': 'Set the installation up',
  'session.start': 'Signed in',
  'session.end': 'Signed out',
  'session.end-all': 'Ended all sessions',
  'session.refuse': 'Was refused at sign-in',
  'password.change': 'Changed a password',
  'account.rename': 'Changed a name',
}

export function actionLabel(action: string): string {
  return ACTIONS[action] ?? action
}

/** The actions to choose from, by their words. */
export const ACTION_CHOICES = Object.entries(ACTIONS)
  .map(([value, label]) => ({ value, label }))
  .sort((a, b) => a.label.localeCompare(b.label))
