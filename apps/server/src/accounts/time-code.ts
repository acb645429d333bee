import { createHmac, timingSafeEqual } from 'node:crypto'

const STEP_MS = 30_000
const DIGITS = 6

/** A code of an authenticator by time, RFC 6238 §4 with HMAC-SHA-1, six digits and steps of 30 seconds. */
function codeAt(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', secret).update(counter).digest()
  // RFC 4226 §5.3: the last four bits say where the number begins.
  const offset = mac.readUInt8(mac.length - 1) & 0xf
  const number = mac.readUInt32BE(offset) & 0x7fff_ffff
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0')
}

/** The time step whose code this is: now's, the one before or the one after, for clocks that differ. Nothing for another code. */
export function stepOfCode(secret: Uint8Array, code: string, now: number): number | undefined {
  const given = Buffer.from(code, 'utf8')
  const current = Math.floor(now / STEP_MS)
  return [current + 1, current, current - 1].find((step) => {
    const expected = Buffer.from(codeAt(secret, step), 'utf8')
    return given.length === expected.length && timingSafeEqual(given, expected)
  })
}
