import { createHash } from 'node:crypto'
import { Refusal } from '@chancery/pki'
import { type Act, recordOf } from '../audit/audit-record.ts'
import type { MailDesk } from '../mail/mail-desk.ts'
import type { OutgoingMail } from '../mail/mail-store.ts'
import type { AccountStore, NewAccount, Person } from './account-store.ts'
import { checkHandOut, describeRoles, mayHandOut } from './hand-out.ts'
import { type InvitationNames, invitationLetter } from './invitation-letter.ts'
import type { Invitation, InvitationDoor, InvitationStore, OpenInvitation } from './invitation-store.ts'
import type { MemberAct } from './members.ts'
import { checkPassword, hashPassword } from './password.ts'
import { checkEmail, checkName } from './person.ts'
import type { Newcomer } from './register.ts'
import type { ScopedRole } from './roles.ts'
import type { SignedIn } from './session-of.ts'

/** How long a link lives: 7 days. */
const LIFETIME_MS = 7 * 86_400_000

/** 256 random bits in base64url, under a name by which leaked secrets are found. Not the form of an API token. */
const SECRET_FORM = /^chancery_invitation_[A-Za-z0-9_-]{43}$/

/** Who is to come in, as what. */
export interface InvitationRequest extends ScopedRole {
  readonly email: string
  /** Whether only an account with that address may accept; so unless it is said otherwise. */
  readonly bound?: boolean
  /** By which provider whoever accepts has to be signed in. */
  readonly provider?: string
}

export interface InviterDeps {
  readonly invitations: InvitationStore
  readonly newId: () => string
  readonly random: (byteCount: number) => Uint8Array
  readonly mail: MailDesk
  /** The address of people, without a slash at its end. */
  readonly url: string
  /** What the letter says of the tenant. */
  readonly namesFor: (invitation: Invitation) => Promise<InvitationNames>
}

/** An invitation with its secret and the link that holds it, which stand nowhere but in the mail that carries them. */
export interface MintedInvitation {
  readonly invitation: Invitation
  readonly secret: string
  readonly link: string
}

/**
 * Invites somebody, for 7 days. An invitation to the same address for the same scope ends. Throws `Refusal`: 'forbidden' for a role
 * that is not theirs to give, 'not-found' for no CA, 'not-permitted' for what is no address.
 */
export async function invite(
  { email, role, authority, bound = true, provider }: InvitationRequest,
  { act, by }: MemberAct,
  deps: InviterDeps,
): Promise<MintedInvitation> {
  const { invitations, newId, random } = deps
  const secret = newSecret(random)
  const invitation = {
    id: newId(),
    tenant: act.tenant,
    email: checkEmail(email),
    role,
    ...(authority !== undefined && { authority }),
    bound,
    ...(provider !== undefined && { provider }),
    invitedBy: by,
    createdAt: act.at,
    expiresAt: act.at + LIFETIME_MS,
  }
  const record = recordFor(act, 'invitation.create', invitation)
  const link = linkOf(secret, deps)
  const mail = await letterFor(invitation, link, act.at, deps)
  await invitations.create({ ...invitation, secretHash: hashSecret(secret) }, judgeInviter, record, mail)
  return { invitation, secret, link }
}

/** A new link, for 7 days from now; the one before ends. Throws `Refusal` 'not-found', 'forbidden'. */
export async function renewInvitation(
  id: string,
  { act, by }: MemberAct,
  deps: InviterDeps,
): Promise<MintedInvitation> {
  const { invitations, random } = deps
  const before = await invitations.find(id)
  if (before === undefined) throw noInvitation()
  const secret = newSecret(random)
  const renewal = { secretHash: hashSecret(secret), expiresAt: act.at + LIFETIME_MS, by }
  const record = recordOf(act, { action: 'invitation.renew', object: { type: 'invitation', id } })
  const link = linkOf(secret, deps)
  const renewed = { ...before, expiresAt: renewal.expiresAt, invitedBy: by }
  const mail = await letterFor(renewed, link, act.at, deps)
  const invitation = await invitations.renew(id, renewal, judgeInviter, record, mail)
  if (invitation === undefined) throw noInvitation()
  return { invitation, secret, link }
}

/** Takes an invitation back. Throws `Refusal` 'not-found', 'forbidden'. */
export async function removeInvitation(
  id: string,
  { act, by }: MemberAct,
  { invitations }: Pick<InviterDeps, 'invitations'>,
): Promise<void> {
  const record = recordOf(act, { action: 'invitation.remove', object: { type: 'invitation', id } })
  if (!(await invitations.remove(id, by, judgeInviter, record))) throw noInvitation()
}

/** What an invitation says to whoever holds its link. Throws `Refusal` 'not-found': the same for every link that is not good. */
export async function lookAtInvitation(
  secret: string,
  now: number,
  { invitations }: { readonly invitations: Pick<InvitationDoor, 'find'> },
): Promise<OpenInvitation> {
  const found = SECRET_FORM.test(secret) ? await invitations.find(hashSecret(secret), now) : undefined
  if (found === undefined) throw notOpen()
  return found
}

/**
 * Whether an invitation waits for somebody who has no account: they may make one by a provider that vouches for their address, even
 * while nobody else can, and accept then. A new password vouches for nothing: whoever brings one accepts by the link itself.
 */
