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

const NOT_REGISTERED = 'If it was not you, do nothing: nobody can use the account by anything but this mail.'

/** The link by which a new account gets its first password. Nothing that somebody typed stands in it but the address. */
export function registrationLetter({ email }: Whose, link: string, expiresAt: number): Letter {
  return {
    subject: 'Your account at Chancery',
    paragraphs: [
      `Somebody made an account for the address ${quoted(email)}.`,
      `The link below opens a page on which you choose its password; then you can sign in. It works once, until ${moment(expiresAt)}. Register again with this address for another.`,
    ],
    action: { label: 'Choose a password', link },
    closing: [NOT_REGISTERED],
  }
}

/** For an address that has an account, when somebody registers with it. */
export function accountThereLetter({ email }: Whose, link: string, expiresAt: number): Letter {
  return {
    subject: 'You have an account at Chancery',
    paragraphs: [
      `Somebody wanted to make an account for the address ${quoted(email)}. It has one already: sign in with it.`,
      `If you forgot its password, or never set one, the link below opens a page on which you choose one. It works once, until ${moment(expiresAt)}. Every session of the account ends then.`,
    ],
    action: { label: 'Choose a password', link },
    closing: [NOT_YOU],
  }
}

/** The same for an account that signs in by a provider alone. */
export function accountWithoutPasswordThereLetter({ email }: Whose): Letter {
  return {
    subject: 'You have an account at Chancery',
    paragraphs: [
      `Somebody wanted to make an account for the address ${quoted(email)}. It has one already, without a password.`,
      'Sign in by the provider, or the passkey, that you signed in by before. If you cannot any more, ask whoever runs the installation.',
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
