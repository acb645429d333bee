import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChallengeToValidate } from '../../../../src/protocols/acme/challenge-validation.ts'
import { challengeValidation } from '../../../../src/protocols/acme/validation/validate-challenge.ts'
import { ACCOUNT, challengeFor, failureOf, look, resolverOf, type Zone } from './looking-world.ts'

const NOW = Date.UTC(2026, 10, 27)
const SECONDS = NOW / 1000
const PERSIST = {
  settings: { caaIdentities: ['ca.example', 'also.ca.example'], homeLabNames: false },
  token: '',
  keyAuthorization: '',
  now: NOW,
}

async function judged(records: readonly string[], more: Partial<ChallengeToValidate> = {}, zone: Zone = {}) {
  const dns = resolverOf({ txt: { '_validation-persist.www.example.com': records }, ...zone })
  const unused = () => Promise.reject(new Error('nothing is fetched'))
  const validation = challengeValidation({ dns, fetch: unused, handshake: unused, httpPort: 80, tlsPort: 443 })
  const result = await look(validation, challengeFor('dns-persist-01', 'www.example.com', { ...PERSIST, ...more }))
  return result.result === 'valid' ? 'valid' : failureOf(result)
}

const RIGHT = `ca.example; accounturi=${ACCOUNT}`

test('a record that names us and the account proves the name, beside those of others', async () => {
  assert.equal(await judged([RIGHT]), 'valid')
  assert.equal(await judged(['other.example; accounturi=x:y', 'v=spf1 -all', RIGHT]), 'valid')
  assert.equal(await judged([`ALSO.ca.example;accounturi=${ACCOUNT};policy=wildcard;later=1`]), 'valid')
})

test('a wildcard wants policy=wildcard, in letters of either case', async () => {
  assert.match(
    await judged([RIGHT], { wildcard: true }),
    /^unauthorized: .*does not say policy=wildcard\. Set one with the value "ca\.example; accounturi=.*; policy=wildcard"/,
  )
  assert.match(await judged([`${RIGHT}; policy=other`], { wildcard: true }), /does not say policy=wildcard/)
  assert.equal(await judged([`${RIGHT}; policy=WildCard`], { wildcard: true }), 'valid')
  assert.equal(await judged([`${RIGHT}; policy=other`]), 'valid')
})

test('a record proves nothing from its persistUntil on', async () => {
  assert.equal(await judged([`${RIGHT}; persistUntil=${SECONDS + 1}`]), 'valid')
  assert.match(await judged([`${RIGHT}; persistUntil=${SECONDS}`]), /ended at its persistUntil/)
  for (const end of ['', 'soon', '-1', '1e12', '9'.repeat(20)]) {
    assert.match(await judged([`${RIGHT}; persistUntil=${end}`]), /no time in seconds/, end)
  }
})

test('each fault of a record is told, of the one that names us first', async () => {
  const other = 'other.example; accounturi=x:y'
  const faults: readonly (readonly [string, RegExp])[] = [
    ['ca.example', /has no accounturi/],
    ['ca.example; accounturi=x:y', /is for another account/],
    [`ca.example; accounturi=${ACCOUNT}/`, /is for another account/],
    [`${RIGHT}; accounturi=${ACCOUNT}`, /has more than one accounturi/],
    [`${RIGHT}; policy=wildcard; policy=wildcard`, /has more than one policy/],
    [`${RIGHT}; persistUntil=9; persistuntil=9`, /has more than one persistUntil/],
  ]
  for (const [record, message] of faults) assert.match(await judged([other, record]), message, record)
  assert.match(
    await judged([other]),
    /^unauthorized: The TXT record "other\.example; accounturi=x:y" at _validation-persist\.www\.example\.com names another issuer/,
  )
  assert.match(await judged([`${RIGHT};`]), /is malformed/)
  assert.match(
    await judged([]),
    /^dns: There is no TXT record at _validation-persist\.www\.example\.com: .* NXDOMAIN\. Set one with the value "ca\.example; accounturi=/,
  )
})

test('the record of a parent does not count', async () => {
  const zone = { txt: { '_validation-persist.example.com': [`${RIGHT}; policy=wildcard`] } }

  assert.match(await judged([], {}, zone), /^dns: There is no TXT record at _validation-persist\.www/)
})

test('CAA is asked once the record is right', async () => {
  const caa = { 'example.com': [{ critical: false, tag: 'issue', value: 'ca.example; validationmethods=dns-01' }] }

  assert.match(await judged([RIGHT], {}, { caa }), /^caa: .*does not allow the method dns-persist-01/)
})
