import { after, before, test } from 'node:test'
import { KEY_TYPES } from '@chancery/x509'
import { type RunningChancery, runChancery } from '../support/running-chancery.ts'
import { chainUnder, JUDGES, nodeAndPeculiarAccept } from './chain-checks.ts'
import { makeAuthority } from './programs/chancery-api.ts'
import { isClassical } from './programs/requests.ts'

let chancery: RunningChancery
before(async () => {
  chancery = await runChancery()
})
after(() => chancery.stop())

/** The s-sets of SLH-DSA sign for a second each: one of them is a root here, all have their turn in algorithms.long.test.ts. */
const POST_QUANTUM = KEY_TYPES.filter((keyType) => !isClassical(keyType) && !/^slh-dsa-.*s$/.test(keyType))
const LEAVES = ['ecdsa-p256', 'ml-dsa-44', 'ed25519', 'ml-dsa-65', 'rsa-2048', 'ml-dsa-87'] as const

for (const [at, keyType] of POST_QUANTUM.entries()) {
  const between = POST_QUANTUM[(at + 1) % POST_QUANTUM.length] ?? keyType
  const leaf = LEAVES[at % LEAVES.length] ?? keyType
  test(`Node.js and @peculiar accept a leaf (${leaf}) under ${between} under ${keyType}`, JUDGES, async (t) => {
    const parent = await makeAuthority(chancery, { name: `Root ${keyType}`, keyType })
    const authority = await makeAuthority(chancery, { name: `Issuing ${between}`, keyType: between, parent })

    const wish = { keyType: leaf, requester: 'node', form: 'requested extensions' } as const
    const chain = await chainUnder(t, chancery, authority, wish)

    await nodeAndPeculiarAccept(chain)
  })
}

test('Node.js and @peculiar accept a leaf under ml-dsa-65 under a small set of SLH-DSA', JUDGES, async (t) => {
  const parent = await makeAuthority(chancery, { name: 'Root of small signatures', keyType: 'slh-dsa-shake-128s' })
  const authority = await makeAuthority(chancery, { name: 'Issuing under it', keyType: 'ml-dsa-65', parent })

  const wish = { keyType: 'ecdsa-p256', requester: 'node', form: 'requested extensions' } as const
  const chain = await chainUnder(t, chancery, authority, wish)

  await nodeAndPeculiarAccept(chain)
})
