/**
 * The same values for a message between threads, with their octets in one buffer: to copy a buffer for each costs as much as the rest
 * of a question, and octets that lie in a larger buffer would take all of it along. Octets are looked for among the values and in
 * lists among them; what lies deeper stays where it is.
 */
export function inOneBuffer(values: readonly unknown[]): readonly unknown[] {
  let length = 0
  for (const value of values) {
    if (value instanceof Uint8Array) length += value.length
    else if (Array.isArray(value)) for (const item of value) if (item instanceof Uint8Array) length += item.length
  }
  const buffer = new Uint8Array(length)
  let end = 0
  const moved = (value: unknown): unknown => {
    if (!(value instanceof Uint8Array)) return value
    const start = end
    end += value.length
    buffer.set(value, start)
    return buffer.subarray(start, end)
  }
  return values.map((value) => (Array.isArray(value) ? value.map(moved) : moved(value)))
}
