import { createHash, timingSafeEqual } from 'node:crypto'

/** The link by which the first account is made. It opens nothing once there is an account. */
export interface SetupLink {
  /** Shown once, on standard output: whoever sees it becomes the operator. */
  readonly secret: string
  /** Whether a text is the secret; takes as long for any text. */
  matches(text: string): boolean
}

/** A new link: 256 random bits. Only their hash stays with the one who compares. */
export function newSetupLink(random: (byteCount: number) => Uint8Array): SetupLink {
  const secret = Buffer.from(random(32)).toString('base64url')
  const expected = hash(secret)
  return { secret, matches: (text) => timingSafeEqual(hash(text), expected) }
}

/** The address to open. The secret is in the fragment, which browsers send to nobody. */
export function setupAddress(url: string, secret: string): string {
  return `${url}/setup#${secret}`
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest()
}
