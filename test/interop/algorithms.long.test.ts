import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { after, before, test } from 'node:test'
import { KEY_TYPES, type KeyType } from '@chancery/x509'
import { type RunningChancery, runChancery } from '../support/running-chancery.ts'
import { chainUnder, JUDGES, nodeAndPeculiarAccept, opensslAndGnutlsAccept, programsAccept } from './chain-checks.ts'
import { issue, makeAuthority, makeTemplate, type TestAuthority } from './programs/chancery-api.ts'
import { rereadsCertificate } from './programs/peculiar.ts'
import { CLASSICAL_KEY_TYPES, isClassical, makeRequest, REQUEST_FORMS, REQUESTERS } from './programs/requests.ts'
import { type Workbench, workbench } from './programs/workbench.ts'

let chancery: RunningChancery
let keys: Workbench
const requests = new Map<KeyType, string>()
before(async () => {
  chancery = await runChancery()
  keys = workbench()
  for (const keyType of KEY_TYPES) {
    const host = `${keyType}.example.com`
    requests.set(keyType, await makeRequest(keys, 'node', { keyType, host, form: 'requested extensions' }))
  }
})
after(async () => {
  keys.remove()
  await chancery.stop()
})

/** What CAs certify that sign slowly: one key of each family. */
const QUICK_SAMPLE: readonly KeyType[] = ['rsa-2048', 'ecdsa-p521', 'ed25519', 'ml-dsa-65', 'slh-dsa-shake-256s']

for (const keyType of KEY_TYPES)
  test(
    `a root and an issuing CA of ${keyType} certify keys of every ${isSlow(keyType) ? 'family' : 'type'}`,
    JUDGES,
    async (t) => {
      const authority = await hierarchy(keyType, keyType)
      const template = await makeTemplate(chancery, authority, 'Any key', { keyTypes: KEY_TYPES })
      const [issuer] = authority.chain.map((pem) => new X509Certificate(pem))
      assert.ok(issuer)

      for (const certified of isSlow(keyType) ? QUICK_SAMPLE : KEY_TYPES) {
        const { certificate } = await issue(chancery, template, requests.get(certified) ?? '')

        const leaf = new X509Certificate(certificate)
        assert.ok(leaf.verify(issuer.publicKey) && leaf.checkIssued(issuer), certified)
        assert.equal(leaf.checkHost(`${certified}.example.com`), `${certified}.example.com`)
        rereadsCertificate(leaf.raw, issuer.publicKey)
      }

      const wish = { keyType, template, requester: 'node', form: 'common name alone' } as const
      const chain = await chainUnder(t, chancery, authority, wish)
      await nodeAndPeculiarAccept(chain)
      if (isClassical(keyType)) await programsAccept(chain)
    },
  )

for (const root of CLASSICAL_KEY_TYPES)
  test(`OpenSSL and GnuTLS accept every kind of issuing CA under ${root}`, JUDGES, async (t) => {
    const parent = await makeAuthority(chancery, { name: `Root above all, ${root}`, keyType: root })

    for (const keyType of CLASSICAL_KEY_TYPES) {
      const authority = await makeAuthority(chancery, { name: `${keyType} under ${root}`, keyType, parent })
      const leaf = { keyType: 'ecdsa-p256', requester: 'openssl', form: 'common name alone' } as const
      await opensslAndGnutlsAccept(await chainUnder(t, chancery, authority, leaf))
    }
  })

test('every request of every program, in every form, becomes a certificate that programs accept', JUDGES, async (t) => {
  const authority = await hierarchy('ecdsa-p384', 'ecdsa-p256')

  for (const keyType of CLASSICAL_KEY_TYPES)
    for (const requester of REQUESTERS)
      for (const form of REQUEST_FORMS)
        await t.test(`${requester}, ${keyType}, ${form}`, async (t) =>
          programsAccept(await chainUnder(t, chancery, authority, { keyType, requester, form })),
        )
})

/** The s-sets of SLH-DSA sign for a second and more. */
function isSlow(keyType: KeyType): boolean {
  return /^slh-dsa-.*s$/.test(keyType)
}

let hierarchies = 0

async function hierarchy(root: KeyType, issuing: KeyType): Promise<TestAuthority> {
  const number = ++hierarchies
  const parent = await makeAuthority(chancery, { name: `Root ${number}`, keyType: root })
  return makeAuthority(chancery, { name: `Issuing ${number}`, keyType: issuing, parent })
}
