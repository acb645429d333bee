import { Button, Skeleton } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import classes from './data-table.module.css'
import { Failed } from './states.tsx'

/** A column: its head, and what stands in a row. The first names the row; on a phone the others stand below it with their heads. */
export interface Column<Row> {
  readonly head: string
  readonly cell: (row: Row) => ReactNode
  /** Numbers and what is read from the right. */
  readonly align?: 'end'
  /** Does not break, and takes no more room than it needs. */
  readonly narrow?: true
  /** Its head is for screen readers alone: a column of buttons. */
  readonly quiet?: true
}

/** What a list is asked for and what came; fits the result of `useAsk`. */
interface Asked<Row> {
  readonly data: { readonly items: readonly Row[]; readonly next?: string | undefined } | undefined
  readonly error: unknown
  readonly isPlaceholderData?: boolean
  readonly refetch: () => unknown
}

/**
 * A list of the API as a table. The page that is shown is part of the address (`after`), so that it can be shared and gone back to.
 * `label` names the table; `empty` stands in its place when there is nothing.
 */
export function DataTable<Row>({
  label,
  columns,
  rows,
  keyOf,
  empty,
  after,
}: {
  readonly label: string
  readonly columns: readonly Column<Row>[]
  readonly rows: Asked<Row>
  readonly keyOf: (row: Row) => string
  readonly empty: ReactNode
  /** `after` of the address, on pages that have more than one. */
  readonly after?: string | undefined
}) {
  const { data, error, isPlaceholderData = false, refetch } = rows
  if (data === undefined && error) return <Failed error={error} onRetry={refetch} />
  if (data !== undefined && data.items.length === 0 && after === undefined) return empty
  return (
    <>
      <div className={classes['frame']} data-stale={isPlaceholderData || undefined} aria-busy={data === undefined}>
        <table className={classes['table']} aria-label={label}>
          <thead>
            <tr>
              {columns.map(({ head, align, quiet }) => (
                <th key={head} scope="col" data-align={align}>
                  {quiet ? <span className="visually-hidden">{head}</span> : head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {data === undefined
              ? waitingRows(columns.length)
              : data.items.map((row) => <TableRow key={keyOf(row)} row={row} columns={columns} />)}
          </tbody>
        </table>
      </div>
      <Pages after={after} next={data?.next} />
    </>
  )
}

function TableRow<Row>({ row, columns }: { readonly row: Row; readonly columns: readonly Column<Row>[] }) {
  return (
    <tr>
      {columns.map(({ head, cell, align, narrow, quiet }) => (
        <td key={head} data-head={quiet ? undefined : head} data-align={align} data-narrow={narrow}>
          <div>{cell(row)}</div>
        </td>
      ))}
    </tr>
  )
}

/** To the next page and back to the first; the browser itself goes back by one. */
function Pages({ after, next }: { readonly after: string | undefined; readonly next: string | undefined }) {
  if (after === undefined && next === undefined) return null
  return (
    <nav aria-label="Pages" className={classes['pages']}>
      {after !== undefined && (
        <Button
          variant="default"
          size="xs"
          renderRoot={(props) => <Link to="." search={(all) => ({ ...all, after: undefined })} {...props} />}
        >
          First page
        </Button>
      )}
      {next !== undefined && (
        <Button
          variant="default"
          size="xs"
          renderRoot={(props) => <Link to="." search={(all) => ({ ...all, after: next })} {...props} />}
        >
          Next page
        </Button>
      )}
    </nav>
  )
}

function waitingRows(columns: number): ReactNode {
  return Array.from({ length: 5 }, (_row, row) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
    <tr key={row}>
      {Array.from({ length: columns }, (_cell, cell) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
        <td key={cell}>
          <Skeleton height={12} width={cell === 0 ? '70%' : '45%'} />
        </td>
      ))}
    </tr>
  ))
}