export async function isInvited(
  { email, emailVerified, provider }: Newcomer,
  now: number,
  { invitations }: { readonly invitations: Pick<InvitationDoor, 'waitingFor'> },
): Promise<boolean> {
  if (!emailVerified || provider === undefined) return false
  const waiting = await invitations.waitingFor(email, now)
  return waiting.some(
    ({ invitation, inviter }) => mayHandOut(inviter, invitation) && (invitation.provider ?? provider) === provider,
  )
}

export interface AcceptanceDeps {
  readonly invitations: InvitationDoor
  readonly accounts: Pick<AccountStore, 'find'>
  readonly newId: () => string
  readonly random: (byteCount: number) => Uint8Array
}

/** Who accepts: somebody who is signed in, or somebody who makes an account by it. */
export type Acceptor =
  | { readonly signedIn: SignedIn }
  | { readonly newcomer: { readonly name: string; readonly password: string } }

/**
 * Makes a member by an invitation, once. Throws `Refusal`: 'not-found' for a link that is not good (any more), 'forbidden' for
 * somebody else than was invited, 'conflict' where an account with that address has to sign in, 'gone' where who invited may not
 * hand out the role any more, 'not-permitted' for a name or password that will not do.
 */
export async function acceptInvitation(
  secret: string,
  acceptor: Acceptor,
  act: Omit<Act, 'tenant' | 'actor'>,
  deps: AcceptanceDeps,
): Promise<{ readonly invitation: Invitation; readonly account: string }> {
  const open = await lookAtInvitation(secret, act.at, deps)
  const who =
    'signedIn' in acceptor
      ? { account: await checkInvited(open, acceptor.signedIn, deps) }
      : await newAccount(open, acceptor.newcomer, deps)
  const acceptance = { secretHash: hashSecret(secret), at: act.at, ...who }
  const invitation = await deps.invitations.accept(acceptance, (inviter, { id, tenant, invitedBy, ...role }) => {
    if (!mayHandOut(inviter, role)) {
      throw new Refusal('gone', 'Who invited you may not give this role any more. Ask for a new invitation.')
    }
    return recordOf(
      { ...act, tenant, actor: { kind: 'account', account: who.account } },
      {
        action: 'invitation.accept',
        object: { type: 'invitation', id },
        details: { account: who.account, roles: describeRoles([role]), invitedBy, newAccount: 'made' in who },
      },
    )
  })
  if (invitation === undefined) throw notOpen()
  return { invitation, account: who.account }
}

/** The account that is signed in, if it is who was invited. */
async function checkInvited(
  { email, bound, provider }: Invitation,
  { account, way }: SignedIn,
  { accounts }: Pick<AcceptanceDeps, 'accounts'>,
): Promise<string> {
  const person: Person | undefined = await accounts.find(account)
  if (person === undefined) throw new Refusal('unauthenticated', 'Your account is gone.')
  if (bound && person.email !== email) {
    throw new Refusal('forbidden', 'This invitation is for another address: sign in with the account that has it.')
  }
  if (provider !== undefined && way !== `provider:${provider}`) {
    throw new Refusal(
      'forbidden',
      `This invitation is for who signs in by ${provider}: sign in that way, and accept again.`,
    )
  }
  return account
}

async function newAccount(
  { email, provider, addressKnown }: OpenInvitation,
  { name, password }: { readonly name: string; readonly password: string },
  { newId, random }: Pick<AcceptanceDeps, 'newId' | 'random'>,
): Promise<{ readonly account: string; readonly made: NewAccount }> {
  if (provider !== undefined) {
    throw new Refusal('forbidden', `This invitation is for who signs in by ${provider}, not for a new password.`)
  }
  if (addressKnown) throw new Refusal('conflict', 'There is an account with this address: sign in, and accept again.')
  checkPassword(password)
  const id = newId()
  const made = { id, email, name: checkName(name), passwordHash: await hashPassword(password, random) }
  return { account: id, made }
}

/** In the fragment: browsers send it to nobody. */
function linkOf(secret: string, { url }: Pick<InviterDeps, 'url'>): string {
  return `${url}/invitation#${secret}`
}

async function letterFor(
  invitation: Invitation,
  link: string,
  at: number,
  { mail, namesFor }: Pick<InviterDeps, 'mail' | 'namesFor'>,
): Promise<OutgoingMail> {
  const { id: about, tenant, email: to, expiresAt } = invitation
  const letter = invitationLetter(invitation, await namesFor(invitation), link)
  return mail.write({ tenant, kind: 'member-invitation', to, about, letter, at, expiresAt })
}

function judgeInviter(by: readonly ScopedRole[], invitation: Invitation): void {
  checkHandOut(by, [invitation])
}

function recordFor(act: Act, action: string, { id, email, bound, provider, ...role }: Invitation) {
  const details = { email, roles: describeRoles([role]), bound, provider: provider ?? null }
  return recordOf(act, { action, object: { type: 'invitation', id }, details })
}

function newSecret(random: (byteCount: number) => Uint8Array): string {
  return `chancery_invitation_${Buffer.from(random(32)).toString('base64url')}`
}

function hashSecret(secret: string): Uint8Array {
  return createHash('sha256').update(secret, 'utf8').digest()
}

function noInvitation(): Refusal {
  return new Refusal('not-found', 'There is no such invitation: it was accepted or removed.')
}

function notOpen(): Refusal {
  return new Refusal(
    'not-found',
    'This invitation is not known, has expired, or was used or taken back. Ask for a new one.',
  )
}
