import type { ReactNode } from 'react'
import classes from './two-columns.module.css'

/** A form with what it leads to beside it; below it where there is no room. */
export function TwoColumns({ main, aside }: { readonly main: ReactNode; readonly aside: ReactNode }) {
  return (
    <div className={classes['columns']}>
      <div className={classes['main']}>{main}</div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard */}
      <div className={classes['aside']} tabIndex={0}>
        {aside}
      </div>
    </div>
  )
}
