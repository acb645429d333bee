import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import { CURVE_FACTS, CURVES, describePublicKey, type PublicKey } from '@chancery/x509'
import { AcmeProblem } from './acme-problem.ts'

/** A public key as a JSON Web Key (RFC 7517), with the members of its thumbprint alone. */
export type PublicJwk =
  | { readonly kty: 'EC'; readonly crv: 'P-256' | 'P-384' | 'P-521'; readonly x: string; readonly y: string }
  | { readonly kty: 'RSA'; readonly e: string; readonly n: string }
  | { readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string }

/** Octets of one coordinate: RFC 7518 §6.2.1.2 wants all of them, leading zeros too. */
const COORDINATE = { 'P-256': 32, 'P-384': 48, 'P-521': 66 } as const
const SMALLEST_RSA = 2048
/** A verification by a key of 16,384 bits costs what hundreds of others do. */
const LARGEST_RSA = 4096

/** Reads the key of a request. Throws `AcmeProblem` 'badPublicKey' for a key that is not taken, 'malformed' for what is no key. */
export function readJwk(value: unknown): PublicJwk {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed('It is no JSON object.')
  if ('d' in value || 'k' in value)
    throw new AcmeProblem(
      'badPublicKey',
      'The "jwk" holds a private or symmetric key: take it for known to others, and make a new one.',
    )
  const member = (name: string): string => {
    const found: unknown = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined
    if (typeof found === 'string') return found
    throw malformed(`It has no "${name}".`)
  }
  const jwk = jwkOf(member)
  publicKeyOf(jwk)
  return jwk
}

function jwkOf(member: (name: string) => string): PublicJwk {
  const kty = member('kty')
  switch (kty) {
    case 'EC': {
      const crv = member('crv')
      if (crv !== 'P-256' && crv !== 'P-384' && crv !== 'P-521') throw untaken(`the curve "${crv.slice(0, 50)}"`)
      const [x, y] = [octets(member('x'), COORDINATE[crv]), octets(member('y'), COORDINATE[crv])]
      return { kty, crv, x, y }
    }
    case 'RSA': {
      const [n, e] = [octets(member('n')), octets(member('e'))]
      checkRsa(Buffer.from(n, 'base64url'), Buffer.from(e, 'base64url'))
      return { kty, e, n }
    }
    case 'OKP': {
      const crv = member('crv')
      if (crv !== 'Ed25519') throw untaken(`the curve "${crv.slice(0, 50)}"`)
      return { kty, crv, x: octets(member('x'), 32) }
    }
    default:
      throw untaken(`the type "${kty.slice(0, 50)}"`)
  }
}

function checkRsa(modulus: Buffer, exponent: Buffer): void {
  const bits = modulus.length * 8 - Math.clz32(modulus[0] ?? 0) + 24
  if (modulus[0] === 0 || exponent[0] === 0) throw malformed('Its numbers begin with zero octets (RFC 7518 §2).')
  if (bits < SMALLEST_RSA || bits > LARGEST_RSA)
    throw new AcmeProblem(
      'badPublicKey',
      `Account keys of RSA have ${SMALLEST_RSA} to ${LARGEST_RSA} bits; this one has ${bits}.`,
    )
  const isOdd = ((exponent.at(-1) ?? 0) & 1) === 1
  if (exponent.length > 4 || !isOdd || exponent.equals(Buffer.of(1)))
    throw new AcmeProblem('badPublicKey', 'The exponent of an RSA key is an odd number from 3 to 32 bits.')
}

/** The key for `node:crypto`. Throws `AcmeProblem` 'badPublicKey' for what is no point of its curve. */
export function publicKeyOf(jwk: PublicJwk): KeyObject {
  try {
    return createPublicKey({ key: { ...jwk }, format: 'jwk' })
  } catch {
    throw new AcmeProblem('badPublicKey', 'The "jwk" is no key of its type: its numbers do not fit together.')
  }
}

/** RFC 7638 §3: SHA-256 over the members in the order of their names. */
export function thumbprintOf(jwk: PublicJwk): string {
  return createHash('sha256').update(canonical(jwk)).digest('base64url')
}

/** The thumbprint of the key of a CSR; nothing for kinds of keys that no account has. Throws `DerError` as `describePublicKey` does. */
export function thumbprintOfKey(publicKey: PublicKey): string | undefined {
  const jwk = jwkOfKey(publicKey)
  return jwk && thumbprintOf(jwk)
}

function jwkOfKey(publicKey: PublicKey): PublicJwk | undefined {
  const description = describePublicKey(publicKey)
  const { key } = publicKey
  switch (description.family) {
    case 'ec': {
      const curve = CURVES.find((name) => name === description.curve)
      if (curve === undefined) return undefined
      const { octets: length } = CURVE_FACTS[curve]
      // An uncompressed point (SEC 1 §2.3.3): 4, and both coordinates whole.
      const [x, y] = [key.subarray(1, 1 + length), key.subarray(1 + length)].map(base64url)
      return x === undefined || y === undefined ? undefined : { kty: 'EC', crv: JWK_CURVES[curve], x, y }
    }
    case 'rsa':
      return { kty: 'RSA', e: ofNumber(description.exponent), n: ofNumber(description.modulus) }
    case 'ed25519':
      return { kty: 'OKP', crv: 'Ed25519', x: base64url(key) }
    default:
      return undefined
  }
}
const JWK_CURVES = { p256: 'P-256', p384: 'P-384', p521: 'P-521' } as const

function base64url(value: Uint8Array): string {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64url')
}

function ofNumber(value: bigint): string {
  const hex = value.toString(16)
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString('base64url')
}

function canonical(jwk: PublicJwk): string {
  switch (jwk.kty) {
    case 'EC':
      return JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y })
    case 'RSA':
      return JSON.stringify({ e: jwk.e, kty: jwk.kty, n: jwk.n })
    case 'OKP':
      return JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x })
  }
}

/** Base64url of so many octets, exactly as an encoder writes it: one key has one text, and one thumbprint. */
function octets(text: string, length?: number): string {
  const bytes = decodeBase64url(text)
  if (bytes === undefined || bytes.length === 0) throw malformed('A member is not base64url without padding.')
  if (length !== undefined && bytes.length !== length)
    throw malformed(`A coordinate has ${bytes.length} octets in place of ${length}.`)
  return text
}

/** The octets of a text in base64url without padding (RFC 7515 §2); `undefined` for any other text, bits left over among them. */
export function decodeBase64url(text: string): Buffer | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) return undefined
  const unused = UNUSED_BITS[text.length % 4]
  if (unused === undefined) return undefined
  // Octets have one text each: of the last letter nothing is left over (RFC 4648 §3.5).
  if (unused !== 0 && (ALPHABET.indexOf(text.at(-1) ?? '') & unused) !== 0) return undefined
  return Buffer.from(text, 'base64url')
}
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
/** The bits of the last letter that belong to no octet, by the length of the text; there is no text with one letter over. */
const UNUSED_BITS = [0, undefined, 0b1111, 0b11] as const

function malformed(detail: string): AcmeProblem {
  return new AcmeProblem('malformed', `The "jwk" of the request cannot be read. ${detail}`)
}

function untaken(what: string): AcmeProblem {
  return new AcmeProblem(
    'badPublicKey',
    `Keys of ${what} are not taken. Use EC on P-256, P-384 or P-521, Ed25519, or RSA with ${SMALLEST_RSA} to ${LARGEST_RSA} bits.`,
  )
}
