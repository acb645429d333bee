import { type Static, Type } from 'typebox'
import { closed, lineOfText, listOf, wordOf } from './closed.ts'
import { Timestamp } from './values.ts'

/** What a page of sign-in asks first. */
export const SignInMethods = closed(
  {
    password: Type.Literal(true),
    passkeys: closed({
      available: Type.Boolean(),
      why: Type.String({ description: 'Why browsers take no passkeys here; empty where they do.' }),
    }),
    providers: listOf(closed({ id: Type.String(), name: Type.String() })),
    registration: wordOf(['open', 'closed']),
    byMail: Type.Boolean({
      description:
        'Whether mail leaves. Then whoever registers gives no password, and sets one by a link that is mailed.',
    }),
    setup: wordOf(['due', 'done'], { description: '`due`: the first account is still to be made.' }),
    passwordReset: wordOf(['by-mail', 'off'], {
      description: '`by-mail`: who forgot their password gets a link. `off`: this installation sends no mail.',
    }),
  },
  { $id: 'SignInMethods', description: 'How one can sign in here.' },
)
export type SignInMethods = Static<typeof SignInMethods>

const Email = Type.String({ minLength: 3, maxLength: 254 })
const Password = Type.String({ minLength: 1, maxLength: 512, description: '12 to 128 characters.' })
const Name = lineOfText(100, 'What is before the @ when not given.')
const TenantName = lineOfText(100, 'What the tenant of the account is called.')

/** The first account of an installation, by the setup link. */
export const NewFirstAccount = closed(
  {
    secret: Type.String({ minLength: 1, maxLength: 100, description: 'What follows # in the link.' }),
    email: Email,
    name: Type.Optional(Name),
    password: Password,
    tenantName: TenantName,
  },
  { $id: 'NewFirstAccount', description: 'The first account of the installation, and its tenant.' },
)
export type NewFirstAccount = Static<typeof NewFirstAccount>

/** Somebody registers. */
export const NewAccount = closed(
  {
    email: Email,
    name: Type.Optional(Name),
    password: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 512,
        description: '12 to 128 characters. Needed where no mail leaves, refused where it does: there a link sets it.',
      }),
    ),
    tenantName: Type.Optional(TenantName),
  },
  { $id: 'NewAccount', description: 'An account, and its tenant: named as the account when it has no name.' },
)
export type NewAccount = Static<typeof NewAccount>

/** Somebody who has just signed in. */
export const Welcome = closed(
  { account: Type.String(), tenant: Type.String() },
  { $id: 'Welcome', description: 'What was made. The cookie of a session comes with it.' },
)
export type Welcome = Static<typeof Welcome>

/** Somebody registered where mail leaves: the same for every address, so that it tells nobody who has an account. */
export const RegistrationMailed = closed(
  { state: Type.Literal('mailed') },
  { $id: 'RegistrationMailed', description: 'The answer for every address, with an account or without.' },
)

/** Somebody forgot their password. */
export const AskForPassword = closed(
  { email: Email },
  { $id: 'AskForPassword', description: 'Whose password is to be set.' },
)

export const PasswordAsked = closed(
  { validMinutes: Type.Integer({ description: 'How long the link works, if one was sent.' }) },
  { $id: 'PasswordAsked', description: 'The answer for every address, with an account or without.' },
)

/** A new password, by the link of a mail. */
export const SetPassword = closed(
  {
    token: Type.String({ minLength: 1, maxLength: 200, description: 'What follows # in the link.' }),
    password: Password,
  },
  { $id: 'SetPassword', description: 'A new password.' },
)

/** A session of the account that asks. */
export const OwnSession = closed(
  {
    id: Type.String(),
    way: Type.String({ description: 'How it began: password, totp, recovery-code, passkey, setup, provider:…' }),
    address: Type.String({ description: 'Where it began; of IPv6 the network.' }),
    userAgent: Type.String(),
    createdAt: Timestamp,
    lastSeenAt: Timestamp,
    expiresAt: Timestamp,
    current: Type.Boolean({ description: 'Whether this call came by it.' }),
  },
  { $id: 'OwnSession', description: 'A session of your account.' },
)
export type OwnSession = Static<typeof OwnSession>
