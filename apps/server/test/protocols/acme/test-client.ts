import assert from 'node:assert/strict'
import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { Json } from '../../api/api-world.ts'

/** An answer to a request of ACME. */
export interface AcmeReply {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
  readonly body: Json
}

/** How requests reach the server. */
export type Send = (
  method: string,
  url: string,
  options?: { readonly body?: string; readonly headers?: Readonly<Record<string, string>>; readonly from?: string },
) => Promise<AcmeReply>

export type KeyKind = 'ES256' | 'ES384' | 'ES512' | 'RS256' | 'EdDSA' | 'Ed25519'

export interface TestKey {
  readonly alg: KeyKind
  readonly privateKey: KeyObject
  readonly jwk: Readonly<Record<string, string>>
}

export function testKey(alg: KeyKind = 'ES256'): TestKey {
  const pair =
    alg === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : alg === 'EdDSA' || alg === 'Ed25519'
        ? generateKeyPairSync('ed25519')
        : generateKeyPairSync('ec', { namedCurve: { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }[alg] })
  const { x, y, crv, kty, n, e } = pair.publicKey.export({ format: 'jwk' })
  const members = { crv, e, kty, n, x, y }
  const jwk: Record<string, string> = {}
  for (const [name, value] of Object.entries(members)) if (value !== undefined) jwk[name] = value
  return { alg, privateKey: pair.privateKey, jwk }
}

export function b64(value: string | Uint8Array): string {
  return Buffer.from(value).toString('base64url')
}

/** A flattened JWS, by hand: whatever header and payload, signed by whatever key. `null` is the payload of a POST-as-GET. */
export function jws(header: object, payload: unknown, key: TestKey): Record<string, string> {
  const head = b64(JSON.stringify(header))
  const body = payload === null ? '' : b64(typeof payload === 'string' ? payload : JSON.stringify(payload))
  return { protected: head, payload: body, signature: b64(signature(`${head}.${body}`, key)) }
}

function signature(text: string, { alg, privateKey }: TestKey): Buffer {
  const message = Buffer.from(text)
  switch (alg) {
    case 'RS256':
      return sign('sha256', message, privateKey)
    case 'EdDSA':
    case 'Ed25519':
      return sign(null, message, privateKey)
    default:
      return sign(`sha${alg.slice(2)}`, message, { key: privateKey, dsaEncoding: 'ieee-p1363' })
  }
}

/** An external account binding, by hand. */
export function binding(
  { kid, hmacKey, url, jwk, alg = 'HS256' }: { kid: string; hmacKey: string; url: string; jwk: object; alg?: string },
  more: object = {},
): Record<string, string> {
  const head = b64(JSON.stringify({ alg, kid, url, ...more }))
  const payload = b64(JSON.stringify(jwk))
  const mac = createHmac(`sha${alg.slice(2)}`, Buffer.from(hmacKey, 'base64url')).update(`${head}.${payload}`)
  return { protected: head, payload, signature: mac.digest('base64url') }
}

/** What stands in a request in place of what would be right. */
export interface Wrongs {
  readonly key?: TestKey
  readonly header?: object
  readonly nonce?: string
  readonly contentType?: string
  readonly from?: string
  /** Changes the JWS once it is signed. */
  readonly tamper?: (jws: Record<string, string>) => unknown
  /** The address it is sent to, in place of the one that it is signed for. */
  readonly sentTo?: string
}

/** A client of ACME that does as it is told, also what is wrong. */
export class TestClient {
  readonly key: TestKey
  readonly #send: Send
  readonly directory: Json
  kid = ''
  #nonce = ''

  private constructor(send: Send, directory: Json, key: TestKey) {
    this.#send = send
    this.directory = directory
    this.key = key
  }

  static async at(send: Send, directory: string, key = testKey()): Promise<TestClient> {
    const reply = await send('GET', directory)
    assert.equal(reply.status, 200, reply.text)
    return new TestClient(send, reply.body, key)
  }

  async nonce(): Promise<string> {
    const known = this.#nonce
    this.#nonce = ''
    if (known !== '') return known
    const { headers } = await this.#send('HEAD', this.directory.newNonce)
    return String(headers['replay-nonce'])
  }

  /** Signed by the account, or by `jwk` while there is none. */
  async post(url: string, payload: unknown, wrongs: Wrongs = {}): Promise<AcmeReply> {
    const key = wrongs.key ?? this.key
    const who = this.kid === '' ? { jwk: this.key.jwk } : { kid: this.kid }
    const nonce = wrongs.nonce ?? (await this.nonce())
    const header = { alg: key.alg, nonce, url, ...who, ...wrongs.header }
    const signed = jws(JSON.parse(JSON.stringify(header)), payload, key)
    const reply = await this.#send('POST', wrongs.sentTo ?? url, {
      body: JSON.stringify(wrongs.tamper?.(signed) ?? signed),
      headers: { 'content-type': wrongs.contentType ?? 'application/jose+json' },
      ...(wrongs.from !== undefined && { from: wrongs.from }),
    })
    this.#nonce = String(reply.headers['replay-nonce'] ?? '')
    // As every client does: the clock may have been moved on meanwhile.
    const isOld =
      String(reply.body?.type).endsWith(':badNonce') && wrongs.nonce === undefined && wrongs.header === undefined
    return isOld ? this.post(url, payload, { ...wrongs, nonce: await this.nonce() }) : reply
  }

  /** POST-as-GET. */
  show(url: string): Promise<AcmeReply> {
    return this.post(url, null)
  }

  async register(payload: object = {}, wrongs: Wrongs = {}): Promise<AcmeReply> {
    const reply = await this.post(this.directory.newAccount, payload, wrongs)
    if (reply.status < 300) this.kid = String(reply.headers['location'])
    return reply
  }

  order(...names: readonly string[]): Promise<AcmeReply> {
    return this.post(this.directory.newOrder, { identifiers: names.map((value) => ({ type: 'dns', value })) })
  }
}
