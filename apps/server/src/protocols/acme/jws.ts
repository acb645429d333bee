import { type AlgorithmIdentifier, algorithmIdentifier, type PublicKey, type SignatureAlgorithm } from '@chancery/x509'
import type { AccountKey } from './account-key.ts'
import { AcmeProblem } from './acme-problem.ts'
import { decodeBase64url, type PublicJwk, readJwk } from './jwk.ts'

/**
 * JSON Web Signatures as ACME has them (RFC 8555 §6.2): flattened JSON, one signature, everything protected. Read by these lines and
 * no library: ACME takes so little of JOSE that what is refused is most of it, and each refusal has its own answer.
 */
export interface Jws {
  readonly header: JwsHeader
  readonly payload: Buffer
  readonly signature: Buffer
  /** What is signed. */
  readonly signed: string
}

export interface JwsHeader {
  readonly alg: string
  readonly url: string
  readonly nonce?: string
  readonly kid?: string
  readonly jwk?: PublicJwk
}

/** A JWS as it stands in JSON, and nothing that stood beside it. */
export interface FlattenedJws {
  readonly protected: string
  readonly payload: string
  readonly signature: string
}

/** The JWS as it came: octets have one text each. */
export function flattened({ signed, signature }: Jws): FlattenedJws {
  const [head = '', payload = ''] = signed.split('.')
  return { protected: head, payload, signature: signature.toString('base64url') }
}

/** What each algorithm signs with: RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2. */
const ALGORITHMS = {
  ES256: { kty: 'EC', crv: 'P-256', signature: 'ecdsa-sha256', octets: 64 },
  ES384: { kty: 'EC', crv: 'P-384', signature: 'ecdsa-sha384', octets: 96 },
  ES512: { kty: 'EC', crv: 'P-521', signature: 'ecdsa-sha512', octets: 132 },
  RS256: { kty: 'RSA', crv: undefined, signature: 'rsa-sha256', octets: undefined },
  EdDSA: { kty: 'OKP', crv: 'Ed25519', signature: 'ed25519', octets: 64 },
  Ed25519: { kty: 'OKP', crv: 'Ed25519', signature: 'ed25519', octets: 64 },
} as const satisfies Record<string, { readonly signature: SignatureAlgorithm; readonly [name: string]: unknown }>
type Algorithm = keyof typeof ALGORITHMS
const JWS_ALGORITHMS = Object.keys(ALGORITHMS)

/** Reads a JWS from its JSON text. Throws `AcmeProblem` 'malformed', 'badPublicKey'. The signature is not checked. */
export function parseJws(text: string): Jws {
  return readJws(parseObject(text, 'The body'))
}

/** Reads a JWS that stands in the payload of another one. */
export function readJws(value: unknown): Jws {
  if (!isObject(value)) throw malformed('A JWS is a JSON object.')
  if ('signatures' in value) throw malformed('Use the flattened serialization with one signature.')
  if ('header' in value) throw malformed('There may be no unprotected header.')
  const [head, payload, signature] = ['protected', 'payload', 'signature'].map((name) => {
    const part: unknown = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined
    if (typeof part !== 'string') throw malformed(`It has no "${name}".`)
    const octets = decodeBase64url(part)
    if (octets === undefined) throw malformed(`Its "${name}" is not base64url without padding.`)
    return { part, octets }
  })
  if (head === undefined || payload === undefined || signature === undefined) throw malformed('A part is missing.')
  if (signature.octets.length === 0) throw malformed('It is not signed.')
  return {
    header: headerOf(parseObject(utf8(head.octets, 'The protected header'), 'The protected header')),
    payload: payload.octets,
    signature: signature.octets,
    signed: `${head.part}.${payload.part}`,
  }
}

function headerOf(header: object): JwsHeader {
  if ('crit' in header) throw malformed('No critical header parameter is known here (RFC 7515 §4.1.11).')
  if ('b64' in header) throw malformed('The payload is always encoded: leave out "b64" (RFC 8555 §6.2).')
  const text = (name: 'alg' | 'url' | 'nonce' | 'kid'): string | undefined => {
    const found: unknown = Object.hasOwn(header, name) ? Reflect.get(header, name) : undefined
    if (found === undefined || typeof found === 'string') return found
    throw malformed(`The header parameter "${name}" is no text.`)
  }
  const [alg, url, nonce, kid] = [text('alg'), text('url'), text('nonce'), text('kid')]
  const jwk: unknown = Object.hasOwn(header, 'jwk') ? Reflect.get(header, 'jwk') : undefined
  if (alg === undefined) throw malformed('Its protected header has no "alg".')
  if (url === undefined) throw malformed('Its protected header has no "url".')
  if ((kid === undefined) === (jwk === undefined)) throw malformed('It has either a "jwk" or a "kid", and not both.')
  return {
    alg,
    url,
    ...(nonce !== undefined && { nonce }),
    ...(kid !== undefined && { kid }),
    ...(jwk !== undefined && { jwk: readJwk(jwk) }),
  }
}

