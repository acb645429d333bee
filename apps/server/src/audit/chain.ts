import { createHash } from 'node:crypto'
import type { ChainHead, RetiredKey, Seal, StoredRecord } from './audit-log.ts'

/** What stands before the first link and the first seal. */
export const NOTHING: Uint8Array = new Uint8Array(32)

/** Octets of a record's hash that a seal keeps as a hint. */
export const HINT_OCTETS = 8

/** SHA-256 of a record: of all its fields, in this order. */
export function recordHash(record: StoredRecord): Buffer {
  const { tenant, id, at, actor, account, token, action, objectType, objectId, details } = record
  return sha256(
    fields('chancery audit record 1', tenant, id, at, actor, account, token, action, objectType, objectId, details),
  )
}

/** The chain after one more record. */
export function nextLink(link: Uint8Array, hash: Uint8Array): Buffer {
  return sha256(link, hash)
}

/** What is signed of a seal. */
export function sealMessage(seal: Omit<Seal, 'signature' | 'hints'>): Buffer {
  const { number, tenant, first, last, firstAt, lastAt, sealedAt, link, previous, key } = seal
  return fields(
    'chancery audit seal 1',
    ...[number, tenant, first, last, firstAt, lastAt, sealedAt, hex(link), hex(previous), key],
  )
}

/** SHA-256 of what is signed of a seal: the head of the chain, and what the next seal begins with. */
export function sealDigest(seal: Omit<Seal, 'signature' | 'hints'>): Uint8Array {
  return Uint8Array.from(sha256(sealMessage(seal)))
}

/** What a key signs of the key before it. */
export function endorsementMessage({
  id,
  publicKey,
  untilNumber,
  untilDigest,
  successor,
}: Omit<RetiredKey, 'endorsement'>) {
  return fields('chancery audit key 1', id, hex(publicKey), untilNumber, hex(untilDigest), successor)
}

/** What a restore signs of the end that it cut off. */
export function cutMessage({
  backup,
  cut,
  onto,
  key,
}: {
  readonly backup: string
  readonly cut: Pick<ChainHead, 'number' | 'digest'>
  readonly onto: Pick<ChainHead, 'number' | 'digest'>
  readonly key: string
}): Buffer {
  return fields('chancery audit cut 1', backup, cut.number, hex(cut.digest), onto.number, hex(onto.digest), key)
}

/** A head as people carry it elsewhere: `1234:4f1c…`. */
export function headText({ number, digest }: Pick<ChainHead, 'number' | 'digest'>): string {
  return `${number}:${hex(digest)}`
}

/** Reads what `headText` wrote; nothing for any other text. */
export function parseHead(text: string): Pick<ChainHead, 'number' | 'digest'> | undefined {
  const match = /^([1-9]\d{0,14}):([0-9a-f]{64})$/.exec(text.trim().toLowerCase())
  if (match === null) return undefined
  return { number: Number(match[1]), digest: Uint8Array.fromHex(match[2] ?? '') }
}

/**
 * Each field as UTF-8 after its length (4 octets, big-endian); a null is the length ffffffff and nothing. No two lists of fields
 * give the same octets.
 */
function fields(...values: readonly (string | number | null)[]): Buffer {
  return Buffer.concat(
    values.flatMap((value) => {
      const length = Buffer.alloc(4)
      if (value === null) {
        length.writeUInt32BE(0xffff_ffff)
        return [length]
      }
      const octets = Buffer.from(String(value))
      length.writeUInt32BE(octets.length)
      return [length, octets]
    }),
  )
}

function sha256(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

function hex(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength).toString('hex')
}
