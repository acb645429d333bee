import { createHash } from 'node:crypto'
import { Refusal } from '@chancery/pki'
import { INSTALLATION_LOG } from '../audit/account-record.ts'
import type { Actor } from '../audit/audit-record.ts'
import type { Letter, MailKind } from '../mail/letter.ts'
import { checkMailable, type MailDesk } from '../mail/mail-desk.ts'
import type { IdentityStore, SignInAccount } from './identity-store.ts'
import { checkPassword } from './password.ts'
import { noPasswordLetter, passwordChangedLetter, passwordResetLetter } from './password-letters.ts'
import type { PasswordResetStore } from './password-reset-store.ts'

/** How long a link lives: an hour. */
const LIFETIME_MS = 3_600_000
/** How long a notice is worth sending. */
const NOTICE_MS = 7 * 86_400_000

/** 256 random bits in base64url, under a name by which leaked secrets are found. */
const SECRET_FORM = /^chancery_reset_[A-Za-z0-9_-]{43}$/

export interface ResetDeps {
  readonly resets: PasswordResetStore
  readonly identities: Pick<IdentityStore, 'findAccount' | 'findAccountByEmail'>
  readonly mail: MailDesk
  /** The address of people, without a slash at its end. */
  readonly url: string
  readonly random: (byteCount: number) => Uint8Array
}

/**
 * Sends a link to whoever owns the account of an address (in lower case); nothing where there is none. It is not called while somebody
 * waits for an answer, so that no answer says by its time whether there is an account.
 */
export async function sendPasswordReset(email: string, at: number, deps: ResetDeps): Promise<void> {
  const account = await deps.identities.findAccountByEmail(email)
  if (account === undefined || !isMailable(account.email)) return
  await sendPasswordLink(account, RESET_LETTERS, at, deps)
}

/** What is written to the owner of an account who is sent a link for a password. */
export interface LinkLetters {
  readonly kind: MailKind
  /** What is recorded. */
  readonly action: string
  withLink(account: SignInAccount, link: string, expiresAt: number): Letter
  /** For an account that has no password: a link would be a way around the provider. */
  withoutPassword(account: SignInAccount): Letter
}

const RESET_LETTERS: LinkLetters = {
  kind: 'password-reset',
  action: 'password.reset-ask',
  withLink: passwordResetLetter,
  withoutPassword: noPasswordLetter,
}

/** Sends a link for a password to the address of an account, which mail can have; the link before ends. */
export async function sendPasswordLink(
  account: SignInAccount,
  letters: LinkLetters,
  at: number,
  deps: Pick<ResetDeps, 'resets' | 'mail' | 'url' | 'random'>,
): Promise<void> {
  const expiresAt = at + LIFETIME_MS
  const record = recordFor(account, letters.action, { kind: 'stranger' }, at)
  const mailed = (letter: Letter) => letterTo(account, letters.kind, letter, { at, expiresAt }, deps)
  if (account.passwordHash === undefined) {
    return deps.resets.tell(mailed(letters.withoutPassword(account)), record)
  }
  const secret = `chancery_reset_${Buffer.from(deps.random(32)).toString('base64url')}`
  // In the fragment: browsers send it to nobody.
  const letter = letters.withLink(account, `${deps.url}/new-password#${secret}`, expiresAt)
  await deps.resets.create(
    { account: account.id, secretHash: hashSecret(secret), createdAt: at, expiresAt },
    mailed(letter),
    record,
  )
}

/**
 * Sets a new password by a link, once; every session of the account ends. Throws `Refusal` 'not-found' for every link that is not
 * good, 'not-permitted' for a password that will not do, which spends nothing.
 */
export async function usePasswordReset(
  { secret, password }: { readonly secret: string; readonly password: string },
  at: number,
  { hash, ...deps }: ResetDeps & { readonly hash: (password: string) => Promise<string> },
): Promise<void> {
  const secretHash = hashSecret(secret)
  const found = SECRET_FORM.test(secret) ? await deps.resets.find(secretHash, at) : undefined
  const account = found === undefined ? undefined : await deps.identities.findAccount(found)
  if (account === undefined) throw notOpen()
  checkPassword(password)
  const passwordHash = await hash(password)
  const mail = isMailable(account.email)
    ? letterTo(account, 'password-changed', passwordChangedLetter(account, at), { at, expiresAt: at + NOTICE_MS }, deps)
    : undefined
  const record = recordFor(account, 'password.reset', { kind: 'account', account: account.id }, at)
  if (!(await deps.resets.spend({ secretHash, account: account.id, at, passwordHash }, mail, record))) throw notOpen()
}

function letterTo(
  { id, email }: SignInAccount,
  kind: MailKind,
  letter: Letter,
  times: { readonly at: number; readonly expiresAt: number },
  { mail }: Pick<ResetDeps, 'mail'>,
) {
  return mail.write({ tenant: INSTALLATION_LOG, kind, to: email, about: id, letter, ...times })
}

function recordFor({ id }: SignInAccount, action: string, actor: Actor, at: number) {
  return { account: id, actor, at, action, object: { type: 'account', id } }
}

function isMailable(email: string): boolean {
  try {
    checkMailable(email)
    return true
  } catch {
    return false
  }
}

function hashSecret(secret: string): Uint8Array {
  return createHash('sha256').update(secret, 'utf8').digest()
}

function notOpen(): Refusal {
  return new Refusal('not-found', 'This link is not known, has expired or was used: ask for a new one.')
}
