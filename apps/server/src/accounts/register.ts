import { Refusal } from '@chancery/pki'
import { checkMailable } from '../mail/mail-desk.ts'
import type { IdentityStore, OutsideIdentity } from './identity-store.ts'
import { checkPassword, hashPassword } from './password.ts'
import { checkEmail, checkName, checkTenantName } from './person.ts'
import type { RegistrationStore } from './registration-store.ts'

/** Somebody who has no account and wants one. */
export interface Newcomer {
  /** Lower case. */
  readonly email: string
  /** Whether somebody we trust has made sure that the address is theirs. */
  readonly emailVerified: boolean
  /** Absent: by a password. */
  readonly provider?: string
}

/** Whether a newcomer may have an account: while registration is open, or because an invitation waits for them. */
export type MayRegister = (newcomer: Newcomer) => Promise<boolean>

export interface RegistrationRequest {
  readonly email: string
  readonly name?: string
  /** Needed by `registerByPassword` alone. */
  readonly password?: string
  readonly tenantName?: string
}

export interface RegisterDeps {
  readonly identities: Pick<IdentityStore, 'register'>
  readonly mayRegister: MayRegister
  readonly now: () => number
  readonly newId: () => string
  readonly random: (byteCount: number) => Uint8Array
}

/**
 * Makes an account with a password, and a tenant of its own. Throws `Refusal`: 'forbidden' while registration is closed,
 * 'not-permitted' for what will not do, 'conflict' when the address has an account.
 */
export async function registerByPassword(
  request: RegistrationRequest,
  deps: RegisterDeps,
): Promise<{ readonly account: string; readonly tenant: string }> {
  const { password = '' } = request
  // Before the hash, which costs a moment.
  const { email, name, tenantName } = await admitted(request, deps.mayRegister, () => checkPassword(password))
  const account = { id: deps.newId(), email, name }
  const tenant = { id: deps.newId(), name: tenantName }
  const passwordHash = await hashPassword(password, deps.random)
  await deps.identities.register({ account: { ...account, passwordHash }, tenant }, recordOf(account.id, deps.now()))
  return { account: account.id, tenant: tenant.id }
}

/** Who is to have an account with a tenant, all of it checked. */
export interface AdmittedRegistration {
  /** Lower case. */
  readonly email: string
  readonly name: string
  readonly tenantName: string
}

/**
 * What somebody registers as where mail leaves: not whether they can, for the answer is the same for an address with an account.
 * Throws `Refusal`: 'forbidden' while registration is closed, 'not-permitted' for what will not do.
 */
export function admitByMail(request: RegistrationRequest, mayRegister: MayRegister): Promise<AdmittedRegistration> {
  return admitted(request, mayRegister, (email) => {
    checkMailable(email)
    if (request.password === undefined) return
    const detail = 'Leave the password out: a link to set it goes to the address.'
    throw new Refusal('not-permitted', detail, [{ field: '/password', detail }])
  })
}

async function admitted(
  request: RegistrationRequest,
  mayRegister: MayRegister,
  check: (email: string) => void,
): Promise<AdmittedRegistration> {
  const email = checkEmail(request.email)
  if (!(await mayRegister({ email, emailVerified: false }))) throw registrationClosed()
  check(email)
  const name = checkName(request.name ?? nameOf(email))
  return { email, name, tenantName: checkTenantName(request.tenantName ?? name) }
}

/** Makes an account that signs in by an outside identity, with a tenant of its own. That it may was asked before. */
export async function registerByIdentity(
  person: { readonly id: string; readonly email: string; readonly name: string },
  identity: OutsideIdentity,
  { identities, now, newId }: Pick<RegisterDeps, 'identities' | 'now' | 'newId'>,
): Promise<void> {
  const account = { ...person, email: checkEmail(person.email) }
  const name = person.name.trim() === '' ? nameOf(account.email) : person.name
  const tenant = { id: newId(), name: name.slice(0, 100) }
  await identities.register({ account: { ...account, name }, tenant, identity }, recordOf(account.id, now()))
}

function recordOf(account: string, at: number) {
  const actor = { kind: 'account', account } as const
  return { account, actor, at, action: 'account.register', object: { type: 'account', id: account } }
}

function nameOf(email: string): string {
  return email.slice(0, email.lastIndexOf('@'))
}

function registrationClosed(): Refusal {
  return new Refusal('forbidden', 'Nobody can register here now: ask to be invited.')
}

/** Who may register: anybody while it is open, else whom an invitation waits for. */
export function registrationRule(
  registration: RegistrationStore,
  isInvited: (newcomer: Newcomer) => Promise<boolean>,
): MayRegister {
  return async (newcomer) => (await registration.isOpen()) || (await isInvited(newcomer))
}
