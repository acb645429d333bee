import { type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { Refusal } from '@chancery/pki'

/** Length in Unicode code points, after NFKC. The upper bound keeps the hash from working on a book. */
const PASSWORD_LENGTH = { minimum: 12, maximum: 128 } as const

const PARAMETERS = { N: 16_384, r: 16, p: 1, maxmem: 128 * 16_384 * 16 * 2 } as const
const KEY_OCTETS = 64
const SALT_OCTETS = 16

const derive = promisify<string, string, number, ScryptOptions, Buffer>(scrypt)

/** Refuses a password that is too short or too long ('not-permitted'). It is never quoted. */
export function checkPassword(password: string): void {
  const length = [...password.normalize('NFKC')].length
  if (length < PASSWORD_LENGTH.minimum) {
    throw refuse(`A password has at least ${PASSWORD_LENGTH.minimum} characters; this one has ${length}.`)
  }
  if (length > PASSWORD_LENGTH.maximum) {
    throw refuse(`A password has at most ${PASSWORD_LENGTH.maximum} characters; this one has ${length}.`)
  }
}

/**
 * The hash of a password as better-auth writes it: `salt:key` in hex, scrypt (RFC 7914) with N=16384, r=16, p=1 and 64 octets
 * over the password in NFKC. The salt is the text of its hex, not the octets: so does better-auth.
 */
export async function hashPassword(password: string, random: (byteCount: number) => Uint8Array): Promise<string> {
  const salt = Buffer.from(random(SALT_OCTETS)).toString('hex')
  const key = await derive(password.normalize('NFKC'), salt, KEY_OCTETS, PARAMETERS)
  return `${salt}:${key.toString('hex')}`
}

/** Whether a password has this hash. False for a hash of another form. */
export async function isPassword(password: string, hash: string): Promise<boolean> {
  const [, salt, key] = /^([0-9a-f]{32}):([0-9a-f]{128})$/.exec(hash) ?? []
  if (salt === undefined || key === undefined) return false
  const derived = await derive(password.normalize('NFKC'), salt, KEY_OCTETS, PARAMETERS)
  return timingSafeEqual(derived, Buffer.from(key, 'hex'))
}

function refuse(detail: string): Refusal {
  return new Refusal('not-permitted', detail, [{ field: '/password', detail }])
}
