import { Button, Skeleton } from '@mantine/core'
import type { ReactNode } from 'react'
import { problemOf } from '../api/api-problem.ts'
import { Icon } from '../frame/icon.tsx'
import classes from './states.module.css'

/** While a page or a part of it is being asked for. */
export function Loading({ lines = 4, label = 'Loading' }: { readonly lines?: number; readonly label?: string }) {
  return (
    <div role="status" className={classes['loading']}>
      <span className="visually-hidden">{label}</span>
      {Array.from({ length: lines }, (_one, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
        <Skeleton key={index} height={14} width={`${95 - ((index * 23) % 50)}%`} />
      ))}
    </div>
  )
}

/** Where there is nothing yet: what would stand here, and the next step. */
export function Empty({
  title,
  children,
  action,
}: {
  readonly title: string
  readonly children?: ReactNode
  readonly action?: ReactNode
}) {
  return (
    <section className={classes['empty']}>
      <h2>{title}</h2>
      {children !== undefined && <div className={classes['text']}>{children}</div>}
      {action !== undefined && <div className={classes['action']}>{action}</div>}
    </section>
  )
}

/** What went wrong, in the problem's own words, with its reference where the server failed. */
export function Failed({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => unknown }) {
  const { detail, reference, errors: all = [] } = problemOf(error)
  // One thing that is wrong is the whole of it, and need not be said twice.
  const errors = all.filter((one) => one.detail !== detail)
  return (
    <Notice tone="bad" role="alert">
      <p>{detail}</p>
      {errors.length > 0 && (
        <ul>
          {errors.map((one) => (
            <li key={`${one.field} ${one.detail}`}>{one.detail}</li>
          ))}
        </ul>
      )}
      {reference !== undefined && (
        <p className={classes['soft']}>
          Reference: <code>{reference}</code>
        </p>
      )}
      {onRetry && (
        <Button variant="default" size="xs" onClick={() => void onRetry()}>
          Try again
        </Button>
      )}
    </Notice>
  )
}

export type Tone = 'info' | 'good' | 'wait' | 'bad'

/** A framed remark: what somebody should know before they go on. */
export function Notice({
  tone = 'info',
  title,
  role,
  children,
}: {
  readonly tone?: Tone
  readonly title?: string
  readonly role?: 'alert' | 'status'
  readonly children: ReactNode
}) {
  return (
    <div className={classes['notice']} data-tone={tone} role={role}>
      {(tone === 'bad' || tone === 'wait') && <Icon name="warning" />}
      <div>
        {title !== undefined && <p className={classes['title']}>{title}</p>}
        {children}
      </div>
    </div>
  )
}
