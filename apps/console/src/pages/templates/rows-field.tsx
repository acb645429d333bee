import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { Notice } from '../../components/states.tsx'
import classes from './template-tabs.module.css'

/** A list of things with several fields each, to be added, changed and removed. `thing` is what one is called: `policy`. */
export function RowsField<Row>({
  legend,
  says,
  thing,
  rows,
  first,
  error,
  onChange,
  children,
}: {
  readonly legend: string
  readonly says: string
  readonly thing: string
  readonly rows: readonly Row[]
  /** As a new one begins. */
  readonly first: Row
  readonly error: string | undefined
  readonly onChange: (rows: readonly Row[]) => void
  /** The fields of one. */
  readonly children: (row: Row, change: (part: Partial<Row>) => void) => ReactNode
}) {
  return (
    <fieldset style={{ border: 0, margin: 0, padding: 0 }}>
      <legend style={{ fontWeight: 500 }}>{legend}</legend>
      <p className="hint">{says}</p>
      {error !== undefined && (
        <Notice tone="bad">
          <p>{error}</p>
        </Notice>
      )}
      <div className={classes['rows']}>
        {rows.map((row, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: each is its place in the list while it is being typed
          <div key={at} className={classes['row']}>
            {children(row, (part) => onChange(rows.with(at, { ...row, ...part })))}
            <div>
              <Button variant="subtle" color="gray" size="compact-sm" onClick={() => onChange(rows.toSpliced(at, 1))}>
                Remove {thing}
              </Button>
            </div>
          </div>
        ))}
      </div>
      <Button mt="sm" variant="default" size="xs" onClick={() => onChange([...rows, first])}>
        Add {thing}
      </Button>
    </fieldset>
  )
}
