import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { MasterKey } from './master-key.ts'
import { plainBytes } from './plain-bytes.ts'

/** What a sealed secret belongs to. It is no part of the sealed bytes: who opens them must know it. */
export interface SealContext {
  readonly tenant: string
  /** What the secret is for, e.g. `ca-key`, `mail-body`. */
  readonly purpose: string
  /** Which one: the id of its row. */
  readonly id: string
}

/**
 * Keeps secrets at rest. Each is encrypted under a key of its own, and that key under one that derives from the installation's
 * master key; so a rotated master key needs only the small part rewritten.
 */
export interface Sealer {
  seal(plaintext: Uint8Array, context: SealContext): Uint8Array
  /** Throws `SealBroken` when the bytes were changed, belong to another context, or need a master key that is not here. */
  open(sealed: Uint8Array, context: SealContext): Uint8Array
  /** The same secret under the current master key; the payload is not decrypted. Throws `SealBroken`. */
  rewrap(sealed: Uint8Array): Uint8Array
  /** Whether the current master key wraps it: `rewrap` has nothing to do. */
  isCurrent(sealed: Uint8Array): boolean
}

/** A sealed secret does not open. Deliberately without detail: every cause looks the same. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken'
  constructor() {
    super('a sealed secret does not open: it was changed, belongs elsewhere, or the master key is another')
  }
}

/**
 * A sealer under this master key, which still opens what `others` (former master keys) wrapped.
 *
 *     sealed  = format (1 octet) || master key id (8) || wrapped || payload
 *     wrapped = nonce (12) || data key (32), encrypted || tag (16)
 *     payload = nonce (12) || secret, encrypted || tag (16)
 *
 * Both are AES-256-GCM. The payload's additional data is the context, the wrapped key's the master key id: a payload beside
 * another data key, and a data key under another master key's name, fail their tags.
 */
export function sealer(current: MasterKey, others: readonly MasterKey[] = []): Sealer {
  const wrappingKeys = new Map([...others, current].map((key) => [key.id, key.derive(WRAPPING_LABEL)]))
  const header = Buffer.from([FORMAT, ...Uint8Array.fromHex(current.id)])

  const wrap = (dataKey: Uint8Array) => encrypt(wrappingKeyOf(header), dataKey, header)
  const wrappingKeyOf = (head: Uint8Array): Buffer => {
    const key = wrappingKeys.get(head.subarray(1).toHex())
    if (key === undefined) throw new SealBroken()
    return key
  }
  const unwrap = ({ head, wrapped }: Parts) => decrypt(wrappingKeyOf(head), wrapped, head)

  return {
    seal(plaintext, context) {
      const dataKey = randomBytes(KEY_OCTETS)
      const sealed = Buffer.concat([header, wrap(dataKey), encrypt(dataKey, plaintext, additionalData(context))])
      dataKey.fill(0)
      return plainBytes(sealed)
    },
    open(sealed, context) {
      const parts = partsOf(sealed)
      const dataKey = unwrap(parts)
      try {
        return plainBytes(decrypt(dataKey, parts.payload, additionalData(context)))
      } finally {
        dataKey.fill(0)
      }
    },
    rewrap(sealed) {
      const parts = partsOf(sealed)
      const dataKey = unwrap(parts)
      const rewrapped = Buffer.concat([header, wrap(dataKey), parts.payload])
      dataKey.fill(0)
      return plainBytes(rewrapped)
    },
    isCurrent: (sealed) => header.equals(partsOf(sealed).head),
  }
}

const WRAPPING_LABEL = 'chancery sealing: wrapping of data keys'
const FORMAT = 1
const HEADER_OCTETS = 9
const KEY_OCTETS = 32
const NONCE_OCTETS = 12
const TAG_OCTETS = 16
const WRAPPED_OCTETS = NONCE_OCTETS + KEY_OCTETS + TAG_OCTETS
const CIPHER = 'aes-256-gcm'

interface Parts {
  readonly head: Uint8Array
  readonly wrapped: Uint8Array
  readonly payload: Uint8Array
}

function partsOf(sealed: Uint8Array): Parts {
  if (sealed[0] !== FORMAT || sealed.length < HEADER_OCTETS + WRAPPED_OCTETS + NONCE_OCTETS + TAG_OCTETS) {
    throw new SealBroken()
  }
  return {
    head: sealed.subarray(0, HEADER_OCTETS),
    wrapped: sealed.subarray(HEADER_OCTETS, HEADER_OCTETS + WRAPPED_OCTETS),
    payload: sealed.subarray(HEADER_OCTETS + WRAPPED_OCTETS),
  }
}

/** The context as octets. JSON of a list: no two contexts share them, whatever characters they hold. */
function additionalData({ tenant, purpose, id }: SealContext): Buffer {
  return Buffer.from(JSON.stringify([FORMAT, tenant, purpose, id]))
}

function encrypt(key: Uint8Array, plaintext: Uint8Array, additional: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE_OCTETS)
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_OCTETS }).setAAD(additional)
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
}

function decrypt(key: Uint8Array, encrypted: Uint8Array, additional: Uint8Array): Buffer {
  const nonce = encrypted.subarray(0, NONCE_OCTETS)
  const end = encrypted.length - TAG_OCTETS
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_OCTETS }).setAAD(additional)
  decipher.setAuthTag(encrypted.subarray(end))
  const plaintext = decipher.update(encrypted.subarray(NONCE_OCTETS, end))
  try {
    return Buffer.concat([plaintext, decipher.final()])
  } catch {
    throw new SealBroken()
  } finally {
    plaintext.fill(0)
  }
}
