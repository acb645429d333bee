import type { ReactNode } from 'react'
import classes from './state-badge.module.css'

export type BadgeTone = 'good' | 'wait' | 'bad' | 'off' | 'info'

/** A state in a word or two. The word says it; the colour only helps. */
export function StateBadge({ tone, children }: { readonly tone: BadgeTone; readonly children: ReactNode }) {
  return (
    <span className={classes['badge']} data-tone={tone}>
      {children}
    </span>
  )
}
