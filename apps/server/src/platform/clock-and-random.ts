import { randomFillSync } from 'node:crypto'

/** The time, in milliseconds since the epoch. Handed to whoever needs it, so that tests can stand still. */
export type Clock = () => number

/** That many bytes that nobody can guess. */
export type Random = (byteCount: number) => Uint8Array

export const systemClock: Clock = () => Date.now()

export const systemRandom: Random = (byteCount) => randomFillSync(new Uint8Array(byteCount))
