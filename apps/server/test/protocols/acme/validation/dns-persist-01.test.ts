import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChallengeToValidate } from '../../../../src/protocols/acme/challenge-validation.ts'
import { challengeValidation } from '../../../../src/protocols/acme/validation/validate-challenge.ts'
import { ACCOUNT, challengeFor, failureOf, look, NOBODY_WAITS, resolverOf, type Zone } from './looking-world.ts'

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
  const validation = challengeValidation({
    ...NOBODY_WAITS,
    dns,
    fetch: unused,
    handshake: unused,
    whyNeverReached: unused,
    httpPort: 80,
    tlsPort: 443,
  })
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

test('the account may be named by the hash of its URL and key: the example of the draft', async () => {
  const accountUri = 'https://ca.example/acct/123'
  const forName = 'https://ca.example/account-hash/sha-256/5SQm7n6tPh2-PlLbCKGnViTXX5z19SCN4cPGQHSk-kw'
  const forAllNames = 'https://ca.example/account-hash/sha-256/NpDnSwUthQK8zCgFdefYxAdAVPnygMLbs9US6oO-5ug'
  const at = async (name: string, hashed: string, more: Partial<ChallengeToValidate> = {}) => {
    const zone = { txt: { [`_validation-persist.${name}`]: [`ca.example; accounturi=${hashed}`] } }
    return judged([], { accountUri, identifier: { type: 'dns', value: name }, ...more }, zone)
  }

  assert.equal(await at('example.com', forName), 'valid')
  assert.equal(await at('example.com', forAllNames), 'valid')
  assert.equal(await at('example.org', forAllNames), 'valid')
  assert.match(await at('example.org', forName), /is for another account/)
  assert.match(await at('example.com', forName, { thumbprint: 'A'.repeat(43) }), /a key that it had before/)
  assert.match(await at('example.com', forName.toUpperCase()), /is for another account/)
})

test('a proof lasts no longer than its record, of several the longest', async () => {
  const end = async (...ends: readonly string[]) => {
    const dns = resolverOf({ txt: { '_validation-persist.www.example.com': ends.map((one) => `${RIGHT}${one}`) } })
    const unused = () => Promise.reject(new Error('nothing is fetched'))
    const validation = challengeValidation({
      ...NOBODY_WAITS,
      dns,
      fetch: unused,
      handshake: unused,
      whyNeverReached: unused,
      httpPort: 80,
      tlsPort: 443,
    })
    const result = await look(validation, challengeFor('dns-persist-01', 'www.example.com', PERSIST))
    return result.result === 'valid' ? result.until : failureOf(result)
  }

  assert.equal(await end(`; persistUntil=${SECONDS + 60}`), NOW + 60_000)
  assert.equal(
    await end(`; persistUntil=${SECONDS + 60}`, `; persistUntil=${SECONDS + 90}`, `; persistUntil=${SECONDS - 1}`),
    NOW + 90_000,
  )
  assert.equal(await end(`; persistUntil=${SECONDS + 60}`, ''), undefined)
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
