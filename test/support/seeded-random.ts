/** Random values that are the same in every run, so that what fails once fails again. */
export interface SeededRandom {
  /** An integer from 0 to `below` - 1. */
  number(below: number): number
  bytes(length: number): Uint8Array
  pick<T>(values: readonly T[]): T
}

/** The generator mulberry32. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  const number = (below: number) => Math.floor((next() / 2 ** 32) * below)
  return {
    number,
    bytes: (length) => Uint8Array.from({ length }, () => number(256)),
    pick: (values) => {
      const value = values[number(values.length)]
      if (value === undefined) throw new Error('nothing to pick from')
      return value
    },
  }
}
