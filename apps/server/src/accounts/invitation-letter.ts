import { type Letter, moment, quoted } from '../mail/letter.ts'
import type { Invitation } from './invitation-store.ts'

/** What an invitation says of the tenant that it leads into. */
export interface InvitationNames {
  readonly tenantName: string
  /** Of who invites; absent when that account is gone. */
  readonly inviterName?: string
  /** Of the CA that the role is for. */
  readonly authorityName?: string
}

/** The letter that brings somebody the link of their invitation. */
export function invitationLetter(
  { email, role, bound, provider, expiresAt }: Invitation,
  { tenantName, inviterName, authorityName }: InvitationNames,
  link: string,
): Letter {
  const who = inviterName === undefined ? 'You are invited' : `${quoted(inviterName)} invites you`
  const where = authorityName === undefined ? '' : ` for the certificate authority ${quoted(authorityName)}`
  return {
    subject: `Invitation to ${quoted(tenantName)}`,
    paragraphs: [`${who} to ${quoted(tenantName)}, where certificates are issued, as ${role}${where}.`],
    action: { label: 'Look at the invitation', link },
    facts: [
      ['Open until', moment(expiresAt)],
      ...(bound ? [['For the account with the address', quoted(email)] as const] : []),
      ...(provider === undefined ? [] : [['Sign in by', quoted(provider)] as const]),
    ],
    closing: ['If you do not know what this is about, do nothing: without you nothing comes of it.'],
  }
}
