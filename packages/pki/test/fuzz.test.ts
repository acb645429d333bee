import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fuzzLints, fuzzProfiles, fuzzRequests, type Tally } from './fuzz.ts'
import { sentProfiles } from './sent-profiles.ts'

const bothHappened = ({ passed, refused }: Tally) => assert.ok(passed > 5 && refused > 5, `${passed}, ${refused}`)

test('no request gets names outside the rules of its template, as OpenSSL reads them, or the powers of a CA', () => {
  bothHappened(fuzzRequests(1, 1500))
})

test('lints have an answer to whatever bytes would be signed', () => {
  bothHappened(fuzzLints(3, 300))
})

test('a profile that the API lets be stored never makes a fault of a request', () => {
  bothHappened(fuzzProfiles(2, 600, sentProfiles()))
})
