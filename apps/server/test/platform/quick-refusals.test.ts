import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PreviewTemplate } from '@chancery/api'
import { processorTime } from '../../../../test/support/processor-time.ts'
import { createValidators } from '../../src/platform/validation.ts'

const validate = createValidators()(PreviewTemplate, 'body')
/** These took seven seconds each, in which nobody else was answered; a busy machine needs a little. */
const QUICK_MS = 500

const BODIES: readonly (readonly [what: string, body: object])[] = [
  ['a name of a million characters', { ['a'.repeat(1_000_000)]: 1 }],
  [
    'thirty thousand wrong items, each with several forms',
    { subjectAltNames: Array.from({ length: 30_000 }, () => 0) },
  ],
  ['twenty thousand items without their fields', { subject: Array.from({ length: 20_000 }, () => ({})) }],
  ['nine thousand unknown names', Object.fromEntries(Array.from({ length: 9_000 }, (_, at) => [`k${at}`, at]))],
]

test('a body that is wrong in every place is refused at once', () => {
  validate({ unknown: 1 })
  for (const [what, body] of BODIES) {
    const began = processorTime()
    const judged = validate(body)
    const took = processorTime() - began
    assert.ok('error' in judged && judged.error.problems.length > 0, what)
    assert.ok(took < QUICK_MS, `${what} took ${Math.round(took)} ms`)
  }
})

test('a body of ordinary size is still told all that is wrong with it, near words included', () => {
  const judged = validate({ csr: 1, subjectAltNames: [{ type: 'dns', value: 1 }, 7], keytype: 'rsa-2048' })

  assert.ok('error' in judged)
  const problems = judged.error.problems.map(({ field, detail }) => `${field} ${detail}`).join('\n')
  assert.match(problems, /^\/csr /m)
  assert.match(problems, /^\/keytype .*perhaps "keyType" was meant/m)
  assert.match(problems, /^\/subjectAltNames\/0\/value /m)
  assert.match(problems, /^\/subjectAltNames\/1 /m)
})