/** Throws `AcmeProblem` 'badSignatureAlgorithm' for an algorithm that is not taken, or not this key's: `none` and those of MACs among them. */
export function checkAlgorithm({ alg }: JwsHeader, key?: PublicJwk): Algorithm {
  if (!isAlgorithm(alg)) {
    throw new AcmeProblem(
      'badSignatureAlgorithm',
      `The algorithm "${alg.slice(0, 50)}" is not taken. Sign by one of: ${JWS_ALGORITHMS.join(', ')}.`,
      { algorithms: JWS_ALGORITHMS },
    )
  }
  const { kty, crv } = ALGORITHMS[alg]
  const isItsKey = key === undefined || (key.kty === kty && (key.kty === 'RSA' ? undefined : key.crv) === crv)
  if (isItsKey) return alg
  throw new AcmeProblem('badSignatureAlgorithm', `The algorithm ${alg} is not one of the account's key.`, {
    algorithms: JWS_ALGORITHMS.filter((name) => isAlgorithm(name) && fits(name, key)),
  })
}

/** Checks a signature; false for whatever is none. */
export type VerifySignature = (
  publicKey: PublicKey,
  algorithm: AlgorithmIdentifier,
  message: Uint8Array,
  signature: Uint8Array,
) => Promise<boolean>

/** Whether the key signed it. Throws as `checkAlgorithm` does. */
export async function isSignedBy(
  jws: Jws,
  { jwk, publicKey }: AccountKey,
  verifySignature: VerifySignature,
): Promise<boolean> {
  const { kty, signature, octets } = ALGORITHMS[checkAlgorithm(jws.header, jwk)]
  if (octets !== undefined && jws.signature.length !== octets) return false
  const message = new Uint8Array(Buffer.from(jws.signed, 'latin1'))
  const octetsOf = kty === 'EC' ? ecdsaSignature(jws.signature) : new Uint8Array(jws.signature)
  return verifySignature(publicKey, algorithmIdentifier(signature), message, octetsOf)
}

/** RFC 7518 §3.4 has two numbers of one length; everything else has them as DER (RFC 3279 §2.2.3). */
function ecdsaSignature(raw: Uint8Array): Uint8Array {
  const half = raw.length / 2
  const [r, s] = [magnitudeOf(raw.subarray(0, half)), magnitudeOf(raw.subarray(half))]
  const length = integerLength(r) + integerLength(s)
  const head = length < 128 ? [0x30, length] : [0x30, 0x81, length]
  const der = new Uint8Array(head.length + length)
  der.set(head)
  putInteger(der, head.length, r)
  putInteger(der, head.length + integerLength(r), s)
  return der
}

/** Without the zeros that it begins with. */
function magnitudeOf(number: Uint8Array): Uint8Array {
  let from = 0
  while (from < number.length - 1 && number[from] === 0) from++
  return number.subarray(from)
}

/** Octets of an INTEGER: tag, length, a zero before what would be negative, and the number. */
function integerLength(magnitude: Uint8Array): number {
  return 2 + magnitude.length + ((magnitude[0] ?? 0) >> 7)
}

function putInteger(der: Uint8Array, at: number, magnitude: Uint8Array): void {
  const length = integerLength(magnitude)
  der[at] = 0x02
  der[at + 1] = length - 2
  der.set(magnitude, at + length - magnitude.length)
}

function fits(name: Algorithm, key: PublicJwk): boolean {
  const { kty, crv } = ALGORITHMS[name]
  return key.kty === kty && (key.kty === 'RSA' || key.crv === crv)
}

function isAlgorithm(alg: string): alg is Algorithm {
  return Object.hasOwn(ALGORITHMS, alg)
}

/** The JSON object that a text is. Throws `AcmeProblem` 'malformed'. */
export function parseObject(text: string, what: string): object {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw malformed(`${what} is no JSON.`)
  }
  if (isObject(value)) return value
  throw malformed(`${what} is no JSON object.`)
}

/** Octets as text. Throws `AcmeProblem` 'malformed' for what is no UTF-8. */
export function utf8(octets: Uint8Array, what: string): string {
  try {
    return UTF8.decode(octets)
  } catch {
    throw malformed(`${what} is no UTF-8.`)
  }
}
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function malformed(detail: string): AcmeProblem {
  return new AcmeProblem('malformed', `The request cannot be read as a JWS. ${detail}`)
}
