import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { until } from '../../../../../../test/support/until.ts'
import type { ChallengeValidation, ValidationResult } from '../../../../src/protocols/acme/challenge-validation.ts'
import type {
  ClaimedChallenge,
  HearValidation,
  ReadyChallenge,
} from '../../../../src/protocols/acme/pending-challenges.ts'
import { runValidations } from '../../../../src/protocols/acme/validation/run-validations.ts'
import type { ValidationPace } from '../../../../src/protocols/acme/validation/validation-work.ts'
import { MemoryChallenges } from '../memory-challenges.ts'
import { challengeFor } from './looking-world.ts'

const VALID: ValidationResult = { result: 'valid', steps: [] }
const NOT_YET: ValidationResult = {
  result: 'failed',
  error: { type: 'dns', detail: 'not there yet' },
  worthRetry: true,
  steps: [],
}
const NEVER: ValidationResult = { ...NOT_YET, worthRetry: false }

/** A job over challenges in memory, quick unless the pace says otherwise, and what it heard. */
function working(t: TestContext, validate: ChallengeValidation['validate'], pace: Partial<ValidationPace> = {}) {
  const pending = new MemoryChallenges()
  const heard: Parameters<HearValidation>[0][] = []
  const reported: unknown[] = []
  const start = (own: ChallengeValidation['validate'] = validate) =>
    runValidations({
      pending,
      validation: { validate: own, newCaaCheck: () => async () => VALID, whyNever: async () => undefined },
      accountUri: ({ account }) => `acme:${account}`,
      hear: (one) => heard.push(one),
      now: () => Date.now(),
      report: (error) => reported.push(error),
      pace: { pausesMs: [1, 2, 3], roundMs: 60_000, ...pace },
    })
  const job = start()
  t.after(() => job.stop())
  const readyFor = (id: string): ReadyChallenge => {
    const { accountUri, now, ...challenge } = challengeFor('dns-01', `${id}.example.com`)
    const ids = { tenant: 't', policy: 'p', account: 'a', authorization: id, order: 'o' }
    return { id, ...ids, startedAt: Date.now(), challenge }
  }
  const begin = (id: string, expiresAt?: number) => pending.begin(readyFor(id), expiresAt)
  const offer = (id: string) => {
    const ready = readyFor(id)
    pending.offer(ready)
    return ready
  }
  return { pending, heard, reported, job, begin, offer, start }
}

test('a challenge is looked at as soon as somebody rings, with the address of its account', async (t) => {
  const asked: string[] = []
  const { pending, begin, job, heard } = working(t, async ({ accountUri, identifier }) => {
    asked.push(`${identifier.value} ${accountUri}`)
    return VALID
  })
  await new Promise((resolve) => setTimeout(resolve, 20))

  begin('one')
  job.wake()
  await until(() => heard.length === 1)

  assert.equal(pending.kept.get('one')?.status, 'valid')
  assert.deepEqual(asked, ['one.example.com acme:a'])
  assert.equal(heard[0]?.ended, 'valid')
})

test('whoever waits for a look hears when it has ended, and waits no longer than it said for one that hangs', async (t) => {
  const hanging = Promise.withResolvers<ValidationResult>()
  const { pending, begin, job } = working(t, async ({ identifier }) =>
    identifier.value === 'one.example.com' ? VALID : hanging.promise,
  )
  begin('one')
  begin('two')
  const looked = [job.looked('one', 60_000), job.looked('one', 60_000)]
  const hung = job.looked('two', 30)

  job.wake()
  await Promise.all([...looked, hung, job.looked('none', 1)])

  assert.deepEqual([pending.kept.get('one')?.status, pending.kept.get('two')?.status], ['valid', 'processing'])
  hanging.resolve(VALID)
})

test('what may be there soon is looked at again after each pause, then it is invalid with the last reason', async (t) => {
  const { pending, begin, job, heard } = working(t, async () => NOT_YET)

  begin('one')
  job.wake()
  await until(() => pending.kept.get('one')?.status === 'invalid')

  assert.equal(heard.length, 4)
  assert.deepEqual(
    heard.map(({ ended }) => typeof ended),
    ['object', 'object', 'object', 'string'],
  )
  assert.deepEqual(pending.kept.get('one')?.error, { type: 'dns', detail: 'not there yet' })
})

test('what expires before it would be looked at again is not put off, and nobody is told that it is', async (t) => {
  const { begin, job, heard } = working(t, async () => NOT_YET, { pausesMs: [120_000] })

  begin('one', Date.now() + 110_000)
  job.wake()
  await until(() => heard.length === 1)

  assert.equal(heard[0]?.ended, 'lost')
})

test('a second look that finds it makes it valid', async (t) => {
  let looks = 0
  const { pending, begin, job } = working(t, async () => (looks++ === 0 ? NOT_YET : VALID))

  begin('one')
  job.wake()
  await until(() => pending.kept.get('one')?.status === 'valid')

  assert.equal(looks, 2)
})

