import type { ReactNode } from 'react'
import classes from './list-cell.module.css'

/** The class of a link that names its row. */
export const rowLink = classes['name'] ?? ''

/** What stands small below the first line of a cell. */
export function Below({ children }: { readonly children: ReactNode }) {
  return <span className={classes['below']}>{children}</span>
}

/** The names beside the one that a row is called by. */
export function OtherNames({ names: [first, ...more] }: { readonly names: readonly string[] }) {
  if (first === undefined) return null
  return (
    <Below>
      {first}
      {more.length > 0 && ` and ${more.length} more`}
    </Below>
  )
}
