import type { DayCount } from '../../api/operations.ts'

/** A span of time with what was counted in it. */
export interface Span {
  readonly label: string
  /** The whole of it, for who points at it or cannot see it. */
  readonly title: string
  readonly count: number
}

const DAY_MS = 86_400_000
const SHORT = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })
const LONG = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' })

/** Each day by itself. */
export function daysOf(days: readonly DayCount[]): readonly Span[] {
  return days.map(({ from, count }) => ({
    label: SHORT.format(new Date(from)),
    title: LONG.format(new Date(from)),
    count,
  }))
}

/** Seven days together; the first begins now. */
export function weeksOf(days: readonly DayCount[]): readonly Span[] {
  const weeks: Span[] = []
  for (let at = 0; at < days.length; at += 7) {
    const week = days.slice(at, at + 7)
    const from = new Date(week[0]?.from ?? 0)
    const last = new Date(from.getTime() + (week.length - 1) * DAY_MS)
    weeks.push({
      label: SHORT.format(from),
      title: `${SHORT.format(from)} to ${SHORT.format(last)}`,
      count: week.reduce((sum, { count }) => sum + count, 0),
    })
  }
  return weeks
}
