import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Refusal } from '@chancery/pki'
import { backgroundReports } from '../../src/platform/background-reports.ts'
import { createLog } from '../../src/platform/log.ts'

test('what is refused in the background is a warning in its words, and a fault an error with its cause', () => {
  const lines: string[] = []
  const report = backgroundReports(createLog('info', { write: (line: string) => lines.push(line) }))

  report(new Refusal('rate-limited', 'At most 50 mails go to one address within a day.'), 'order-7')
  report(new TypeError('no such column'), 'order-8')

  const [refused, failed] = lines.map((line) => JSON.parse(line))
  assert.equal(refused.level, 'warn')
  assert.equal(refused.reason, 'At most 50 mails go to one address within a day.')
  assert.equal(refused.where, 'order-7')
  assert.doesNotMatch(lines[0] ?? '', /\.ts:\d/)
  assert.equal(failed.level, 'error')
  assert.match(lines[1] ?? '', /no such column/)
  assert.match(lines[1] ?? '', /background-reports\.test\.ts:\d/)
})
