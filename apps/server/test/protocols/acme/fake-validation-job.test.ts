import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fakeValidation } from './fake-validation.ts'
import { fakeValidationJob } from './fake-validation-job.ts'
import { beginSample, MemoryChallenges } from './memory-challenges.ts'

test('what is proven is settled as valid, what is not as invalid, and both are heard', async () => {
  const challenges = new MemoryChallenges()
  const validation = fakeValidation()
  const heard: unknown[] = []
  const job = fakeValidationJob(challenges, validation, { now: () => 5, hear: ({ ended }) => heard.push(ended) })
  beginSample(challenges, 'proven.example', 1)
  beginSample(challenges, 'other.example', 2)
  validation.proven.add('proven.example')

  job.wake()
  await job.stop()

  assert.deepEqual(
    [...challenges.kept.values()].map(({ status }) => status),
    ['valid', 'invalid'],
  )
  assert.deepEqual(heard, ['valid', 'invalid'])
})
