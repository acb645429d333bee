import { Checkbox } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Column } from './data-table.tsx'
import classes from './select-rows.module.css'
import type { Selection } from './use-selection.ts'

/** The column by which rows are selected; those with which nothing can be done have no box. */
export function selectColumn<Row>(
  { selected, all, toggle }: Selection<Row>,
  nameOf: (row: Row) => string,
): Column<Row> {
  return {
    head: 'Select',
    quiet: true,
    narrow: true,
    cell: (row) =>
      all.includes(row) && (
        <Checkbox
          aria-label={`Select ${nameOf(row)}`}
          checked={selected.includes(row)}
          onChange={(event) => toggle([row], event.currentTarget.checked)}
        />
      ),
  }
}

/** Selects all rows or none, and holds the buttons for those that are selected. */
export function SelectionBar<Row>({
  selection: { selected, all, toggle },
  children,
}: {
  readonly selection: Selection<Row>
  readonly children: ReactNode
}) {
  return (
    <div className={classes['bar']}>
      <Checkbox
        label={selected.length === 0 ? `Select all ${all.length}` : `${selected.length} selected`}
        checked={selected.length === all.length}
        indeterminate={selected.length > 0 && selected.length < all.length}
        onChange={(event) => toggle(all, event.currentTarget.checked)}
      />
      {selected.length > 0 && children}
    </div>
  )
}
