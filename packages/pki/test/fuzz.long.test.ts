import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzzLints, fuzzProfiles, fuzzRequests, type Tally } from './fuzz.ts'
import { sentProfiles } from './sent-profiles.ts'

/** Others in each run; what fails tells the seed. */
const seed = Date.now() % 2 ** 31
const bothHappened = ({ passed, refused }: Tally) => assert.ok(passed > 100 && refused > 100, `${passed}, ${refused}`)

test('two hundred thousand requests get nothing outside the rules of their template', () => {
  bothHappened(fuzzRequests(seed, 200_000))
})

test('lints have an answer to fifty thousand changed certificates', () => {
  bothHappened(fuzzLints(seed, 50_000))
})

test('fifty thousand changed profiles make no fault of a request', () => {
  bothHappened(fuzzProfiles(seed, 50_000, sentProfiles()))
})
