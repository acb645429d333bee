import { type ReactNode, useEffect } from 'react'
import classes from './page-header.module.css'

/** The head of each page: its title (also of the window), a line or two of what it is for, and what one can do. */
export function PageHeader({
  title,
  intro,
  above,
  actions,
}: {
  readonly title: string
  readonly intro?: ReactNode
  /** Stands above the title: the way back to a list. */
  readonly above?: ReactNode
  readonly actions?: ReactNode
}) {
  useEffect(() => {
    document.title = `${title} · Chancery`
  }, [title])
  return (
    <header className={classes['header']}>
      <div className={classes['words']}>
        {above !== undefined && <div className={classes['above']}>{above}</div>}
        <h1>{title}</h1>
        {intro !== undefined && <p className={classes['intro']}>{intro}</p>}
      </div>
      {actions !== undefined && <div className={classes['actions']}>{actions}</div>}
    </header>
  )
}
