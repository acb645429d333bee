import assert from 'node:assert/strict'
import { test } from 'node:test'
import { holds, roleAnywhere, roleFor, type ScopedRole, within } from '../../src/accounts/roles.ts'

const AUDITOR_AND_OFFICER_OF_A = { roles: [{ role: 'auditor' }, { role: 'officer', authority: 'a' }] } as const
const OF_TWO = {
  roles: [
    { role: 'officer', authority: 'a' },
    { role: 'auditor', authority: 'b' },
  ],
} as const

test('what somebody may do with a CA is the greater of the roles for it and for the tenant', () => {
  assert.equal(roleFor(AUDITOR_AND_OFFICER_OF_A, 'a'), 'officer')
  assert.equal(roleFor(AUDITOR_AND_OFFICER_OF_A, 'b'), 'auditor')
  assert.equal(roleFor(AUDITOR_AND_OFFICER_OF_A), 'auditor')
  assert.equal(roleFor({ roles: [{ role: 'owner' }, { role: 'auditor', authority: 'a' }] }, 'a'), 'owner')
})

test('a role for a CA is none for the tenant, nor for another CA', () => {
  assert.deepEqual(
    ['a', 'b', 'c', undefined].map((authority) => roleFor(OF_TWO, authority)),
    ['officer', 'auditor', undefined, undefined],
  )
  assert.equal(roleAnywhere(OF_TWO), 'officer')
  assert.deepEqual(
    ['a', 'b', undefined].map((authority) => holds(OF_TWO, 'officer', authority)),
    [true, false, false],
  )
})

/** A bound, the roles of who is bound, and what is left of them. */
const WITHIN: readonly (readonly [ScopedRole, readonly ScopedRole[], readonly ScopedRole[]])[] = [
  [{ role: 'officer' }, [{ role: 'owner' }], [{ role: 'officer' }]],
  [{ role: 'owner' }, [{ role: 'auditor' }], [{ role: 'auditor' }]],
  [{ role: 'officer', authority: 'a' }, [{ role: 'owner' }], [{ role: 'officer', authority: 'a' }]],
  [{ role: 'owner' }, OF_TWO.roles, OF_TWO.roles],
  [{ role: 'auditor' }, OF_TWO.roles, OF_TWO.roles.map(({ authority }) => ({ role: 'auditor', authority }))],
  [{ role: 'owner', authority: 'b' }, OF_TWO.roles, [{ role: 'auditor', authority: 'b' }]],
  [{ role: 'owner', authority: 'c' }, OF_TWO.roles, []],
  [{ role: 'owner', authority: 'a' }, AUDITOR_AND_OFFICER_OF_A.roles, [{ role: 'officer', authority: 'a' }]],
  [{ role: 'owner' }, [], []],
]

test('within a bound the lesser role is left, where both count', () => {
  for (const [bound, roles, left] of WITHIN)
    assert.deepEqual(within(bound, roles), left, JSON.stringify([bound, roles]))
})
