import { createHmac, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export const CLIENT = { id: 'chancery', secret: 'a-secret-of-the-provider-2' } as const

/** What the next ID token is made of. */
export interface Token {
  readonly header?: Readonly<Record<string, unknown>>
  /** Written over the right claims; `undefined` leaves one out. */
  readonly claims?: Readonly<Record<string, unknown>>
  /** Signed by another key than the provider's, by the client's secret, not at all, or no token. */
  readonly signedBy?: 'another key' | 'the client secret' | 'nobody' | 'no token'
  /** Whom the provider's userinfo endpoint speaks of. */
  readonly userinfo?: Readonly<Record<string, unknown>>
}

/** A provider that answers as it is told: what a broken or hostile one might. */
export interface BadProvider {
  readonly issuer: string
  readonly setting: string
  next: Token
  isDown: boolean
  /** How often it was asked what it is. */
  discoveries: number
  /** What was sent to its token endpoint. */
  readonly asked: URLSearchParams[]
  /** The address to which the browser comes back. */
  goThrough(authorization: string): string
}

const keys = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })

/** Opens it. It ends with its test. */
export async function badProvider(t: { after(work: () => Promise<unknown>): void }): Promise<BadProvider> {
  const own = keys()
  const codes = new Map<string, string>()
  const asked: URLSearchParams[] = []
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const issuer = `http://127.0.0.1:${port}`
  const provider: BadProvider = {
    issuer,
    setting: `id=bad, issuer=${issuer}, client-id=${CLIENT.id}, secret=${CLIENT.secret}`,
    next: {},
    isDown: false,
    discoveries: 0,
    asked,
    goThrough: (authorization) => {
      const query = new URL(authorization).searchParams
      const code = randomUUID()
      codes.set(code, query.get('nonce') ?? '')
      const back = new URL(query.get('redirect_uri') ?? '')
      back.searchParams.set('code', code)
      back.searchParams.set('state', query.get('state') ?? '')
      return back.href
    },
  }
  const answers: Readonly<Record<string, (form: URLSearchParams) => unknown>> = {
    '/.well-known/openid-configuration': () => ({
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      userinfo_endpoint: `${issuer}/userinfo`,
      jwks_uri: `${issuer}/keys`,
      id_token_signing_alg_values_supported: ['ES256'],
    }),
    '/keys': () => ({ keys: [{ ...own.publicKey.export({ format: 'jwk' }), kid: 'own', alg: 'ES256', use: 'sig' }] }),
    '/token': (form) => {
      asked.push(form)
      const nonce = codes.get(form.get('code') ?? '')
      return { access_token: 'opaque', token_type: 'Bearer', ...idToken(provider, nonce, own.privateKey) }
    },
    '/userinfo': () => provider.next.userinfo ?? { sub: 'subject-1', email: 'ann@example.com', email_verified: true },
  }
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = ''
    for await (const chunk of request) body += chunk
    const { pathname } = new URL(request.url ?? '/', issuer)
    if (pathname.endsWith('/openid-configuration')) provider.discoveries++
    const found = answers[pathname]
    const status = found === undefined ? 404 : 200
    response.writeHead(provider.isDown ? 503 : status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(found?.(new URLSearchParams(body)) ?? {}))
  }
  t.after(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return provider
}

function idToken({ issuer, next }: BadProvider, nonce: string | undefined, key: KeyObject): object {
  if (next.signedBy === 'no token') return {}
  const at = Math.floor(Date.now() / 1000)
  const person = { sub: 'subject-1', email: 'ann@example.com', email_verified: true, name: 'Ann' }
  const claims = { iss: issuer, aud: CLIENT.id, iat: at, exp: at + 300, nonce, ...person, ...next.claims }
  const signed = `${base64({ alg: 'ES256', kid: 'own', ...next.header })}.${base64(claims)}`
  return { id_token: `${signed}.${signatureOver(signed, next.signedBy, key)}` }
}

function signatureOver(text: string, by: Token['signedBy'], own: KeyObject): string {
  if (by === 'nobody') return ''
  if (by === 'the client secret') return createHmac('sha256', CLIENT.secret).update(text).digest('base64url')
  const key = by === 'another key' ? keys().privateKey : own
  return sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')
}

function base64(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
