import type { ReactNode } from 'react'
import classes from './two-columns.module.css'

/** A form with what it leads to beside it; below it where there is no room. */
export function TwoColumns({ main, aside }: { readonly main: ReactNode; readonly aside: ReactNode }) {
  return (
    <div className={classes['columns']}>
      <div className={classes['main']}>{main}</div>
      <div className={classes['aside']}>{aside}</div>
    </div>
  )
}
