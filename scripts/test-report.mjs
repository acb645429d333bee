// The last lines of a test run, and its verdict.
import { relative, resolve } from 'node:path'
import { ROOT } from './node26.mjs'

const SLOWEST = 5
const SLOW_MS = 2000

/**
 * Prints what was left out, the slowest files, the line `N passed, N failed, N skipped`, and last which failed: whoever
 * sees only the end of a long output sees that. Returns the exit code. Stricter than Node's: a run without a test fails, so does a file without one, and with `noSkips` a test left out.
 */
export function report(recorded, { ranWell, noSkips }) {
  const entries = recorded
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
  const of = (kind) => entries.filter((entry) => entry.kind === kind)

  const empty = of('empty')
  const leftOut = [...of('skipped'), ...of('todo')]
  const { passed, failed, cancelled, skipped, todo } = of('counts')[0]?.counts ?? {
    passed: 0,
    failed: 0,
    cancelled: 0,
    skipped: 0,
    todo: 0,
  }
  printSlowest(of('file'))
  printLeftOut(leftOut)

  const faults = []
  for (const { name } of empty) faults.push(`${name} holds no test.`)
  if (passed - empty.length + failed + cancelled === 0) faults.push('No test ran.')
  if (noSkips && leftOut.length > 0) faults.push('Tests were left out, and CI=true allows none.')
  for (const fault of faults) console.log(`✖ ${fault}`)

  console.log(
    `\n${passed - empty.length} passed, ${failed + cancelled + empty.length} failed, ${skipped + todo} skipped`,
  )
  printFailed(of('failed'))
  return ranWell && failed + cancelled === 0 && faults.length === 0 ? 0 : 1
}

function printSlowest(files) {
  const slow = files
    .filter(({ ms }) => ms >= SLOW_MS)
    .sort((a, b) => b.ms - a.ms)
    .slice(0, SLOWEST)
  if (slow.length === 0) return
  console.log('\nSlowest files:')
  for (const { name, ms } of slow) console.log(`  ${(ms / 1000).toFixed(1).padStart(6)} s  ${name}`)
}

function printLeftOut(entries) {
  if (entries.length === 0) return
  console.log('\nLeft out:')
  for (const { kind, name, file, why } of entries) {
    console.log(`  ${kind}: ${name} (${relative(ROOT, file)})${why === '' ? '' : ` — ${why}`}`)
  }
}

function printFailed(entries) {
  if (entries.length === 0) return
  console.log('\nFailed:')
  for (const { name, file, why } of entries) {
    const path = relative(ROOT, resolve(ROOT, file))
    console.log(`  ${name === path ? path : `${path}: ${name}`}\n    ${why}`)
  }
}
