import { createHash } from 'node:crypto'

/** Chance that repeats itself: for what is shown, never for what is secret. */
export interface Seeded {
  /** A number from 0 up to 1, without it. */
  fraction(): number
  /** A whole number from `least` up to `most`, with both. */
  whole(least: number, most: number): number
  /** Whether something happens that happens in so many of 100 cases. */
  percent(chance: number): boolean
  pick<T>(from: readonly [T, ...T[]]): T
}

/** The same numbers for the same seed. */
export function seeded(seed: string): Seeded {
  let block = Buffer.alloc(0)
  let count = 0
  let at = 0
  const fraction = () => {
    if (at + 4 > block.length) {
      block = createHash('sha512').update(`${seed} ${count++}`).digest()
      at = 0
    }
    at += 4
    return block.readUInt32BE(at - 4) / 2 ** 32
  }
  const whole = (least: number, most: number) => least + Math.floor(fraction() * (most - least + 1))
  return {
    fraction,
    whole,
    percent: (chance) => fraction() * 100 < chance,
    pick: (from) => from[whole(0, from.length - 1)] ?? from[0],
  }
}