test('what no second look could mend is invalid at once', async (t) => {
  const { pending, begin, job, heard } = working(t, async () => NEVER)

  begin('one')
  job.wake()
  await until(() => pending.kept.get('one')?.status === 'invalid')

  assert.equal(heard.length, 1)
})

test('several are looked at at once and never more than the bound; a slow one holds up no other', async (t) => {
  let now = 0
  let most = 0
  const { promise: slow, resolve: release } = Promise.withResolvers<void>()
  const validate: ChallengeValidation['validate'] = async ({ identifier }) => {
    most = Math.max(most, ++now)
    await (identifier.value.startsWith('slow') ? slow : new Promise((resolve) => setTimeout(resolve, 5)))
    now--
    return VALID
  }
  const { pending, begin, job } = working(t, validate, { atOnce: 8 })

  begin('slow')
  for (let at = 0; at < 40; at++) begin(`quick-${at}`)
  job.wake()
  await until(() => [...pending.kept.values()].filter(({ status }) => status === 'valid').length === 40)

  assert.equal(most, 8)
  assert.equal(pending.kept.get('slow')?.status, 'processing')
  release()
  await until(() => pending.kept.get('slow')?.status === 'valid')
})

test('a look that hangs is broken off, and counts as failed', async (t) => {
  const hang: ChallengeValidation['validate'] = (_, signal) =>
    new Promise((resolve) => signal.addEventListener('abort', () => resolve(NOT_YET), { once: true }))
  const { pending, begin, job } = working(t, hang, { lookMs: 5, pausesMs: [1] })

  begin('one')
  job.wake()
  await until(() => pending.kept.get('one')?.status === 'invalid')
})

test('what a dead process left is looked at once its lease is over, and its late result counts for nothing', async (t) => {
  const { promise: never, resolve: revive } = Promise.withResolvers<void>()
  const { pending, begin, job, heard, start } = working(
    t,
    async () => {
      await never
      return NEVER
    },
    { leaseMs: 50, roundMs: 10 },
  )
  begin('one')
  job.wake()
  await until(() => pending.kept.get('one')?.claim === 1)

  const second = start(async () => VALID)
  await until(() => pending.kept.get('one')?.status === 'valid')
  revive()
  await until(() => heard.some(({ ended }) => ended === 'lost'))

  assert.equal(pending.kept.get('one')?.status, 'valid')
  await second.stop()
})

test('stopping breaks off what runs, and the next process looks at once', async (t) => {
  const { pending, begin, job, start } = working(
    t,
    (_, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(NEVER), { once: true })),
  )
  begin('one')
  job.wake()
  await until(() => pending.kept.get('one')?.claim === 1)

  await job.stop()

  assert.equal(pending.kept.get('one')?.status, 'processing')
  assert.deepEqual(await pending.claim(Date.now(), 0, 0), [])
  const second = start(async () => VALID)
  await until(() => pending.kept.get('one')?.status === 'valid')
  await second.stop()
})

test('a fault of ours is reported, is told as such, and does not last for ever', async (t) => {
  const { pending, begin, job, reported } = working(t, () => Promise.reject(new Error('a bug')))

  begin('one')
  job.wake()
  await until(() => pending.kept.get('one')?.status === 'invalid')

  assert.equal(reported.length, 4)
  assert.equal(pending.kept.get('one')?.error?.type, 'serverInternal')
})

test('a store that fails for a while is asked again, and loses nothing', async (t) => {
  const { pending, begin, job, reported } = working(t, async () => VALID, { roundMs: 5, leaseMs: 20 })
  const { claim, settle } = pending
  let broken = true
  pending.claim = async (...args: Parameters<typeof claim>) => {
    if (broken) throw new Error('away')
    return claim.apply(pending, args)
  }
  begin('one')
  job.wake()
  await until(() => reported.length > 1)
  let losses = 1
  pending.settle = async (claimed: ClaimedChallenge, outcome: Parameters<typeof settle>[1]) => {
    if (losses-- > 0) throw new Error('away')
    return settle.call(pending, claimed, outcome)
  }

  broken = false
  await until(() => pending.kept.get('one')?.status === 'valid')

  assert.equal(pending.kept.get('one')?.claim, 2)
})

test('what is there when its client says so is proven at once: nothing is written but the proof', async (t) => {
  const { pending, offer, job, heard } = working(t, async () => VALID)
  pending.hold = () => Promise.reject(new Error('nothing is to be held'))

  const [first, second] = await Promise.all([offer('one'), offer('two')].map((ready) => job.lookNow(ready, 60_000)))

  assert.deepEqual([first?.result, second?.result], ['valid', 'valid'])
  assert.deepEqual([pending.kept.get('one')?.status, pending.kept.get('one')?.claim], ['valid', 0])
  assert.deepEqual(
    heard.map(({ ended, claimed }) => [ended, claimed.attempts]),
    [
      ['valid', 1],
      ['valid', 1],
    ],
  )
})

