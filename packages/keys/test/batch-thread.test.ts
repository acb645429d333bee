import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { batchThread } from '../src/batch-thread.ts'
import { workThread } from '../src/work-thread.ts'

const echo = program('export const answer = (question) => question')

test('one thread does work of several kinds, and each answer comes to its question', async () => {
  const thread = workThread()
  const double = batchThread<number, number>(program('export const answer = (n) => 2 * n'), () => thread)
  const same = batchThread<number, number>(echo, () => thread)

  const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => (n % 3 === 0 ? double : same).ask(n)))

  assert.deepEqual(
    answers,
    Array.from({ length: 50 }, (_, n) => (n % 3 === 0 ? 2 * n : n)),
  )
})

test('what is asked while a program loads is answered behind what was asked before', async () => {
  const thread = workThread()
  const slow = batchThread<number, number>(
    program('await new Promise((done) => setTimeout(done, 50)); let asked = 0; export const answer = () => ++asked'),
    () => thread,
  )
  const first = slow.ask(0)
  await new Promise(setImmediate)

  const rest = await Promise.all([slow.ask(0), batchThread(echo, () => thread).ask(7), slow.ask(0)])

  assert.deepEqual([await first, ...rest], [1, 2, 7, 3])
})

test('a question at which its program fails has no answer, and the thread goes on', async () => {
  const thread = workThread()
  const fussy = batchThread<number, number>(
    program('export const answer = (n) => { if (n === 3) throw new Error("as if"); return n }'),
    () => thread,
  )

  assert.deepEqual(await Promise.all([1, 2, 3, 4].map((n) => fussy.ask(n))), [1, 2, undefined, 4])
  assert.equal(await fussy.ask(5), 5)
})

test('a question that cannot be copied is refused with those of its message, and the thread goes on', async () => {
  const thread = workThread()
  const same = batchThread<unknown, unknown>(echo, () => thread)

  await assert.rejects(
    same.ask(() => {}),
    /could not be cloned/,
  )
  assert.deepEqual(await Promise.all([same.ask(1), same.ask('two')]), [1, 'two'])
  const many = Array.from({ length: 30 }, (_, at) => (at === 15 ? () => {} : at))
  const answers = await Promise.allSettled(many.map((one) => same.ask(one)))
  const refused = answers.flatMap(({ status }, at) => (status === 'rejected' ? [at] : []))
  assert.deepEqual(refused, [8, 9, 10, 11, 12, 13, 14, 15])
  for (const [at, answer] of answers.entries()) {
    if (answer.status === 'fulfilled') assert.equal(answer.value, at)
  }
})

test('a thread that ends leaves nobody waiting', async () => {
  const thread = workThread()
  const broken = batchThread<number, number>(program('throw new Error("as if")'), () => thread)
  const warned = once(process, 'warning')

  const answers = await Promise.all([broken.ask(1), broken.ask(2)])

  assert.deepEqual(answers, [undefined, undefined])
  assert.match(String(await warned), /a thread ended.*as if/)
  assert.equal(await broken.ask(3), undefined)
})

function program(text: string): URL {
  return new URL(`data:text/javascript,${encodeURIComponent(text)}`)
}
