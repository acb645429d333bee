import type { ExchangeParties } from '../../exchanges/exchange-log.ts'
import type { PublicRequest } from '../../platform/public-routes.ts'
import { type AccountKey, accountKey } from './account-key.ts'
import type { AccountUnderPolicy } from './account-store.ts'
import type { Acme, Arrived } from './acme.ts'
import { AcmeProblem } from './acme-problem.ts'
import { acmeBase } from './addresses.ts'
import type { PublicJwk } from './jwk.ts'
import { checkAlgorithm, isSignedBy, type Jws, parseJws, parseObject, utf8 } from './jws.ts'

/** What a request is signed with: RFC 8555 §6.2 says which goes where. */
export type SignedWith = 'the account key' | 'the key it carries' | 'either'

/** A request whose signature, address and nonce were checked. */
export interface Received {
  /** Absent: signed by a key that is no account's, which it carries. */
  readonly signer?: AccountUnderPolicy
  readonly jwk?: PublicJwk
  /** Absent: a POST-as-GET. */
  readonly payload: object | undefined
}

/** What is known of whose request it is, for the trace. */
export interface Heard {
  /** The account that it names, whoever sent it. */
  readonly kid?: string
  /** The account whose key signed it. */
  readonly signer?: AccountUnderPolicy
  /** Whose trace tells of it where no account signed: that of the binding that it names, or of the certificate that it is about. */
  readonly about?: Omit<ExchangeParties, 'subject'>
  /** The order that it is about, where its address does not say. */
  readonly order?: string
}

const LONGEST_URL = 2_000

/**
 * Takes a signed request in, RFC 8555 §6.2 to §6.5: first what costs little, the signature then, and the nonce last, so that nothing but
 * a request that is right in everything else spends one. Throws `AcmeProblem`; `hear` is told whose request it says to be, and then
 * whose it is, as soon as that is known: for the trace of what is refused afterwards.
 */
export async function receive(
  request: PublicRequest,
  arrived: Arrived,
  signedWith: SignedWith,
  acme: Pick<Acme, 'door' | 'nonces' | 'url' | 'verifySignature'>,
  hear: (heard: Heard) => void,
): Promise<Received> {
  checkMediaType(request)
  const jws = parseJws(utf8(request.body, 'The body'))
  const { kid, jwk } = jws.header
  if (kid !== undefined) hear({ kid })
  checkAlgorithm(jws.header)
  checkUrl(jws, arrived)
  const nonce = nonceOf(jws)
  checkSignedWith(jws, signedWith)

  if (kid !== undefined) {
    const signer = await signerOf(kid, arrived, acme)
    await checkSignature(jws, accountKey(signer.account.jwk, signer.account.thumbprint), acme)
    hear({ kid, signer })
    await redeem(nonce, acme)
    checkMayAct(signer)
    return { signer, payload: payloadOf(jws) }
  }
  if (jwk === undefined) throw new Error('a JWS has a "kid" or a "jwk"')
  await checkSignature(jws, accountKey(jwk), acme)
  await redeem(nonce, acme)
  return { jwk, payload: payloadOf(jws) }
}

function checkMediaType({ headers }: PublicRequest): void {
  if (/^\s*application\/jose\+json\s*(;|$)/i.test(headers['content-type'] ?? '')) return
  throw new AcmeProblem('malformed', 'Send the request as application/jose+json (RFC 8555 §6.2).', { status: 415 })
}

/** RFC 8555 §6.4.1. */
function checkUrl({ header }: Jws, { url }: Arrived): void {
  if (header.url === url) return
  throw new AcmeProblem(
    'unauthorized',
    `The request is signed for "${header.url.slice(0, 200)}" and came to "${url.slice(0, 200)}". Use the addresses of the directory as they stand there.`,
  )
}

/** RFC 8555 §6.5.2: what is no base64url is malformed, what is not there is a bad nonce. */
function nonceOf({ header: { nonce } }: Jws): string {
  if (nonce === undefined || nonce === '') throw badNonce('The request has no nonce.')
  if (!/^[A-Za-z0-9_-]+$/.test(nonce)) throw new AcmeProblem('malformed', 'The nonce of the request is not base64url.')
  return nonce
}

function checkSignedWith({ header }: Jws, signedWith: SignedWith): void {
  if (signedWith === 'either') return
  const byAccount = header.kid !== undefined
  if (byAccount === (signedWith === 'the account key')) return
  throw new AcmeProblem(
    'malformed',
    byAccount
      ? 'This request is signed by the key that it carries: use "jwk" in place of "kid" (RFC 8555 §6.2).'
      : 'This request is signed by the key of an account: use "kid" with its address in place of "jwk" (RFC 8555 §6.2).',
  )
}

/** The account at an address: one of this directory, whatever a similar address elsewhere may hold. */
export async function accountAt(
  kid: string,
  { base }: Pick<Arrived, 'base'>,
  { door, url }: Pick<Acme, 'door' | 'url'>,
): Promise<AccountUnderPolicy | undefined> {
  const start = `${base}/account/`
  const id = kid.length <= LONGEST_URL && kid.startsWith(start) ? kid.slice(start.length) : ''
  const found = /^[0-9a-z]{26}$/.test(id) ? await door.account(id) : undefined
  return found !== undefined && acmeBase(url, found.account.directory) === base ? found : undefined
}

async function signerOf(kid: string, arrived: Arrived, acme: Pick<Acme, 'door' | 'url'>): Promise<AccountUnderPolicy> {
  const found = await accountAt(kid, arrived, acme)
  if (found === undefined)
    throw new AcmeProblem('accountDoesNotExist', 'There is no account at this "kid" in this directory. Register first.')
  return found
}

async function checkSignature(
  jws: Jws,
  key: AccountKey,
  { verifySignature }: Pick<Acme, 'verifySignature'>,
): Promise<void> {
  if (await isSignedBy(jws, key, verifySignature)) return
  throw new AcmeProblem('malformed', 'The signature is not by the key that the request names (RFC 8555 §6.2).')
}

/** acme.sh knows the problem by these words of Boulder's, and not by its type: only then does it repeat a request. */
const INVALID_NONCE = 'JWS has an invalid anti-replay nonce'

async function redeem(nonce: string, { nonces }: Pick<Acme, 'nonces'>): Promise<void> {
  if (await nonces.redeem(nonce)) return
  throw badNonce(
    `${INVALID_NONCE}: it is none of this server, too old, or was used before. Repeat with the one in this answer.`,
  )
}

/** RFC 8555 §7.3.6. */
function checkMayAct({ account: { status } }: AccountUnderPolicy): void {
  if (status === 'valid') return
  const why = status === 'deactivated' ? 'It was deactivated by its client' : 'It was ended by an administrator'
  throw new AcmeProblem('unauthorized', `The account is ${status}. ${why}: register with another key.`, { status: 401 })
}

function payloadOf({ payload }: Jws): object | undefined {
  return payload.length === 0 ? undefined : parseObject(utf8(payload, 'The payload'), 'The payload')
}

function badNonce(detail: string): AcmeProblem {
  return new AcmeProblem('badNonce', detail)
}
