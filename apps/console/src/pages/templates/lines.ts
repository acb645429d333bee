/** A value with its type, as one line says it: `organizationName=Example`. */
export interface Pair {
  readonly type: string
  readonly value: string
}

/** Texts as a text field shows them: one to a line. */
export function linesOf(texts: readonly string[]): string {
  return texts.join('\n')
}

/** The lines of a text field that say something. */
export function fromLines(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

export function pairsOf(pairs: readonly Pair[]): string {
  return linesOf(pairs.map(({ type, value }) => `${type}=${value}`))
}

/** A line without `=` has an empty type, which the server refuses by name. */
export function pairsIn(text: string): readonly Pair[] {
  return fromLines(text).map((line) => {
    const mark = line.indexOf('=')
    return mark < 1
      ? { type: '', value: line }
      : { type: line.slice(0, mark).trim(), value: line.slice(mark + 1).trim() }
  })
}
