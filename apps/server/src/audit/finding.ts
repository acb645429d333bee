/** What may be wrong with the audit. */
export const FINDING_KINDS = [
  'edited',
  'removed',
  'inserted',
  'reordered',
  'cut-off',
  'forged',
  'seal-edited',
  'seal-removed',
  'other-head',
] as const

export interface Finding {
  readonly kind: (typeof FINDING_KINDS)[number]
  /** For a person: what is wrong, and with which record or seal. */
  readonly message: string
}

/** Who changes a thousand records is told of the first ones: nobody reads more, and memory is bounded. */
const MOST = 100

/** A list of findings that grows no further than is useful. */
export function findings(already: readonly Finding[] = []) {
  const list = [...already]
  let more = 0
  return {
    add(kind: Finding['kind'], message: string): void {
      if (list.length < MOST) list.push({ kind, message })
      else more += 1
    },
    all: (others: readonly Finding[] = []): readonly Finding[] => [
      ...list,
      ...(more === 0 ? [] : [{ kind: 'edited' as const, message: `and ${more} more` }]),
      ...others,
    ],
  }
}
