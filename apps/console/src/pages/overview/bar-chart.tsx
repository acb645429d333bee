import { Tooltip } from '@mantine/core'
import classes from './bar-chart.module.css'
import type { Span } from './ending-spans.ts'

/** Counts as bars beside one another. Who cannot see them reads them as a list. */
export function BarChart({
  bars,
  unit,
  empty,
  isPast = false,
}: {
  readonly bars: readonly Span[]
  /** What is counted: `certificates end`. */
  readonly unit: string
  /** In place of bars that are all nothing. */
  readonly empty: string
  readonly isPast?: boolean
}) {
  const most = Math.max(...bars.map(({ count }) => count))
  if (!(most > 0)) return <p className={classes['empty']}>{empty}</p>
  const isDense = bars.length > 16
  return (
    <ol className={classes['chart']} data-past={isPast || undefined}>
      {bars.map(({ label, title, count }, index) => (
        <Tooltip key={title} label={`${title}: ${count.toLocaleString()}`} openDelay={0}>
          <li>
            <span className="visually-hidden">
              {title}: {count} {unit}
            </span>
            <span aria-hidden="true" className={classes['count']}>
              {!isDense && count > 0 ? count.toLocaleString() : ''}
            </span>
            <span aria-hidden="true" className={classes['bar']} style={{ height: `${(count / most) * 100}%` }} />
            <span aria-hidden="true" className={classes['label']}>
              {!isDense || (index % 7 === 0 && index < bars.length - 4) ? label : ''}
            </span>
          </li>
        </Tooltip>
      ))}
    </ol>
  )
}
