import { type ReactNode, useEffect } from 'react'
import { Icon } from '../../frame/icon.tsx'
import classes from './door-page.module.css'

/** The frame of the pages for which nobody is signed in: one narrow column. */
export function DoorPage({
  title,
  intro,
  children,
}: {
  readonly title: string
  readonly intro?: ReactNode
  readonly children: ReactNode
}) {
  useEffect(() => {
    document.title = `${title} · Chancery`
  }, [title])
  return (
    <main className={classes['page']}>
      <p className={classes['brand']}>
        <Icon name="seal" size={26} />
        Chancery
      </p>
      <div className={classes['card']}>
        <h1>{title}</h1>
        {intro !== undefined && <p className={classes['intro']}>{intro}</p>}
        {children}
      </div>
    </main>
  )
}
