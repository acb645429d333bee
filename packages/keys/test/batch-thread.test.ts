import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { type BatchThread, batchThread } from '../src/batch-thread.ts'
import { workThread } from '../src/work-thread.ts'

const HERE = 'here'
const echo = program('export const answer = (question) => question')

test('what is little is done here, and no thread begins', async () => {
  let begun = 0
  const count = () => begun++
  process.on('worker', count)
  const thread = patient()
  const same = batchThread<number, number | typeof HERE>(echo, () => thread)

  assert.deepEqual(await Promise.all([ask(same, 1), ask(same, 2)]), [HERE, HERE])
  assert.equal(await ask(same, 3), HERE)
  assert.equal(begun, 0)
  assert.deepEqual(await Promise.all([1, 2, 3].map((n) => ask(same, n))), [1, 2, 3])
  assert.equal(begun, 1)
  process.off('worker', count)
})

test('where the system gives no thread, all is done here', async () => {
  const thread = workThread(new URL('https://example.com/no-file.js'))
  const same = batchThread<number, number | typeof HERE>(echo, () => thread)
  const warned = once(process, 'warning')

  const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => ask(same, n)))

  assert.deepEqual(answers, Array(20).fill(HERE))
  assert.match(String(await warned), /a thread ended/)
})

test('what is asked eight at a time is sent at once, and nothing empty behind it', async () => {
  const thread = patient()
  const numbered = batchThread<number, number | typeof HERE>(
    program(
      `import { parentPort } from 'node:worker_threads'
       let messages = 0
       parentPort.on('message', () => messages++)
       export const answer = () => messages`,
    ),
    () => thread,
  )
  await Promise.all(Array.from({ length: 8 }, (_, n) => ask(numbered, n)))

  const answers = await Promise.all(Array.from({ length: 12 }, (_, n) => ask(numbered, n)))

  assert.deepEqual(answers, [...Array(8).fill(answers[0]), ...Array(4).fill(Number(answers[0]) + 1)])
  await new Promise(setImmediate)
  assert.deepEqual(await Promise.all([0, 0, 0].map((n) => ask(numbered, n))), Array(3).fill(Number(answers[0]) + 2))
})

test('what the thread does not come to is taken over here, the youngest first, when nothing else comes', async (t) => {
  const { ask, doneHere, release } = holdable(t)
  const first = Array.from({ length: 3 }, (_, n) => ask(n))
  await Promise.all(first.slice(1))
  const rest = Array.from({ length: 13 }, (_, n) => ask(n + 3))
  await new Promise(setImmediate)
  assert.deepEqual(doneHere, [2, 1], 'the last turn brought questions')
  await Promise.all(rest)
  release()

  assert.equal(await first[0], 'there')
  assert.deepEqual(doneHere, [2, 1, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3])
})

test('a thread that has loaded its programs is left two thirds of what it has', async (t) => {
  const { ask, doneHere, release } = holdable(t)
  while (!(await Promise.all([1, 2, 3].map(ask))).includes('there'));
  doneHere.length = 0

  const asked = Array.from({ length: 12 }, (_, n) => ask(n))
  await Promise.all(asked.slice(9))
  await new Promise((resolve) => setTimeout(resolve, 50))
  assert.deepEqual(doneHere, [11, 10, 9])
  release()

  assert.deepEqual(await Promise.all(asked.slice(0, 9)), Array(9).fill('there'))
})

test('nothing waits for a thread that still loads its program', async () => {
  const thread = workThread()
  const slow = batchThread<number, number | typeof HERE>(loadsFor(1_000), () => thread)
  const many = await Promise.all(Array.from({ length: 24 }, (_, n) => ask(slow, n)))

  const late = await Promise.all([24, 25, 26].map((n) => ask(slow, n)))

  assert.deepEqual([...many, ...late], Array(27).fill(HERE))
})

test('nor for one that loads another while it answers what came before', async () => {
  const thread = workThread()
  const same = batchThread<number, number | typeof HERE>(echo, () => thread)
  const slow = batchThread<number, number | typeof HERE>(loadsFor(1_000), () => thread)
  while ((await Promise.all([1, 2, 3].map((n) => ask(same, n)))).includes(HERE));

  const before = Array.from({ length: 8 }, (_, n) => ask(same, n))
  const many = Array.from({ length: 16 }, (_, n) => ask(slow, n))
  await Promise.all([...before, ...many])

  assert.deepEqual(await Promise.all([...many, ask(slow, 16), ask(same, 17)]), Array(18).fill(HERE))
})

test('one thread does work of several kinds, and each answer comes to its question', async () => {
  const thread = patient()
  const double = batchThread<number, number | typeof HERE>(program('export const answer = (n) => 2 * n'), () => thread)
  const same = batchThread<number, number | typeof HERE>(echo, () => thread)

  const answers = await Promise.all(Array.from({ length: 12 }, (_, n) => ask(n % 3 === 0 ? double : same, n)))

  assert.deepEqual(
    answers,
    Array.from({ length: 12 }, (_, n) => (n % 3 === 0 ? 2 * n : n)),
  )
})

