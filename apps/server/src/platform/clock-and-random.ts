import { randomFillSync } from 'node:crypto'

/** The time, in milliseconds since the epoch. Handed to whoever needs it, so that tests can stand still. */
export type Clock = () => number

/** That many bytes that nobody can guess. */
export type Random = (byteCount: number) => Uint8Array

export const systemClock: Clock = () => Date.now()

/** Bytes are drawn from the system by the page: a call for each id costs more than the id. */
const PAGE = 4096
let page = new Uint8Array(0)
let used = 0

export const systemRandom: Random = (byteCount) => {
  if (byteCount > PAGE / 4) return randomFillSync(new Uint8Array(byteCount))
  if (used + byteCount > page.length) {
    page = randomFillSync(new Uint8Array(PAGE))
    used = 0
  }
  const bytes = page.slice(used, used + byteCount)
  // What was given away does not stay here.
  page.fill(0, used, used + byteCount)
  used += byteCount
  return bytes
}
