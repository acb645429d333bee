import type { ReactNode } from 'react'
import classes from './foldable.module.css'

/** A part of a form that most people leave as it is. What is folded away stays in the form. */
export function Foldable({
  title,
  says,
  children,
}: {
  readonly title: string
  /** What is in it, in a few words. */
  readonly says: string
  readonly children: ReactNode
}) {
  return (
    <details className={classes['foldable']}>
      <summary>
        <span className={classes['title']}>{title}</span>
        <span className={classes['says']}>{says}</span>
      </summary>
      <div className="stack">{children}</div>
    </details>
  )
}
