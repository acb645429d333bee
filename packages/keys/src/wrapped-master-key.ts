import { createCipheriv, createDecipheriv, randomBytes, type ScryptOptions, scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import { type MasterKey, MasterKeyError, masterKeyText, parseMasterKey } from './master-key.ts'

/** Characters (Unicode code points, after NFKC) that the passphrase of a wrapped master key has at least. */
const SHORTEST_PASSPHRASE = 12

/** 128 MiB and about half a second a guess: whoever has the file may guess for as long as they like. */
const COST = { N: 131_072, r: 8, p: 1 } as const
const SALT_OCTETS = 16
const NONCE_OCTETS = 12
const CIPHER = 'aes-256-gcm'
const FORMAT = 'chancery-master-key-1'

const derive = promisify<string, Uint8Array, number, ScryptOptions, Buffer>(scrypt)

/**
 * The master key under a passphrase, as text for a file: scrypt (RFC 7914, N=131072, r=8, p=1) and AES-256-GCM, to which the id of
 * the key and the format are bound. Throws `MasterKeyError` for a passphrase that is too short.
 */
export async function wrapMasterKey(key: MasterKey, passphrase: string): Promise<string> {
  const length = [...passphrase.normalize('NFKC')].length
  if (length < SHORTEST_PASSPHRASE) {
    throw new MasterKeyError(
      `the passphrase has ${length} characters; at least ${SHORTEST_PASSPHRASE} are due, because a file can be guessed at for ever`,
    )
  }
  const salt = randomBytes(SALT_OCTETS)
  const nonce = randomBytes(NONCE_OCTETS)
  const cipher = createCipheriv(CIPHER, await wrappingKey(passphrase, salt), nonce).setAAD(additionalData(key.id))
  const sealed = Buffer.concat([cipher.update(masterKeyText(key), 'utf8'), cipher.final(), cipher.getAuthTag()])
  return `${[FORMAT, key.id, ...[salt, nonce, sealed].map((part) => part.toString('base64url'))].join('.')}\n`
}

/**
 * The master key that was wrapped. Throws `MasterKeyError` for another passphrase and for a file that was changed, which look the
 * same; `source` names the file.
 */
export async function unwrapMasterKey(text: string, passphrase: string, source: string): Promise<MasterKey> {
  const [format, id, ...parts] = text.trim().split('.')
  const [salt, nonce, sealed] = parts.map((part) => Buffer.from(part, 'base64url'))
  if (format !== FORMAT || id === undefined || sealed === undefined || sealed.length <= TAG_OCTETS) {
    throw new MasterKeyError(`${source} holds no master key wrapped by this release`)
  }
  if (salt?.length !== SALT_OCTETS || nonce?.length !== NONCE_OCTETS) throw doesNotOpen(source)
  const end = sealed.length - TAG_OCTETS
  const decipher = createDecipheriv(CIPHER, await wrappingKey(passphrase, salt), nonce, { authTagLength: TAG_OCTETS })
  decipher.setAAD(additionalData(id)).setAuthTag(sealed.subarray(end))
  const opened = decipher.update(sealed.subarray(0, end))
  try {
    decipher.final()
  } catch {
    throw doesNotOpen(source)
  }
  return parseMasterKey(opened.toString('utf8'), source)
}

const TAG_OCTETS = 16

function wrappingKey(passphrase: string, salt: Uint8Array): Promise<Buffer> {
  return derive(passphrase.normalize('NFKC'), salt, 32, { ...COST, maxmem: 256 * COST.N * COST.r })
}

function additionalData(id: string): Buffer {
  return Buffer.from(`${FORMAT}.${id}`)
}

function doesNotOpen(source: string): MasterKeyError {
  return new MasterKeyError(`${source} does not open: the passphrase is another, or the file was changed`)
}
