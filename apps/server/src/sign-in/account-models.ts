import { APIError } from 'better-auth/api'
import type { OutsideIdentity, SignInAccount } from '../accounts/identity-store.ts'
import { registerByIdentity } from '../accounts/register.ts'
import type { SignInProvider } from '../platform/sign-in-settings.ts'
import { type Asked, type Model, type Row, textOf } from './account-adapter.ts'
import { currentCall } from './sign-in-call.ts'
import type { SignInParts } from './sign-in-parts.ts'

const CREDENTIAL = 'credential'

/**
 * better-auth keeps persons in `user`, and how they sign in in `account`: one row for the password, one for each outside identity.
 * Here the password is a column of the account, and an identity is known by its issuer and subject.
 */
export function accountModels(
  parts: SignInParts,
  providers: readonly SignInProvider[],
): Readonly<Record<'user' | 'account', Model>> {
  return { user: userModel(parts), account: loginModel(parts, providers) }
}

function userModel({ stores: { identities }, mayRegister, newId }: SignInParts): Model {
  const byId = async ({ where }: Asked) => userOf(await identities.findAccount(textOf(where, 'id')))
  return {
    'find id': byId,
    'find email': async ({ where }) => userOf(await identities.findAccountByEmail(textOf(where, 'email'))),
    /** A provider vouches for somebody whom nobody knows: stored with the identity, in one transaction. */
    create: async ({ data }) => {
      const call = currentCall()
      const { provider } = call
      const email = textOf(data, 'email').toLowerCase()
      const emailVerified = data['emailVerified'] === true
      if (provider === undefined || !(await mayRegister({ email, emailVerified, provider }))) {
        throw new APIError('FORBIDDEN', {
          code: 'registration_closed',
          message: 'No account belongs to this identity.',
        })
      }
      const person = { id: newId(), email, name: textOf(data, 'name') }
      call.pending = person
      return { ...data, id: person.id }
    },
    /** Only the second factor changes here, and that is a row of its own. */
    'update id': async (asked) => {
      const user = await byId(asked)
      return user && { ...user, ...asked.data }
    },
  }
}

function loginModel(parts: SignInParts, providers: readonly SignInProvider[]): Model {
  const { stores, now, newId } = parts
  const { identities } = stores
  const issuerOf = (provider: string) => providers.find(({ id }) => id === provider)?.issuer
  const loginOf = (identity: OutsideIdentity) => outsideLogin(identity, providers)
  const loginsOf = async ({ where }: Asked) => {
    const account = await identities.findAccount(textOf(where, 'userId'))
    if (account === undefined) return []
    const outside = await identities.identitiesOf(account.id)
    return [...passwordLogin(account), ...outside.map(loginOf)]
  }
  const recordOf = (account: string, action: string, identity: OutsideIdentity) => ({
    account,
    actor: { kind: 'account', account } as const,
    at: now(),
    action,
    object: { type: 'identity', id: identity.id },
    details: { issuer: identity.issuer, subject: identity.subject },
  })
  const mine = async (id: string) => {
    const account = currentCall().current?.account
    const all = account === undefined ? [] : await identities.identitiesOf(account)
    return all.find((identity) => identity.id === id)
  }
  return {
    'find userId': loginsOf,
    'find accountId providerId userId': async (asked) =>
      (await loginsOf(asked)).find(({ providerId }) => providerId === asked.where['providerId']),
    'find accountId providerId': async ({ where }) => {
      const issuer = issuerOf(textOf(where, 'providerId'))
      const found = issuer && (await identities.findIdentity(issuer, textOf(where, 'accountId')))
      return found ? [loginOf(found)] : []
    },
    'find id': async ({ where }) => {
      const found = await mine(textOf(where, 'id'))
      return found ? [loginOf(found)] : []
    },
    create: async ({ data }) => {
      const call = currentCall()
      const issuer = issuerOf(textOf(data, 'providerId'))
      if (issuer === undefined) throw new Error('a login of a provider that is not configured')
      const account = textOf(data, 'userId')
      // The provider's tokens are not kept: nothing here asks it again.
      const identity = { id: newId(), account, issuer, subject: textOf(data, 'accountId'), createdAt: now() }
      if (call.pending?.id === account) await registerByIdentity(call.pending, identity, { ...parts, identities })
      else await identities.link(identity, recordOf(account, 'identity.link', identity))
      return loginOf(identity)
    },
    /** A new password, or tokens of a provider, which are not kept. */
    'update id': async ({ where, data }) => {
      const id = textOf(where, 'id')
      if (!id.startsWith(`${CREDENTIAL}:`)) {
        const identity = await mine(id)
        return identity && loginOf(identity)
      }
      const account = id.slice(CREDENTIAL.length + 1)
      const record = { account, actor: { kind: 'account', account } as const, at: now() }
      const object = { type: 'account', id: account }
      await identities.setPassword(account, textOf(data, 'password'), { ...record, action: 'password.change', object })
      const changed = await identities.findAccount(account)
      return changed && passwordLogin(changed)
    },
    'delete id': async ({ where }) => {
      const identity = await mine(textOf(where, 'id'))
      if (identity === undefined) return 0
      const { account } = identity
      return Number(await identities.unlink(account, identity.id, recordOf(account, 'identity.unlink', identity)))
    },
  }
}

function userOf(account: SignInAccount | undefined): Row | undefined {
  if (account === undefined) return undefined
  const { id, email, name, secondFactor } = account
  const createdAt = new Date(account.createdAt)
  return {
    id,
    email,
    name,
    emailVerified: false,
    image: null,
    createdAt,
    updatedAt: createdAt,
    twoFactorEnabled: secondFactor,
  }
}

function passwordLogin({ id, passwordHash, createdAt }: SignInAccount): readonly Row[] {
  if (passwordHash === undefined) return []
  const at = new Date(createdAt)
  const login = { id: `${CREDENTIAL}:${id}`, providerId: CREDENTIAL, accountId: id, userId: id }
  return [{ ...login, password: passwordHash, createdAt: at, updatedAt: at }]
}

function outsideLogin(identity: OutsideIdentity, providers: readonly SignInProvider[]): Row {
  const provider = providers.find(({ issuer }) => issuer === identity.issuer)
  const at = new Date(identity.createdAt)
  return {
    id: identity.id,
    // A provider that is configured no longer is named by its issuer.
    providerId: provider?.id ?? identity.issuer,
    accountId: identity.subject,
    userId: identity.account,
    createdAt: at,
    updatedAt: at,
  }
}
