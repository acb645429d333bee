import type { ReactNode } from 'react'
import classes from './filters.module.css'

/** What narrows a list down, in a row above it; one below the other on a phone. */
export function Filters({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <search aria-label={label} className={classes['filters']}>
      {children}
    </search>
  )
}
