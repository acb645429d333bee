import type { ReactNode } from 'react'
import classes from './card.module.css'

/** A part of a page with a title of its own. */
export function Card({
  title,
  intro,
  actions,
  children,
}: {
  readonly title?: string
  readonly intro?: ReactNode
  readonly actions?: ReactNode
  readonly children?: ReactNode
}) {
  return (
    <section className={classes['card']} aria-label={title}>
      {(title !== undefined || actions !== undefined) && (
        <header className={classes['header']}>
          <h2>{title}</h2>
          {actions}
        </header>
      )}
      {intro !== undefined && <p className={classes['intro']}>{intro}</p>}
      {children}
    </section>
  )
}

/** What something is, name by name. */
export function Facts({ items }: { readonly items: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className={classes['facts']}>
      {items.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
