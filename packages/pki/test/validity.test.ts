import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Profile, Refusal, type RequestedValidity } from '../src/index.ts'
import { decideValidity, judgeValidity, lengthOf, shorterOf } from '../src/validity.ts'
import { DAY } from './world.ts'

const SECOND = 1000
const NOW = Date.UTC(2026, 5, 1, 12, 0, 0) + 789
const ISSUER = { notBefore: Date.UTC(2026, 0), notAfter: Date.UTC(2060, 0) - SECOND }
const RULES: Profile['validity'] = { default: { days: 397 }, backdateMinutes: 0, beyondIssuer: 'clamp' }

const decided = (rules: Partial<Profile['validity']> = {}, requested?: RequestedValidity, now = NOW, issuer = ISSUER) =>
  decideValidity({ ...RULES, ...rules }, requested, { issuer, now })
const inIso = ({ notBefore, notAfter }: { notBefore: number; notAfter: number }) =>
  [notBefore, notAfter].map((at) => new Date(at).toISOString())
const refusalOf = (act: () => unknown): Refusal => {
  try {
    act()
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
  assert.fail('nothing was refused')
}

test('a validity of N days is N days with both ends counted, on whole seconds', () => {
  const validity = decided()

  assert.deepEqual(inIso(validity), ['2026-06-01T12:00:00.000Z', '2027-07-03T11:59:59.000Z'])
  assert.equal(lengthOf(validity), 397 * DAY)
})

test('days are 86400 seconds over leap days too, and hours are hours', () => {
  const leap = Date.UTC(2028, 1, 28, 12)

  assert.deepEqual(inIso(decided({}, { days: 1 }, leap)), ['2028-02-28T12:00:00.000Z', '2028-02-29T11:59:59.000Z'])
  assert.deepEqual(inIso(decided({}, { days: 2 }, leap)), ['2028-02-28T12:00:00.000Z', '2028-03-01T11:59:59.000Z'])
  assert.deepEqual(inIso(decided({ default: { hours: 36 } }, undefined, leap))[1], '2028-02-29T23:59:59.000Z')
})

test('a backdated certificate ends earlier: its length stays what the template says', () => {
  const validity = decided({ backdateMinutes: 5 })

  assert.equal(inIso(validity)[0], '2026-06-01T11:55:00.000Z')
  assert.equal(lengthOf(validity), 397 * DAY)
})

test('backdating never reaches before the issuer began', () => {
  const issuer = { ...ISSUER, notBefore: Date.UTC(2026, 5, 1, 11, 58) }

  assert.equal(inIso(decided({ backdateMinutes: 5 }, undefined, NOW, issuer))[0], '2026-06-01T11:58:00.000Z')
})

test('what outlives the issuer is clamped or refused as the template says', () => {
  const issuer = { ...ISSUER, notAfter: Date.UTC(2026, 8, 1) }

  assert.equal(decided({}, undefined, NOW, issuer).notAfter, issuer.notAfter)
  const refusal = refusalOf(() => decided({ beyondIssuer: 'refuse' }, undefined, NOW, issuer))
  assert.equal(refusal.code, 'not-permitted')
  assert.match(refusal.message, /ends 2026-09-01T00:00:00Z/)
  const exact = Math.floor(NOW / SECOND) * SECOND + 10 * DAY - SECOND
  assert.equal(decided({ beyondIssuer: 'refuse' }, { days: 10 }, NOW, { ...ISSUER, notAfter: exact }).notAfter, exact)
})

test('of two lengths of time the shorter one counts, whatever it is counted in', () => {
  assert.deepEqual(shorterOf({ days: 2 }, { hours: 47 }), { hours: 47 })
  assert.deepEqual(shorterOf({ days: 2 }, { hours: 49 }), { days: 2 })
  assert.deepEqual(shorterOf(undefined, { days: 1 }), { days: 1 })
  assert.deepEqual(shorterOf({ days: 1 }, undefined), { days: 1 })
})

test('a certificate ends with its template, and a template that has ended issues nothing', () => {
  const notAfter = Date.UTC(2026, 11, 31, 23, 59, 59)

  assert.equal(decided({ notAfter }).notAfter, notAfter)
  assert.equal(decided({ notAfter }, { days: 7 }).notAfter, decided({}, { days: 7 }).notAfter)
  assert.equal(refusalOf(() => decided({ notAfter }, undefined, notAfter + SECOND)).code, 'not-permitted')
  assert.match(
    refusalOf(() => decided({ notAfter }, { notBefore: NOW, notAfter: notAfter + DAY })).message,
    /ends all certificates by 2026-12-31T23:59:59Z. Choose an end that is not later/,
  )
})

test('an explicit start and end are kept, also across 2050', () => {
  const requested = { notBefore: Date.UTC(2049, 11, 31, 23, 59, 59), notAfter: Date.UTC(2050, 0, 1) }

  assert.deepEqual(decided({}, requested), requested)
})

test('explicit times that cannot be are refused', () => {
  const issuer = { ...ISSUER, notBefore: Date.UTC(2026, 5, 1, 11, 59, 58) }
  const refusals = [
    () => decided({}, { notBefore: NOW - 2 * DAY, notAfter: NOW + DAY }),
    () => decided({}, { notBefore: NOW - DAY / 2, notAfter: NOW - 1 }),
    () => decided({}, { notBefore: NOW - DAY / 2, notAfter: NOW + DAY }, NOW, issuer),
    () => decided({}, { notBefore: ISSUER.notAfter + SECOND, notAfter: ISSUER.notAfter + DAY }),
  ].map(refusalOf)

  assert.deepEqual(
    refusals.map(({ code }) => code),
    Array(4).fill('not-permitted'),
  )
  assert.deepEqual(
    refusals.map(({ message }) => message),
    [
      'It would begin too far in the past. Choose a start after 2026-05-31T12:00:00Z.',
      'It would end in the past. Choose a later end.',
      'The CA certificate begins 2026-06-01T11:59:58Z. Choose a start that is not before.',
      'The CA certificate ends 2059-12-31T23:59:59Z. Choose an earlier start, or renew the CA first.',
    ],
    'whoever reads it knows what is wrong and what to change',
  )
})

test('an issuer that is not valid now issues nothing', () => {
  assert.equal(refusalOf(() => decided({}, undefined, ISSUER.notAfter + SECOND)).code, 'issuer-inactive')
  assert.equal(refusalOf(() => decided({}, undefined, ISSUER.notBefore - 1)).code, 'issuer-inactive')
  assert.ok(decided({}, undefined, ISSUER.notAfter))
})

test('a requested validity above the maximum is a problem, to the second', () => {
  const rules: Profile['validity'] = { ...RULES, maximum: { days: 10 } }
  const judged = (requested: RequestedValidity) => judgeValidity(rules, requested, 'Test').length

  assert.equal(judged({ days: 10 }), 0)
  assert.equal(judged({ days: 11 }), 1)
  assert.equal(judged({ hours: 240 }), 0)
  assert.equal(judged({ hours: 241 }), 1)
  assert.equal(judged({ notBefore: NOW, notAfter: NOW + 10 * DAY - SECOND }), 0)
  assert.equal(judged({ notBefore: NOW, notAfter: NOW + 10 * DAY }), 1)
  assert.equal(judged({ days: 0 }), 1)
  assert.equal(judged({ days: -1 }), 1)
  assert.equal(judged({ days: Number.NaN }), 1)
  assert.equal(judged({ hours: 1 / 7 }), 1)
  assert.equal(judgeValidity(RULES, { days: 1e300 }, 'Test').length, 1)
  assert.equal(judged({ notBefore: NOW, notAfter: NOW - DAY }), 1)
})