test('while the thread has something to do it gets what else comes, were it a single question', async () => {
  const thread = patient()
  const same = batchThread<number, number | typeof HERE>(loadsFor(500), () => thread)
  const many = [1, 2, 3].map((n) => ask(same, n))
  await new Promise(setImmediate)

  const late = ask(same, 4)

  assert.deepEqual(await Promise.all([...many, late]), [1, 2, 3, 4])
  assert.equal(await ask(same, 5), HERE, 'and nothing more when it has done all')
})

test('what is asked while a program loads is answered behind what was asked before', async () => {
  const thread = patient()
  const slow = batchThread<number, number | typeof HERE>(
    program('await new Promise((done) => setTimeout(done, 50)); let asked = 0; export const answer = () => ++asked'),
    () => thread,
  )
  const same = batchThread<number, number | typeof HERE>(echo, () => thread)
  const first = [0, 0, 0].map((n) => ask(slow, n))
  await new Promise(setImmediate)

  const rest = [ask(slow, 0), ask(same, 7), ask(slow, 0)]

  assert.deepEqual(await Promise.all([...first, ...rest]), [1, 2, 3, 4, 7, 5])
})

test('a question at which its program fails is answered here, and the thread goes on', async () => {
  const thread = patient()
  const fussy = batchThread<number, number | typeof HERE>(
    program('export const answer = (n) => { if (n === 3) throw new Error("as if"); return n }'),
    () => thread,
  )

  assert.deepEqual(await Promise.all([1, 2, 3, 4].map((n) => ask(fussy, n))), [1, 2, HERE, 4])
  assert.deepEqual(await Promise.all([5, 6, 7].map((n) => ask(fussy, n))), [5, 6, 7])
})

test('what fails here too is told to whoever asked, and to nobody else', async () => {
  const same = batchThread<number, number>(echo, () => patient())
  const failing = { question: () => 1, here: () => assert.fail('as if') }

  const [failed, done] = await Promise.allSettled([same.ask(failing), same.ask({ question: () => 2, here: () => 2 })])

  assert.equal(failed.status, 'rejected')
  assert.deepEqual(done, { status: 'fulfilled', value: 2 })
})

test('a question that cannot be copied is refused with those of its message, and the thread goes on', async () => {
  const thread = patient()
  const same = batchThread<unknown, unknown>(echo, () => thread)
  const many = Array.from({ length: 16 }, (_, at) => (at === 11 ? () => {} : at))

  const answers = await Promise.allSettled(many.map((one) => ask(same, one)))

  const refused = answers.flatMap(({ status }, at) => (status === 'rejected' ? [at] : []))
  assert.deepEqual(refused, [8, 9, 10, 11, 12, 13, 14, 15])
  for (const [at, answer] of answers.entries()) {
    if (answer.status === 'fulfilled') assert.equal(answer.value, at)
    else assert.match(String(answer.reason), /could not be cloned/)
  }
})

test('a thread that ends leaves nobody waiting, and all is done here', async () => {
  const thread = patient()
  const broken = batchThread<number, number | typeof HERE>(program('throw new Error("as if")'), () => thread)
  const warned = once(process, 'warning')

  const answers = await Promise.all([1, 2, 3].map((n) => ask(broken, n)))

  assert.deepEqual(answers, [HERE, HERE, HERE])
  assert.match(String(await warned), /a thread ended.*as if/)
  assert.deepEqual(await Promise.all(Array.from({ length: 20 }, (_, n) => ask(broken, n))), Array(20).fill(HERE))
})

/** A thread that is left what it has. */
function patient() {
  return workThread(undefined, Number.POSITIVE_INFINITY)
}

function ask<Question, Answer>(
  thread: BatchThread<Question, Answer | typeof HERE>,
  question: Question,
): Promise<Answer | typeof HERE> {
  return thread.ask({ question: () => question, here: () => HERE })
}

/**
 * A thread that is held by question 0 until `release`, and after the test at the latest, for a thread that waits keeps the process. What tells
 * the thread something, as that question does, is left to it. `doneHere`: what was not done there, in this order.
 */
function holdable(t: TestContext) {
  const thread = workThread()
  const held = new Int32Array(new SharedArrayBuffer(4))
  const waits = batchThread<readonly unknown[], string>(
    program('export const answer = ([told]) => (told.value && Atomics.wait(told.value, 0, 0), "there")'),
    () => thread,
  )
  const doneHere: number[] = []
  const ask = (n: number): Promise<string> =>
    waits.ask({ question: () => [n === 0 ? { at: 1, value: held } : n], here: () => `here, as ${doneHere.push(n)}` })
  const release = (): void => {
    Atomics.store(held, 0, 1)
    Atomics.notify(held, 0)
  }
  t.after(release)
  return { ask, doneHere, release }
}

/** An echo that takes so many milliseconds to load. */
function loadsFor(ms: number): URL {
  return program(`await new Promise((done) => setTimeout(done, ${ms})); export const answer = (question) => question`)
}

function program(text: string): URL {
  return new URL(`data:text/javascript,${encodeURIComponent(text)}`)
}
