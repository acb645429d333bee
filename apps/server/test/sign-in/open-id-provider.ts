import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'

/** What the provider says of a person. */
export interface Claims {
  readonly email: string
  readonly email_verified: boolean
  readonly name: string
}

/** An OpenID provider on this machine, by an implementation that is not ours. */
export interface OpenIdProvider {
  readonly issuer: string
  /** Its value of CHANCERY_SIGN_IN_OIDC, as the provider `corp`. */
  readonly setting: string
  /** Whom it knows, by subject. What is changed here is what it says next. */
  readonly people: Map<string, Claims>
  /** Signs in on its pages and agrees. Returns the address to which it leads the browser back. */
  signIn(authorization: string, subject: string): Promise<string>
}

const CLIENT_ID = 'chancery'
const CLIENT_SECRET = 'a-secret-of-the-provider-1'

/** Opens the provider, for who comes back to `callback`. It ends with its test. */
export async function openIdProvider(
  t: { after(work: () => Promise<unknown>): void },
  callback: string,
): Promise<OpenIdProvider> {
  const server = createServer((request, response) => answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const issuer = `http://127.0.0.1:${port}`
  const people = new Map<string, Claims>()
  const provider = quietly(
    () =>
      new Provider(issuer, {
        clients: [{ client_id: CLIENT_ID, client_secret: CLIENT_SECRET, redirect_uris: [callback] }],
        claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
        pkce: { required: () => true },
        cookies: { keys: ['of this provider alone'] },
        findAccount: (_context, sub) => {
          const claims = people.get(sub)
          return claims && { accountId: sub, claims: () => ({ sub, ...claims }) }
        },
      }),
  )
  const answer = provider.callback()
  t.after(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return {
    issuer,
    setting: `id=corp, name=Example Corp, issuer=${issuer}, client-id=${CLIENT_ID}, secret=${CLIENT_SECRET}`,
    people,
    signIn: (authorization, subject) => throughPages(authorization, subject, issuer),
  }
}

/** The provider's own pages: its form asks who it is, then whether they agree. */
async function throughPages(authorization: string, subject: string, issuer: string): Promise<string> {
  const cookies = new Map<string, string>()
  const visit = async (url: string, form?: Readonly<Record<string, string>>) => {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map((pair) => pair.join('=')).join('; ') },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    return response
  }
  let response = await visit(authorization)
  for (let steps = 0; steps < 12; steps++) {
    const location = response.headers.get('location')
    if (location !== null) {
      const next = new URL(location, issuer).href
      if (!next.startsWith(issuer)) return next
      response = await visit(next)
      continue
    }
    const page = await response.text()
    const action = /<form[^>]* action="([^"]+)"/.exec(page)?.[1]
    const prompt = /name="prompt" value="([^"]+)"/.exec(page)?.[1]
    assert.ok(action !== undefined && prompt !== undefined, `the provider answers ${response.status}: ${page}`)
    const isLogin = prompt === 'login'
    response = await visit(action, { prompt, ...(isLogin && { login: subject, password: 'any' }) })
  }
  return assert.fail('the provider leads round and round')
}

/** It warns that its pages are for trials, and its keys too. They are. */
function quietly<T>(work: () => T): T {
  const { warn, info } = console
  console.warn = () => {}
  console.info = () => {}
  try {
    return work()
  } finally {
    Object.assign(console, { warn, info })
  }
}
