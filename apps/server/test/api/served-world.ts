import assert from 'node:assert/strict'
import type { HTTPMethods, LightMyRequestResponse } from 'fastify'
import { newSetupLink } from '../../src/accounts/setup-link.ts'
import { mountEverything } from '../../src/mount-everything.ts'
import { openAcme } from '../../src/open-acme.ts'
import { systemRandom } from '../../src/platform/clock-and-random.ts'
import { loadConfig } from '../../src/platform/config.ts'
import { createHttpServer } from '../../src/platform/http-server.ts'
import { silentLog } from '../../src/platform/log.ts'
import type { StorageProblem } from '../../src/platform/storage-watch.ts'
import { fakeAcme } from '../protocols/acme/fake-acme.ts'
import { fakeValidation } from '../protocols/acme/fake-validation.ts'
import { type Ending, world } from '../support/world.ts'
import type { Json, Reply } from './api-world.ts'

export const PASSWORD = 'correct horse battery'

export interface Answer extends Reply {
  readonly text: string
}
export type Headers = Readonly<Record<string, string>>

/** Somebody with a browser, or with nothing but a program. */
export interface Somebody {
  /** A text is sent as it is. */
  call(method: string, path: string, body?: unknown, headers?: Headers): Promise<Answer>
  get(path: string, headers?: Headers): Promise<Answer>
  /** Calls, and has what was made. */
  make(path: string, body: unknown, headers?: Headers): Promise<Json>
}

/**
 * The whole server as it is served, over an empty database: nobody is in it but who comes by its doors. The first is the owner of the
 * tenant `Example`, by the setup link.
 */
export async function servedWorld(t: Ending, env: Headers = {}) {
  const config = loadConfig(env)
  const built = await world(t, { now: Date.now(), deliversMail: config.mail !== undefined })
  const { stores, installation, newId } = built
  const http = await createHttpServer({ config, log: silentLog, now: Date.now, random: systemRandom })
  const setupLink = newSetupLink(systemRandom)
  const disk: { problem?: StorageProblem } = {}
  const storage = { problem: () => disk.problem, heardOfFullDisk: () => undefined, stop: () => undefined }
  const parts = { stores, installation, newId, sealer: built.sealer, signInSecret: 'x'.repeat(43) }
  const validation = fakeValidation()
  const acme = await openAcme({ ...parts, nonceSecret: systemRandom(32) }, config, fakeAcme(built, validation))
  await mountEverything(http, config, parts, silentLog, { storage, acme }, setupLink)
  t.after(async () => {
    await acme.stop()
    await http.app.close()
  })

  let count = 0
  /** Each call from an address of its own: how often one address may try is another test's matter. */
  const inject: Inject = (method, url, headers, payload) =>
    http.app.inject({
      method: method as HTTPMethods as 'GET',
      remoteAddress: `10.${++count >> 16}.${(count >> 8) & 255}.${count & 255}`,
      url,
      headers: { host: new URL(config.url).host, ...headers },
      ...(payload !== undefined && { payload }),
    })

  const somebody = (own: Headers = {}) => somebodyBy(inject, { origin: config.url, own })

  const owner = somebody()
  const first = { email: 'owner@example.com', password: PASSWORD, tenantName: 'Example' }
  const { account, tenant } = await owner.make('/setup', { ...first, secret: setupLink.secret })

  /** Somebody whom the owner invites, and who makes an account by the link. */
  const invited = async (name: string, grant: object) => {
    const email = `${name}@example.com`
    const { link } = await owner.make('/invitations', { email, ...grant })
    const person = somebody()
    const accepted = await person.make('/invitations/accept', {
      token: secretOf(link),
      account: { name, password: PASSWORD },
    })
    await signIn(person, email)
    return { ...person, account: String(accepted.account), email }
  }
  return {
    ...built,
    ...{ config, disk, somebody, invited, validation, acme },
    app: http.app,
    owner: { ...owner, account: String(account) },
    tenant: String(tenant),
    /** A page, as a browser without a session gets it. */
    page: async (path: string) => (await inject('GET', path, {})).payload,
    stranger: somebody(),
    program: (secret: string) => somebody({ authorization: `Bearer ${secret}` }),
  }
}

export async function signIn(person: Somebody, email: string): Promise<void> {
  const { status, text } = await person.call('POST', '/api/auth/sign-in/email', { email, password: PASSWORD })
  assert.equal(status, 200, text)
}

/** What follows `#` in a link. */
export function secretOf(link: string): string {
  return link.slice(link.indexOf('#') + 1)
}

type Inject = (method: string, url: string, headers: Headers, payload?: string) => Promise<LightMyRequestResponse>

/** Keeps cookies and says where its requests come from, unless it is a program with a token. */
function somebodyBy(inject: Inject, { origin, own }: { readonly origin: string; readonly own: Headers }): Somebody {
  const jar = new Map<string, string>()
  const ofBrowser = own['authorization'] === undefined ? { 'sec-fetch-site': 'same-origin', origin } : {}
  const call: Somebody['call'] = async (method, path, body, headers = {}) => {
    const response = await inject(
      method,
      path.startsWith('/api/') ? path : `/api/v1${path}`,
      {
        ...{ ...ofBrowser, ...own },
        ...(jar.size > 0 && { cookie: [...jar].map((pair) => pair.join('=')).join('; ') }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
    )
    keep(jar, response.cookies)
    return answerOf(response)
  }
  return {
    call,
    get: (path, headers) => call('GET', path, undefined, headers),
    make: async (path, body, headers) => {
      const answer = await call('POST', path, body, headers)
      assert.ok(answer.status === 201 || answer.status === 200, `${path}: ${answer.status} ${answer.text}`)
      return answer.body
    },
  }
}

function keep(jar: Map<string, string>, cookies: LightMyRequestResponse['cookies']): void {
  for (const { name, value } of cookies) {
    if (value === '') jar.delete(name)
    else jar.set(name, encodeURIComponent(value))
  }
}

function answerOf(response: LightMyRequestResponse): Answer {
  const { statusCode: status, headers, payload: text, rawPayload: bytes } = response
  const isJson = /json(;|$)/.test(String(headers['content-type'])) && text !== ''
  return { status, headers, text, bytes, body: isJson ? response.json() : undefined }
}
