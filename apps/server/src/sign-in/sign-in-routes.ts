import {
  AskForPassword,
  NewAccount,
  NewFirstAccount,
  OwnSession,
  PasswordAsked,
  RegistrationMailed,
  ref,
  SetPassword,
  SignInMethods,
  Welcome,
} from '@chancery/api'
import { Refusal } from '@chancery/pki'
import { Type } from 'typebox'
import { SESSION_LIFETIME } from '../accounts/session-of.ts'
import { aboveRoutesOf } from '../platform/routes.ts'
import type { SignInDomain, Welcome as Welcomed } from './sign-in-domain.ts'

const route = aboveRoutesOf<SignInDomain>()

const Sessions = Type.Object({ items: Type.Array(ref(OwnSession)) }, { additionalProperties: false })

/** What stands beside better-auth's endpoints: ours from the first look at the page of sign-in to the list of sessions. */
export const SIGN_IN_ROUTES = [
  route({
    method: 'GET',
    path: '/api/v1/sign-in-methods',
    role: 'anyone',
    operationId: 'showSignInMethods',
    summary: 'Show how one can sign in here',
    schema: { response: { 200: SignInMethods } },
    handle: async ({ domain }) => ({ status: 200, body: await domain.methods() }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/setup',
    role: 'anyone',
    operationId: 'setUp',
    summary: 'Make the first account and its tenant, by the link that the server printed',
    description: 'The answer sets the cookie of a session.',
    schema: { body: NewFirstAccount, response: { 201: Welcome } },
    handle: async ({ domain, body: { secret, ...first }, from }) => welcome(await domain.setUp(secret, first, from)),
  }),
  route({
    method: 'POST',
    path: '/api/v1/registrations',
    role: 'anyone',
    operationId: 'register',
    summary: 'Make an account with a tenant of its own, while registration is open',
    description:
      '201 where no mail leaves: the answer sets the cookie of a session. 202 where mail leaves: a letter goes to the address, with a link to set a password, or word of the account that it has; the answer is the same for both.',
    schema: { body: NewAccount, response: { 201: Welcome, 202: RegistrationMailed } },
    handle: async ({ domain, body, from }) => {
      const made = await domain.register(body, from)
      return made === 'mailed' ? { status: 202, body: { state: made } } : welcome(made)
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/password-resets',
    role: 'anyone',
    operationId: 'askForPassword',
    summary: 'Have a link for a new password sent',
    description:
      'To the address, if it has an account; the answer is the same if it has none. The link works once, for an hour, and ends the one before.',
    schema: { body: AskForPassword, response: { 202: PasswordAsked } },
    handle: async ({ domain, body, from }) => {
      await domain.askForPassword(body.email, from)
      return { status: 202, body: { validMinutes: 60 } }
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/password-resets/use',
    role: 'anyone',
    operationId: 'setPassword',
    summary: 'Set a new password by a link',
    description: 'Every session of the account ends. A second factor stays.',
    schema: { body: SetPassword, response: { 204: Type.Null() } },
    handle: async ({ domain, body: { token: secret, password }, from }) => {
      await domain.setPassword({ secret, password }, from)
      return { status: 204, body: null }
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/sessions',
    role: 'account',
    operationId: 'listSessions',
    summary: 'List the sessions of your account',
    schema: { response: { 200: Sessions } },
    handle: async ({ domain: { parts }, caller, act }) => {
      const moment = { now: act.at, idleMs: SESSION_LIFETIME.idle }
      const sessions = await parts.stores.sessions.list(caller.account, moment)
      const items = sessions.map(({ account: _account, createdAt, lastSeenAt, expiresAt, ...session }) => ({
        ...session,
        createdAt: timestamp(createdAt),
        lastSeenAt: timestamp(lastSeenAt),
        expiresAt: timestamp(expiresAt),
        current: session.id === caller.session,
      }))
      return { status: 200, body: { items } }
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/sessions/:id',
    role: 'account',
    operationId: 'endSession',
    summary: 'End a session of your account, at once',
    schema: { params: Type.Object({ id: Type.String({ maxLength: 64 }) }), response: { 204: Type.Null() } },
    handle: async ({ domain: { parts }, caller: { account }, params: { id }, act: { actor, at } }) => {
      const record = { account, actor, at, action: 'session.end', object: { type: 'session', id } }
      if (await parts.stores.sessions.end(account, id, record)) return { status: 204, body: null }
      throw new Refusal('not-found', 'Your account has no such session.')
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/sessions',
    role: 'account',
    operationId: 'endOtherSessions',
    summary: 'End every session of your account but this one, at once',
    schema: { response: { 204: Type.Null() } },
    handle: async ({ domain: { parts }, caller: { account, session }, act: { actor, at } }) => {
      const record = { account, actor, at, action: 'session.end-all', object: { type: 'account', id: account } }
      await parts.stores.sessions.endAll(account, session, record)
      return { status: 204, body: null }
    },
  }),
]

function welcome({ cookie, ...body }: Welcomed) {
  return { status: 201, body, headers: { 'set-cookie': cookie } } as const
}

function timestamp(at: number): string {
  return new Date(at).toISOString()
}
