import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import { decodeBase64url } from './jwk.ts'

/** Nonces against replay (RFC 8555 §6.5): each is taken once, within an hour, in the whole installation. */
export interface Nonces {
  /** A fresh one, base64url. Costs no storage. */
  issue(): string
  /** Whether it is one of ours, not too old and not redeemed before; from now on it is. */
  redeem(nonce: string): Promise<boolean>
}

const NONCE_LIFETIME_MS = 3_600_000

/**
 * For one process: a nonce is a number and a MAC over it by a key that the process made for itself. Which numbers were redeemed
 * is one bit each, kept for as long as the number may be used: a million nonces are 125 kB. With the process end both key and memory,
 * so no nonce outlives the knowledge that it was used.
 */
export function memoryNonces(now: () => number, random: (octets: number) => Uint8Array): Nonces {
  const key = nonceKey(random(32))
  const blocks: Block[] = []
  /** The number of the first bit of `blocks[0]`. */
  let first = 0
  let next = 0

  const forget = () => {
    const over = now() - NONCE_LIFETIME_MS
    while (blocks[0] !== undefined && blocks[0].lastIssuedAt < over && first + BLOCK <= next) {
      blocks.shift()
      first += BLOCK
    }
  }
  const blockOf = (number: number) => blocks[Math.floor((number - first) / BLOCK)]

  return {
    issue: () => {
      const number = next++
      const at = now()
      if (number - first === blocks.length * BLOCK) {
        forget()
        blocks.push({ bits: new Uint8Array(BLOCK / 8), lastIssuedAt: at })
      }
      const block = blocks.at(-1)
      if (block !== undefined) block.lastIssuedAt = at
      return sealNonce(key, at, number)
    },
    redeem: async (nonce) => {
      const opened = openNonce(key, nonce)
      if (opened === undefined || opened.at < now() - NONCE_LIFETIME_MS) return false
      const block = blockOf(opened.number)
      if (block === undefined) return false
      const bit = (opened.number - first) % BLOCK
      const mask = 1 << (bit & 7)
      const octet = block.bits[bit >> 3] ?? 0
      if ((octet & mask) !== 0) return false
      block.bits[bit >> 3] = octet | mask
      return true
    },
  }
}

interface Block {
  readonly bits: Uint8Array
  lastIssuedAt: number
}
const BLOCK = 65_536

/** Where redeemed nonces are kept for several processes. */
export interface RedeemedNonces {
  /** Chance that all processes have in common until the memory of redeemed nonces is lost, which a crash of the database may do. */
  epoch(): Promise<string>
  /** Whether it was not redeemed before, in this epoch; from now on it is. */
  redeem(nonce: Uint8Array, epoch: string, expiresAt: number): Promise<boolean>
  /** Removes what expired before this moment. */
  forget(before: number): Promise<void>
}

/**
 * For several processes: the MAC is by a key that all of them derive from one secret, and the memory is the database's. The epoch is in
 * the MAC: when the database loses that memory, all nonces of before are worth nothing.
 */
export async function sharedNonces(
  store: RedeemedNonces,
  secret: Uint8Array,
  { now, random }: { readonly now: () => number; readonly random: (octets: number) => Uint8Array },
): Promise<Nonces> {
  let epoch = await store.epoch()
  let key = keyOf(secret, epoch)
  const follow = async () => {
    const current = await store.epoch()
    if (current === epoch) return false
    epoch = current
    key = keyOf(secret, epoch)
    return true
  }
  const redeem = async (nonce: string): Promise<boolean> => {
    const opened = openNonce(key, nonce)
    if (opened === undefined) return (await follow()) && openNonce(key, nonce) !== undefined && redeem(nonce)
    if (opened.at < now() - NONCE_LIFETIME_MS) return false
    if (await store.redeem(opened.octets, epoch, opened.at + NONCE_LIFETIME_MS)) return true
    await follow()
    return false
  }
  return {
    issue: () => sealNonce(key, now(), Buffer.from(random(6)).readUIntBE(0, 6)),
    redeem,
  }
}

function keyOf(secret: Uint8Array, epoch: string): NonceKey {
  return nonceKey(createHmac('sha256', secret).update(`acme nonces ${epoch}`).digest())
}

/** Six octets of time, six of a number, and half a MAC over both. */
function sealNonce(key: NonceKey, at: number, number: number): string {
  const octets = Buffer.allocUnsafe(BODY + MAC)
  octets.writeUIntBE(at, 0, 6)
  octets.writeUIntBE(number, 6, 6)
  macOf(key, octets.subarray(0, BODY)).copy(octets, BODY, 0, MAC)
  return octets.toString('base64url')
}
const BODY = 12
const MAC = 16

function openNonce(
  key: NonceKey,
  nonce: string,
): { readonly at: number; readonly number: number; readonly octets: Buffer } | undefined {
  const octets = nonce.length > 64 ? undefined : decodeBase64url(nonce)
  if (octets?.length !== BODY + MAC) return undefined
  const mac = macOf(key, octets.subarray(0, BODY)).subarray(0, MAC)
  if (!timingSafeEqual(mac, octets.subarray(BODY))) return undefined
  return { at: octets.readUIntBE(0, 6), number: octets.readUIntBE(6, 6), octets: octets.subarray(0, BODY) }
}

/**
 * HMAC-SHA-256 (RFC 2104 §2) over a body of a few octets, as two digests at once: three are made and three checked for an order, and
 * the object that streams one costs more than both.
 */
function macOf(key: NonceKey, body: Uint8Array): Buffer {
  body.forEach((octet, at) => {
    key.inner[64 + at] = octet
  })
  hash('sha256', key.inner, 'buffer').copy(key.outer, 64)
  return hash('sha256', key.outer, 'buffer')
}

/** The key in both of its pads, with room for what follows each. */
interface NonceKey {
  readonly inner: Buffer
  readonly outer: Buffer
}

function nonceKey(key: Uint8Array): NonceKey {
  const [inner, outer] = [Buffer.alloc(64 + BODY, 0x36), Buffer.alloc(64 + 32, 0x5c)]
  key.forEach((octet, at) => {
    inner[at] = octet ^ 0x36
    outer[at] = octet ^ 0x5c
  })
  return { inner, outer }
}
