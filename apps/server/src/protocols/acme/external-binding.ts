import { createHmac, timingSafeEqual } from 'node:crypto'
import type { DoorBinding } from './account-store.ts'
import type { Acme, KeyRequest } from './acme.ts'
import { AcmeProblem } from './acme-problem.ts'
import { type PublicJwk, readJwk, thumbprintOf } from './jwk.ts'
import { type FlattenedJws, flattened, type Jws, parseObject, readJws, utf8 } from './jws.ts'

/** Characters of what is signed: the key is the most of it, and RSA of 8192 bits has 2,000. It is kept with the account. */
const LONGEST = 8_192

const HASHES = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' } as const

/** The binding that a request names, whether it may or not; `undefined` where it names none that is known. */
export async function namedBinding(value: unknown, { door }: Pick<Acme, 'door'>): Promise<DoorBinding | undefined> {
  const kid = kidOf(value)
  return kid !== undefined && /^[0-9A-Za-z]{1,100}$/.test(kid) ? door.binding(kid) : undefined
}

function kidOf(value: unknown): string | undefined {
  try {
    return readJws(value).header.kid
  } catch (error) {
    if (error instanceof AcmeProblem) return undefined
    throw error
  }
}

/**
 * Who vouches for a new account: the binding in its request, RFC 8555 §7.3.4, of which `found` is the one that it names. Throws
 * `AcmeProblem` 'malformed' for what is no binding of this key for this address, 'unauthorized' for one that is not known, not signed
 * by its key, or not for this directory. Gives the binding, and what is to be kept of the request that names it.
 */
export function checkBinding(
  value: unknown,
  found: DoorBinding | undefined,
  { jwk, url, own, at }: KeyRequest,
  { bindingKey }: Pick<Acme, 'bindingKey'>,
): { readonly binding: DoorBinding; readonly jws: FlattenedJws } {
  const jws = readEabJws(value)
  if (jws.signed.length > LONGEST) throw malformed(`It has more than ${LONGEST} characters.`)
  const { alg, kid, nonce } = jws.header
  if (kid === undefined) throw malformed('It names its key by "kid".')
  if (!isMac(alg))
    throw new AcmeProblem(
      'badSignatureAlgorithm',
      `The external account binding is signed by HS256, HS384 or HS512, and not by "${alg.slice(0, 50)}".`,
      {
        algorithms: Object.keys(HASHES),
      },
    )
  if (nonce !== undefined) throw malformed('It has no "nonce" of its own.')
  if (jws.header.url !== url) throw malformed(`Its "url" is that of the request, ${url}.`)
  if (thumbprintOf(payloadJwk(jws)) !== thumbprintOf(jwk)) throw malformed('Its payload is the key of the account.')

  // Who asks for key ids at random is not told by the time that it takes which are there.
  const key = found === undefined ? NO_KEY : bindingKey(found)
  const mac = createHmac(HASHES[alg], key).update(jws.signed, 'latin1').digest()
  const isRight = mac.length === jws.signature.length && timingSafeEqual(mac, jws.signature)
  if (found === undefined || !isRight)
    throw new AcmeProblem(
      'unauthorized',
      'The external account binding is not known here, or not signed by its HMAC key. Compare key id and key with what was shown when it was made; the key is base64url.',
    )
  if (own !== undefined && own.policy.id !== found.policy.id)
    throw new AcmeProblem(
      'unauthorized',
      `The external account binding "${found.name}" is for another policy: use the directory that was shown with it.`,
    )
  if (found.expiresAt !== undefined && found.expiresAt <= at)
    throw new AcmeProblem(
      'unauthorized',
      `The external account binding "${found.name}" ended on ${new Date(found.expiresAt).toISOString()}. Ask for another one.`,
    )
  return { binding: found, jws: flattened(jws) }
}

function isMac(alg: string): alg is keyof typeof HASHES {
  return Object.hasOwn(HASHES, alg)
}

function readEabJws(value: unknown): Jws {
  try {
    return readJws(value)
  } catch (error) {
    if (error instanceof AcmeProblem) throw malformed(error.message)
    throw error
  }
}

function payloadJwk({ payload }: Jws): PublicJwk {
  return readJwk(parseObject(utf8(payload, 'The payload of the binding'), 'The payload of the binding'))
}

const NO_KEY = new Uint8Array(32)

function malformed(detail: string): AcmeProblem {
  return new AcmeProblem('malformed', `The external account binding cannot be read (RFC 8555 §7.3.4). ${detail}`)
}
