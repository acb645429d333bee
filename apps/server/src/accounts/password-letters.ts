import { type Letter, moment, quoted } from '../mail/letter.ts'
import type { SignInAccount } from './identity-store.ts'

type Whose = Pick<SignInAccount, 'email' | 'name'>

const NOT_YOU = 'If it was not you, do nothing: nothing changes by this mail.'

/** The link by which an account gets a new password. */
export function passwordResetLetter({ email, name }: Whose, link: string, expiresAt: number): Letter {
  return {
    subject: 'A new password for Chancery',
    paragraphs: [
      `Somebody asked for a new password for the account ${quoted(name)} (${quoted(email)}).`,
      `The link below opens a page on which you choose one. It works once, until ${moment(expiresAt)}. Every session of the account ends then.`,
    ],
    action: { label: 'Choose a new password', link },
    closing: [NOT_YOU],
  }
}

/** For an account that signs in by a provider alone: a new password would be a way around it. */
export function noPasswordLetter({ email, name }: Whose): Letter {
  return {
    subject: 'Your account has no password',
    paragraphs: [
      `Somebody asked for a new password for the account ${quoted(name)} (${quoted(email)}).`,
      'This account has none: sign in by the provider, or the passkey, that you signed in by before. If you cannot any more, ask whoever runs the installation.',
    ],
    closing: [NOT_YOU],
  }
}

/** Tells the owner of an account that its password is another now. */
export function passwordChangedLetter({ email, name }: Whose, at: number): Letter {
  return {
    subject: 'Your password was changed',
    paragraphs: [
      `The account ${quoted(name)} (${quoted(email)}) got a new password at ${moment(at)}, by a link that was sent to this address. Every session of it has ended.`,
    ],
    closing: ['If it was not you, tell whoever runs the installation at once: somebody else reads your mail.'],
  }
}
