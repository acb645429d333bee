import { hkdfSync, randomBytes } from 'node:crypto'
import { inspect } from 'node:util'

/** Octets of a master key. */
export const MASTER_KEY_OCTETS = 32

/**
 * The installation's master key, from which every other secret derives. It shows itself nowhere: not in JSON, not in
 * `console.log`, not in a template string; only `derive` and `masterKeyText` see it.
 */
export interface MasterKey {
  /** Eight octets in hex that say which master key this is. They derive from it and give nothing of it away. */
  readonly id: string
  /** A secret for one purpose: HKDF-SHA-256 (RFC 5869) with the label as info. Different labels give unrelated secrets. */
  derive(label: string, octets?: number): Buffer
  /** What is stored to know this key again: 32 octets in hex. */
  checkValue(): string
}

/** No master key: text of another form, a file that cannot be read or that others can read. Shows nothing of the key. */
export class MasterKeyError extends Error {
  override readonly name = 'MasterKeyError'
}

/** Labels of what derives here; others name their own, in the same form. */
const ID_LABEL = 'chancery master key id'
const CHECK_LABEL = 'chancery master key check value'

/** A master key of these 32 octets, which are copied. */
export function masterKeyOf(octets: Uint8Array): MasterKey {
  if (octets.length !== MASTER_KEY_OCTETS) {
    throw new MasterKeyError(`a master key of ${octets.length} octets; ${MASTER_KEY_OCTETS} are due`)
  }
  const secret = Buffer.from(octets)
  const derive = (label: string, length = 32): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, new Uint8Array(), label, length))
  const id = derive(ID_LABEL, 8).toString('hex')
  const shown = () => `MasterKey ${id}`
  const key = { id, derive, checkValue: () => derive(CHECK_LABEL).toString('hex') }
  secrets.set(key, secret)
  return Object.freeze(Object.assign(key, { toJSON: shown, toString: shown, [inspect.custom]: shown }))
}
const secrets = new WeakMap<MasterKey, Buffer>()

/** A new master key. */
export function generateMasterKey(): MasterKey {
  return masterKeyOf(randomBytes(MASTER_KEY_OCTETS))
}

/** The key as text for its file: base64 of the 32 octets. This is the secret itself. */
export function masterKeyText(key: MasterKey): string {
  const secret = secrets.get(key)
  if (secret === undefined) throw new MasterKeyError('a master key that was not made here')
  return secret.toString('base64')
}

/**
 * A master key from text: 32 octets in base64 (44 characters) or hex (64 characters), white space around them aside. `source`
 * names where the text comes from, e.g. `CHANCERY_MASTER_KEY_FILE`, for the `MasterKeyError` of other text.
 */
export function parseMasterKey(text: string, source: string): MasterKey {
  const trimmed = text.trim()
  if (trimmed === '') throw new MasterKeyError(`${source} is empty; 32 octets in base64 or hex are due`)
  if (/^[0-9A-Fa-f]{64}$/.test(trimmed)) return masterKeyOf(Uint8Array.fromHex(trimmed))
  if (/^[A-Za-z0-9+/]{43}=$/.test(trimmed)) return masterKeyOf(Buffer.from(trimmed, 'base64'))
  throw new MasterKeyError(
    `${source} holds no master key: expected 32 octets as 44 characters of base64 or 64 of hex, found ${trimmed.length} characters`,
  )
}
