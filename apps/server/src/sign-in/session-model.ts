import { APIError } from 'better-auth/api'
import { hashSessionToken, SESSION_LIFETIME } from '../accounts/session-of.ts'
import type { Session, SignInWay } from '../accounts/session-store.ts'
import { stepOfCode } from '../accounts/time-code.ts'
import { type Model, momentOf, type Row, textOf } from './account-adapter.ts'
import { openTimeSecret } from './second-factor-model.ts'
import { currentCall, type SignInCall } from './sign-in-call.ts'
import type { SignInParts } from './sign-in-parts.ts'
import { startSession } from './start-session.ts'

/** better-auth's `session`. Of its token only the hash is stored; so a session comes back with its token only to who brings it. */
export function sessionModel(parts: SignInParts): Model {
  const { stores, now } = parts
  const { sessions } = stores
  const find = async (token: string) => {
    const found = await sessions.find(hashSessionToken(token), { now: now(), idleMs: SESSION_LIFETIME.idle })
    return found && rowOf(found, token)
  }
  return {
    create: async ({ data }) => {
      const call = currentCall()
      const account = textOf(data, 'userId')
      if (await waitsForCode(call, account, parts)) return { ...data, id: '' }
      if (call.path === '/two-factor/verify-totp') await takeCode(call, account, parts)
      const way = call.current?.account === account ? call.current.way : wayOf(call)
      const isNew = call.current?.account !== account || !REPLACED.includes(call.path)
      const expiresAt = Math.min(momentOf(data, 'expiresAt'), now() + SESSION_LIFETIME.absolute)
      const id = await startSession({ account, way, token: textOf(data, 'token'), expiresAt, isNew, ...call }, parts)
      return { ...data, id }
    },
    'find token': ({ where }) => find(textOf(where, 'token')),
    'delete token': async ({ where }) => {
      const found = await find(textOf(where, 'token'))
      if (found === undefined) return 0
      const account = textOf(found, 'userId')
      return Number(await sessions.end(account, textOf(found, 'id'), ended(account, textOf(found, 'id'), now())))
    },
    // Who looks for all of an account wants to end them; hooks that would see each of them there are none.
    'find userId': async () => [],
    /** After a change of the password, which ended them in its own transaction. */
    'delete userId': async ({ where }) => {
      const account = textOf(where, 'userId')
      return await sessions.endAll(account, undefined, ended(account, '', now()))
    },
  }
}

/** Endpoints that end the session of the call and begin another in its place. */
const REPLACED = ['/two-factor/verify-totp', '/two-factor/disable', '/change-password']

/** A session for which a code is still due is never stored: there is nothing that could be used without it. */
async function waitsForCode({ path }: SignInCall, account: string, { stores }: SignInParts): Promise<boolean> {
  return path === '/sign-in/email' && (await stores.identities.findAccount(account))?.secondFactor === true
}

/** RFC 6238 §5.2: a code is taken once. */
async function takeCode({ code = '' }: SignInCall, account: string, parts: SignInParts): Promise<void> {
  const { secondFactors } = parts.stores
  const factor = await secondFactors.find(account)
  const step = factor && stepOfCode(openTimeSecret(parts, factor), code, parts.now())
  if (step !== undefined && (await secondFactors.takeStep(account, step))) return
  throw new APIError('UNAUTHORIZED', { code: 'INVALID_CODE', message: 'Invalid code' })
}

const WAYS: Readonly<Record<string, SignInWay>> = {
  '/sign-in/email': 'password',
  '/two-factor/verify-totp': 'totp',
  '/two-factor/verify-backup-code': 'recovery-code',
  '/passkey/verify-authentication': 'passkey',
}

function wayOf({ path, provider }: SignInCall): SignInWay {
  const way = provider === undefined ? WAYS[path] : (`provider:${provider}` as const)
  if (way === undefined) throw new Error(`a session began at ${path}, which nobody foresaw`)
  return way
}

function ended(account: string, session: string, at: number) {
  const object = session === '' ? { type: 'account', id: account } : { type: 'session', id: session }
  const action = session === '' ? 'session.end-all' : 'session.end'
  return { account, actor: { kind: 'account', account } as const, at, action, object }
}

function rowOf(session: Session, token: string): Row {
  const createdAt = new Date(session.createdAt)
  return {
    id: session.id,
    userId: session.account,
    token,
    expiresAt: new Date(session.expiresAt),
    createdAt,
    updatedAt: createdAt,
    ipAddress: '',
    userAgent: '',
  }
}
