import { Tooltip } from '@mantine/core'

const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' })
const MINUTE = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })
const WHOLE = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' })
const RELATIVE = new Intl.RelativeTimeFormat()

const SECOND_MS = 1000
/** From two of each on: 13 months are not a year. */
const STEPS = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['week', 7 * 86_400],
  ['day', 86_400],
  ['hour', 3600],
] as const
const MINUTE_STEP = ['minute', 60] as const

/**
 * A moment as people read it, in their own time zone; pointing at it shows it to the second. `as`: the `day`, the day with the
 * `minute`, or how long ago (`relative`).
 */
export function Moment({ at, as = 'minute' }: { readonly at: string; readonly as?: 'day' | 'minute' | 'relative' }) {
  const date = new Date(at)
  return (
    <Tooltip label={WHOLE.format(date)}>
      <time dateTime={at}>{wordsOf(date, as)}</time>
    </Tooltip>
  )
}

/** How far away a moment is: "in 3 days", "2 hours ago". */
function relativeTo(date: Date, now: number): string {
  const seconds = (date.getTime() - now) / SECOND_MS
  const [unit, length] = STEPS.find(([, length]) => Math.abs(seconds) >= 2 * length) ?? MINUTE_STEP
  const count = Math.round(seconds / length)
  return count === 0 ? 'just now' : RELATIVE.format(count, unit)
}

function wordsOf(date: Date, as: 'day' | 'minute' | 'relative'): string {
  if (as === 'relative') return relativeTo(date, Date.now())
  return as === 'day' ? DAY.format(date) : MINUTE.format(date)
}
