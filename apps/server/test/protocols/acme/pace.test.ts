import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { AcmeProblem } from '../../../src/protocols/acme/acme-problem.ts'
import { PACES, pace } from '../../../src/protocols/acme/pace.ts'

const README = new URL('../../../../../docs/acme/README.md', import.meta.url)
const HOUR = 3_600_000

test('an account places as many orders in an hour as its limit says, and no other account is held up by it', () => {
  let now = 0
  const { check } = pace(() => now)
  const { most } = PACES.newOrder
  for (let at = 0; at < most; at++) check('newOrder', 'one')
  now = HOUR - 1500

  const refused = problemOf(() => check('newOrder', 'one'))
  check('newOrder', 'other')
  now = HOUR
  check('newOrder', 'one')

  assert.deepEqual([refused?.type, refused?.status, refused?.headers], ['rateLimited', 429, { 'retry-after': '2' }])
  assert.match(refused?.message ?? '', /new orders of this account: at most 36000 in 1 h. Try again in 2 seconds/)
})

test('a limit by address counts an IPv6 client by its network, and an account that is called like one by itself', () => {
  const { check, admits } = pace(() => 0)
  for (let at = 0; at < PACES.newAccount.most; at++) check('newAccount', `2001:db8:0:1::${at.toString(16)}`)

  const refused = problemOf(() => check('newAccount', '2001:db8:0:1:ffff::1'))
  check('newAccount', '2001:db8:0:2::1')
  for (let at = 0; at < PACES.challenge.most; at++) check('challenge', '2001:db8:0:1::1')

  assert.equal(refused?.type, 'rateLimited')
  assert.match(refused?.message ?? '', /new accounts from this address/)
  assert.equal(admits('challenge', '2001:db8:0:1::2'), true)
})

test('every limit stands on the page for operators', () => {
  const rows = readFileSync(README, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| '))

  const missing = Object.entries(PACES).filter(([, { most, windowMs }]) => {
    const said = `| ${most.toLocaleString('en')} in ${windowMs >= HOUR ? `${windowMs / HOUR} h` : `${windowMs / 1000} s`} |`
    const at = rows.findIndex((row) => row.includes(said))
    return at < 0 || rows.splice(at, 1).length === 0
  })

  assert.deepEqual(missing, [])
})

function problemOf(act: () => void): AcmeProblem | undefined {
  try {
    act()
    return undefined
  } catch (error) {
    if (error instanceof AcmeProblem) return error
    throw error
  }
}
