import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { generateMasterKey, sealer } from '@chancery/keys'
import { freePort } from '../../../../test/support/free-port.ts'
import { hashPassword } from '../../src/accounts/password.ts'
import type { Newcomer } from '../../src/accounts/register.ts'
import { sessionReader } from '../../src/accounts/session-of.ts'
import { newSetupLink, type SetupLink } from '../../src/accounts/setup-link.ts'
import { loadConfig } from '../../src/platform/config.ts'
import { createHttpServer } from '../../src/platform/http-server.ts'
import { createLog } from '../../src/platform/log.ts'
import { mountPublicRoutes } from '../../src/platform/mount-public-routes.ts'
import { mountRoutes } from '../../src/platform/mount-routes.ts'
import { STYLE_ROUTE } from '../../src/platform/page.ts'
import { mountSignIn } from '../../src/sign-in/mount-sign-in.ts'
import { openSignIn } from '../../src/sign-in/open-sign-in.ts'
import { SIGN_IN_ROUTES } from '../../src/sign-in/sign-in-routes.ts'
import { newAccount } from '../support/accounts.ts'
import { newId, type OpenedStores, openSqliteStores } from '../support/stores.ts'

export const PASSWORD = 'correct horse battery'

// biome-ignore lint/suspicious/noExplicitAny: what an answer holds is what the tests look at
type Json = any

export interface Reply {
  readonly status: number
  readonly body: Json
  readonly headers: Headers
  readonly cookies: readonly string[]
}

/** A browser as far as sign-in can tell: it keeps cookies, and says where its requests come from. */
export interface Browser {
  readonly jar: Map<string, string>
  get(path: string): Promise<Reply>
  post(path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Reply>
  send(method: string, path: string, headers?: Readonly<Record<string, string>>, body?: unknown): Promise<Reply>
  /** Signs in by password. */
  signIn(email: string, password?: string): Promise<Reply>
}

export interface SignInWorldOptions {
  readonly env?: Readonly<Record<string, string>>
  /** Where it listens; a free port unless given. */
  readonly port?: number
  readonly open?: () => Promise<OpenedStores>
  readonly isInvited?: (newcomer: Newcomer) => Promise<boolean>
  /** Whether the clock stands still, so that no pause ends while a slow machine works. */
  readonly stands?: boolean
}

export interface SignInWorld extends OpenedStores {
  readonly url: string
  readonly setupLink: SetupLink
  /** Moves the clock of all but better-auth, which looks at the real one. */
  readonly clock: { ahead: number }
  browser(): Browser
  /** An account with `PASSWORD`; its id. */
  account(email: string, tenants?: readonly string[]): Promise<string>
  readonly logged: () => string
}

/** Sign-in behind a real listener. Ends with its test. */
export async function signInWorld(
  t: { after(work: () => Promise<unknown>): void },
  { env = {}, port: given, open = openSqliteStores, isInvited, stands = false }: SignInWorldOptions = {},
): Promise<SignInWorld> {
  const opened = await open()
  const port = given ?? (await freePort())
  const config = loadConfig({
    CHANCERY_HTTP: `127.0.0.1:${port}`,
    CHANCERY_URL: `http://localhost:${port}`,
    ...env,
  })
  const lines: string[] = []
  const log = createLog('debug', { write: (line: string) => lines.push(line) })
  const clock = { ahead: 0 }
  const start = Date.now()
  const now = () => (stands ? start : Date.now()) + clock.ahead
  const random = (length: number) => randomBytes(length)
  const http = await createHttpServer({ config, log, now, random })
  const setupLink = newSetupLink(random)
  const { system } = opened.stores
  const signIn = openSignIn({
    stores: system,
    sealer: sealer(generateMasterKey()),
    secret: randomBytes(32).toString('hex'),
    url: config.url,
    providers: config.signInProviders,
    setupLink,
    now,
    newId,
    random,
    log,
    ...(isInvited && { isInvited }),
  })
  const limits = { windowMs: 60_000, byPrincipal: 10_000, failuresByAddress: 1_000, strangersByAddress: 10_000 }
  await mountSignIn(http, signIn.perform, limits)
  await mountRoutes(http, SIGN_IN_ROUTES, {
    principalOf: async () => undefined,
    sessionOf: sessionReader({
      sessions: system.sessions,
      now,
      report: (error) => assert.fail(String(error)),
    }),
    standingOf: (account) => system.accounts.standing(account),
    domainFor: () => assert.fail('no tenant is called'),
    above: signIn.domain,
    findRepeated: async () => undefined,
    rateLimits: limits,
  })
  await mountPublicRoutes(http, [STYLE_ROUTE])
  await http.listen()
  t.after(async () => {
    await http.stop()
    await opened.close()
  })
  return {
    ...opened,
    url: config.url,
    setupLink,
    clock,
    browser: () => browser(config.url),
    account: async (email, tenants = []) =>
      newAccount(opened, { email, tenants, passwordHash: await hashPassword(PASSWORD, random) }),
    logged: () => lines.join(''),
  }
}

function browser(url: string): Browser {
  const jar = new Map<string, string>()
  const send = async (method: string, path: string, headers: Readonly<Record<string, string>> = {}, body?: string) => {
    const response = await fetch(path.startsWith('http') ? path : `${url}${path}`, {
      method,
      redirect: 'manual',
      headers: { ...(jar.size > 0 && { cookie: [...jar].map((pair) => pair.join('=')).join('; ') }), ...headers },
      ...(body !== undefined && { body }),
    })
    const cookies = response.headers.getSetCookie()
    for (const cookie of cookies) keep(jar, cookie)
    const text = await response.text()
    const isJson = /json/.test(response.headers.get('content-type') ?? '')
    return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers, cookies }
  }
  const post: Browser['post'] = (path, body = {}, headers = {}) =>
    send('POST', path, { 'content-type': 'application/json', origin: url, ...headers }, JSON.stringify(body))
  return {
    jar,
    get: (path) => send('GET', path),
    post,
    send: (method, path, headers, body) =>
      send(method, path, { origin: url, ...headers }, body === undefined ? undefined : JSON.stringify(body)),
    signIn: (email, password = PASSWORD) => post('/api/auth/sign-in/email', { email, password }),
  }
}

function keep(jar: Map<string, string>, cookie: string): void {
  const [pair = '', ...attributes] = cookie.split('; ')
  const mark = pair.indexOf('=')
  const [name, value] = [pair.slice(0, mark), pair.slice(mark + 1)]
  if (value === '' || attributes.some((attribute) => /^max-age=0$/i.test(attribute))) jar.delete(name)
  else jar.set(name, value)
}
