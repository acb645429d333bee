import assert from 'node:assert/strict'
import { type IncomingMessage, type RequestOptions, request } from 'node:http'
import { text } from 'node:stream/consumers'
import type { RunningChancery } from '../../support/running-chancery.ts'

/** The password of everybody here but the owner, whom `runChancery` made. */
export const PASSWORD = 'correct horse battery'

// biome-ignore lint/suspicious/noExplicitAny: what an answer holds is what the tests look at
type Json = any

export interface Reply {
  readonly status: number
  readonly body: Json
}

/** Somebody who comes by the public address; a balancer leads each call to the process that is named. */
export interface Visitor {
  call(through: RunningChancery, method: string, path: string, body?: unknown): Promise<Reply>
  /** Calls and has what was asked for; anything but success fails the test. */
  have(through: RunningChancery, method: string, path: string, body?: unknown): Promise<Json>
  signIn(through: RunningChancery, email: string, password?: string): Promise<void>
}

export interface Browser extends Visitor {
  /** One with the cookies of now, whatever becomes of those of this one. */
  copy(): Browser
}

/** A browser, which keeps cookies and says where its requests come from. `address` is that of the installation. */
export function browserAt(address: string, cookies: ReadonlyMap<string, string> = new Map()): Browser {
  const jar = new Map(cookies)
  const made = visitor(address, {
    headers: () => ({
      ...{ origin: address, 'sec-fetch-site': 'same-origin' },
      ...(jar.size > 0 && { cookie: [...jar].map((pair) => pair.join('=')).join('; ') }),
    }),
    keep: (cookies) => {
      for (const cookie of cookies) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
        if (value === '') jar.delete(name)
        else jar.set(name, value)
      }
    },
  })
  return { ...made, copy: () => browserAt(address, jar) }
}

/** A program with an API token. */
export function programAt(address: string, token: string): Visitor {
  return visitor(address, { headers: () => ({ authorization: `Bearer ${token}` }), keep: () => {} })
}

interface Habits {
  headers(): Readonly<Record<string, string>>
  keep(cookies: readonly string[]): void
}

function visitor(address: string, { headers, keep }: Habits): Visitor {
  const call: Visitor['call'] = async (through, method, path, body) => {
    const url = `${through.origin}${path.startsWith('/api/') ? path : `/api/v1${path}`}`
    const sent = body === undefined ? undefined : JSON.stringify(body)
    const response = await send(url, sent, {
      method,
      headers: {
        ...headers(),
        host: new URL(address).host,
        ...(sent !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(sent) }),
      },
    })
    keep(response.headers['set-cookie'] ?? [])
    const received = await text(response)
    return { status: response.statusCode ?? 0, body: received === '' ? undefined : JSON.parse(received) }
  }
  const have: Visitor['have'] = async (through, method, path, body) => {
    const { status, body: made } = await call(through, method, path, body)
    assert.ok(status >= 200 && status < 300, `${method} ${path}: ${status} ${JSON.stringify(made)}`)
    return made
  }
  return {
    call,
    have,
    signIn: (through, email, password = PASSWORD) =>
      have(through, 'POST', '/api/auth/sign-in/email', { email, password }),
  }
}

/** By `node:http`: `fetch` names the host that it connects to, and lets nobody name another. */
function send(url: string, body: string | undefined, options: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request(url, options, resolve).once('error', reject).end(body)
  })
}
