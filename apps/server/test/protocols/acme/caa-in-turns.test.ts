import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fairTurns } from '@chancery/keys'
import { caaInTurns, TooManyWait } from '../../../src/protocols/acme/caa-in-turns.ts'
import type { CaaQuestion, ValidationResult } from '../../../src/protocols/acme/challenge-validation.ts'

const VALID: ValidationResult = { result: 'valid', steps: [] }
const turns = () => fairTurns({ atOnce: 3, perOwner: 2, waiting: 3 }, () => new TooManyWait())

function questionOf(accountUri: string, value = 'www.example.com'): CaaQuestion {
  return { accountUri, identifier: { type: 'dns', value }, wildcard: false, identities: ['ca.example'] }
}

/** Questions that wait until they are answered together, and of whom they are. */
function held() {
  const asked: string[] = []
  const gate = Promise.withResolvers<ValidationResult>()
  const checkCaa = (question: CaaQuestion) => {
    asked.push(question.accountUri)
    return gate.promise
  }
  return { asked, answer: () => gate.resolve(VALID), checkCaa }
}

const never = new AbortController().signal

test('no more is asked at once than the bounds allow, and no account has all of it', async () => {
  const { asked, answer, checkCaa } = held()
  const inTurns = caaInTurns({ newCaaCheck: () => checkCaa }, turns()).newCaaCheck()

  const all = ['a', 'a', 'a', 'a', 'b', 'b'].map((account) => inTurns(questionOf(account), never))
  const atFirst = [...asked]
  answer()

  assert.deepEqual(atFirst, ['a', 'a', 'b'])
  assert.deepEqual(await Promise.all(all), Array(6).fill(VALID))
  assert.equal(asked.length, 6)
})

test('a name whose turn does not come in time, or has too many before it, failed and may be asked for again', async () => {
  const { asked, answer, checkCaa } = held()
  const inTurns = caaInTurns({ newCaaCheck: () => checkCaa }, turns()).newCaaCheck()
  const patience = new AbortController()
  const ask = (signal: AbortSignal) => inTurns(questionOf('a', 'late.example'), signal)
  const [first, second] = [ask(never), ask(never)]
  const waiting = [ask(patience.signal), ask(patience.signal), ask(patience.signal)]

  const tooMany = await ask(never)
  patience.abort()
  const late = await Promise.all(waiting)
  answer()

  for (const result of [tooMany, ...late]) {
    assert.ok(result.result === 'failed')
    assert.deepEqual([result.error.type, result.worthRetry], ['dns', true])
    assert.match(result.error.detail, /^CAA of late\.example was not asked for: .* Finalize the order again/)
  }
  assert.deepEqual([await first, await second], [VALID, VALID])
  assert.equal(asked.length, 2)
})

test('a fault of ours is not taken for an answer', async () => {
  const fault = new TypeError('a mistake')
  const inTurns = caaInTurns({ newCaaCheck: () => () => Promise.reject(fault) }, turns()).newCaaCheck()

  await assert.rejects(inTurns(questionOf('a'), never), fault)
})