test('two who say it of the same challenge at once have it looked at once', async (t) => {
  let looks = 0
  const { offer, job } = working(t, async () => {
    looks++
    return VALID
  })
  const ready = offer('one')

  const [first, second] = await Promise.all([job.lookNow(ready, 60_000), job.lookNow(ready, 60_000)])

  assert.deepEqual([first, looks], [second, 1])
})

test('a first look that finds nothing is put off, and the next ones follow', async (t) => {
  let looks = 0
  const { pending, offer, job, heard } = working(t, async () => (++looks < 3 ? NOT_YET : VALID), { roundMs: 5 })

  const known = await job.lookNow(offer('one'), 60_000)
  await until(() => pending.kept.get('one')?.status === 'valid')

  assert.equal(known?.result, 'ended')
  assert.deepEqual([heard[0]?.claimed.attempts, looks], [1, 3])
})

test('a first look that no second one could mend is over at once', async (t) => {
  const { pending, offer, job } = working(t, async () => NEVER)

  assert.equal((await job.lookNow(offer('one'), 60_000))?.result, 'ended')

  assert.equal(pending.kept.get('one')?.status, 'invalid')
})

test('a first look that takes its time is held before its client is answered, and goes on', async (t) => {
  const hanging = Promise.withResolvers<ValidationResult>()
  const { pending, offer, job } = working(t, () => hanging.promise)

  const known = await job.lookNow(offer('one'), 1)

  assert.equal(known?.result, 'going on')
  assert.deepEqual([pending.kept.get('one')?.status, pending.kept.get('one')?.claim], ['processing', 1])
  hanging.resolve(VALID)
  await until(() => pending.kept.get('one')?.status === 'valid')
})

test('a first look that somebody else was sooner with counts for nothing', async (t) => {
  const hanging = Promise.withResolvers<ValidationResult>()
  const { pending, offer, job, heard } = working(t, () => hanging.promise)
  const ready = offer('one')
  await pending.hold(ready, 60_000)

  const known = job.lookNow(ready, 1)
  await known
  hanging.resolve(NEVER)
  await until(() => heard.length === 1)

  assert.equal(heard[0]?.ended, 'lost')
  assert.equal(pending.kept.get('one')?.status, 'processing')
})

test('a proof that comes when somebody else has settled it counts for nothing, and nobody hears that it is valid', async (t) => {
  const hanging = Promise.withResolvers<ValidationResult>()
  const { pending, offer, job, heard } = working(t, () => hanging.promise)
  const ready = offer('one')
  const known = job.lookNow(ready, 60_000)
  const held = await pending.hold(ready, 60_000)
  assert.ok(held)
  const error = { type: 'dns', detail: 'there is no such record' } as const
  await pending.settle(held, { result: 'invalid', at: Date.now(), error })

  hanging.resolve(VALID)

  assert.deepEqual(await known, { result: 'ended' })
  assert.deepEqual(
    heard.map(({ ended }) => ended),
    ['lost'],
  )
  assert.deepEqual([pending.kept.get('one')?.status, pending.kept.get('one')?.error], ['invalid', error])
})

test('there is room for so many first looks, none of it for what waits, and none when the server ends', async (t) => {
  const hanging = Promise.withResolvers<ValidationResult>()
  const { pending, begin, offer, job } = working(
    t,
    ({ identifier }) => (identifier.value.startsWith('slow') ? hanging.promise : Promise.resolve(VALID)),
    { nowAtOnce: 2, atOnce: 1 },
  )
  const slow = [job.lookNow(offer('slow-1'), 1), job.lookNow(offer('slow-2'), 1)]
  await Promise.all(slow)

  assert.equal(await job.lookNow(offer('three'), 60_000), undefined)
  begin('four')
  job.wake()
  await until(() => pending.kept.get('four')?.status === 'valid')

  hanging.resolve(VALID)
  await job.stop()
  assert.equal(await job.lookNow(offer('five'), 60_000), undefined)
})

test('the end of the server breaks a first look off, and leaves it to who starts next', async (t) => {
  const { pending, offer, job } = working(
    t,
    (_, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(NEVER), { once: true })),
  )
  const known = job.lookNow(offer('one'), 60_000)

  await job.stop()

  assert.equal((await known)?.result, 'ended')
  assert.equal(pending.kept.get('one')?.status, 'processing')
  assert.deepEqual(
    (await pending.claim(Date.now(), 0, 9)).map(({ id }) => id),
    ['one'],
  )
})

test('a store that fails is told to who waits, and the challenge is what it was', async (t) => {
  const { pending, offer, job, reported } = working(t, async () => VALID)
  pending.settle = () => Promise.reject(new Error('away'))

  await assert.rejects(job.lookNow(offer('one'), 60_000) ?? Promise.resolve(), /away/)

  assert.equal(pending.kept.get('one')?.status, 'pending')
  assert.equal(reported.length, 1)
})
