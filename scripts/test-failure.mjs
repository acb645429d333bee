// What the reporters of a test run say of a test that failed.
import { inspect } from 'node:util'

const LONGEST_LINE = 500
const MOST_LINES = 200

/** Why it failed; nothing for a test or suite that failed only because one inside it did, which says so itself. */
export function reasonOf({ details, todo }) {
  if (todo !== undefined || details.error?.failureType === 'subtestsFailed') return undefined
  const reason = details.error?.cause ?? details.error
  return typeof reason === 'string' ? reason : inspect(reason, { depth: 6 })
}

/** The end of what was printed, without what no reader of a failure gets to: a log can be larger than the rest of a run. */
export function shortened(text) {
  const lines = text.split('\n')
  const last = lines.slice(-MOST_LINES).map(shortLine)
  const before = lines.length - last.length
  return (before > 0 ? [`… ${before} lines before these`, ...last] : last).join('\n')
}

/** A line that a screen can take. */
export function shortLine(line) {
  return line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}… (${line.length} characters)` : line
}
