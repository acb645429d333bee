import { UsageError } from './command.ts'

const UNIT_MS: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 604_800_000 }

/** Milliseconds of `12h`, `90d` or `4w`. Throws `UsageError` for any other text. */
export function parseLifetime(text: string): number {
  const [, count, unit] = /^(\d{1,5})([hdw])$/.exec(text) ?? []
  const unitMs = UNIT_MS[unit ?? '']
  if (count === undefined || unitMs === undefined || Number(count) === 0) {
    throw new UsageError(`"${text}" is no length of time: give hours, days or weeks as 12h, 90d or 4w.`)
  }
  return Number(count) * unitMs
}
