import { useState } from 'react'

/** Which rows of a list are selected; what is not shown any more is not. */
export interface Selection<Row> {
  readonly selected: readonly Row[]
  /** All that can be selected. */
  readonly all: readonly Row[]
  toggle(rows: readonly Row[], isOn: boolean): void
  clear(): void
}

/** A selection among these rows. */
export function useSelection<Row extends { readonly id: string }>(rows: readonly Row[]): Selection<Row> {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  return {
    selected: rows.filter(({ id }) => chosen.has(id)),
    all: rows,
    toggle: (some, isOn) => {
      const ids = some.map(({ id }) => id)
      setChosen((before) => new Set([...before].filter((id) => !ids.includes(id)).concat(isOn ? ids : [])))
    },
    clear: () => setChosen(new Set()),
  }
}
