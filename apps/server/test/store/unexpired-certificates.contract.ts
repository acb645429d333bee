import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { CertificateRegister } from '../../src/certificates/certificate-register.ts'
import {
  createCa,
  DAY,
  issue,
  NOW,
  recordIn,
  type SampleCa,
  sampleAuthorityCertificate,
  sampleGeneration,
  sampleIntent,
} from '../support/samples.ts'
import { type Engine, newTenant, refused } from './engine.ts'

export function unexpiredCertificatesContract(engine: Engine): void {
  const world = async () => {
    const opened = await engine.shared()
    const tenant = await newTenant(opened)
    const ca = await createCa(opened.stores, tenant)
    return { opened, tenant, ca, certificates: ca.stores.certificates }
  }

  describe('the certificates that a CA answers for', () => {
    test('what of a CA has not expired is read whole in pages of any size, soonest end first', async () => {
      const { opened, tenant, ca, certificates } = await world()
      const other = await createCa(opened.stores, tenant)
      const foreign = await createCa(opened.stores, await newTenant(opened))
      await makeUnexpired(ca, other, foreign)
      // Renewed with a new key it answers for what it issued with either.
      const generation = sampleGeneration(ca.authority, { number: 2 })
      const certificate = sampleAuthorityCertificate(generation.id)
      await ca.stores.authorities.addGeneration(generation, certificate, recordIn(tenant))
      await issue({ ...ca, generation }, { notAfter: NOW + 4 * DAY }, labelled('second'))

      const whole = await unexpired(certificates, ca, 200)

      // Ends of the same moment follow each other in the order of their making.
      assert.deepEqual(whole, ['0', '4', '8', '12', '1', '5', '9', '2', '6', '10', '3', '7', '11', 'intent', 'second'])
      for (const limit of [1, 2, 4, 7]) assert.deepEqual(await unexpired(certificates, ca, limit), whole, `by ${limit}`)
      assert.deepEqual(await unexpired(certificates, foreign, 5), [])
      assert.deepEqual(await unexpired(foreign.stores.certificates, ca, 5), [])
    })

    test('of what has not expired a page says its way, its bytes, and whether it is revoked for good', async () => {
      const { tenant, ca, certificates } = await world()
      const [plain, held, revoked] = [await issue(ca), await issue(ca), await issue(ca)]
      const intent = sampleIntent(ca)
      await ca.stores.issuance.recordIntent(intent, recordIn(tenant))
      for (const [{ intent: of }, reason] of [
        [held, 6],
        [revoked, 1],
      ] as const)
        await ca.stores.revocations.revoke(of.id, { revokedAt: NOW, reason }, recordIn(tenant))

      const { items } = await certificates.unexpired(ca.authority.id, NOW, { limit: 10 })

      const { evidence } = intent
      assert.deepEqual(items, [
        { isRevoked: false, evidence, der: plain.issued.der },
        { isRevoked: false, evidence, der: held.issued.der },
        { isRevoked: true, evidence, der: revoked.issued.der },
        { isRevoked: false, evidence, tbs: intent.tbs },
      ])
    })

    test('a cursor of another list is refused', async () => {
      const { ca, certificates } = await world()
      await issue(ca)
      await issue(ca)
      const { next } = await certificates.list({}, NOW, { limit: 1 })
      assert.ok(next)

      await refused(certificates.unexpired(ca.authority.id, NOW, { limit: 1, after: next }), 'malformed')
    })
  })
}

const labelled = (label: string) => ({ der: new TextEncoder().encode(label) })

/** Thirteen that have not expired, by their numbers, and one that waits for its signature; beside them what is none of them. */
async function makeUnexpired(ca: SampleCa, other: SampleCa, foreign: SampleCa): Promise<void> {
  for (let at = 0; at < 13; at++) {
    await issue(ca, { notAfter: NOW + (at % 4) * DAY }, labelled(String(at)))
    await issue(ca, { notAfter: NOW - 1 - at }, labelled(`expired ${at}`))
    await issue(other, { notAfter: NOW + (at % 4) * DAY }, labelled(`of the other CA ${at}`))
    await issue(foreign, { notAfter: NOW + (at % 4) * DAY }, labelled(`of the other tenant ${at}`))
  }
  const intent = sampleIntent(ca, { notAfter: NOW + 4 * DAY, tbs: labelled('intent').der })
  const abandoned = sampleIntent(ca, { tbs: labelled('abandoned').der })
  for (const each of [intent, abandoned]) await ca.stores.issuance.recordIntent(each, recordIn(ca.tenant))
  await ca.stores.issuance.abandon(abandoned.id, 'x', recordIn(ca.tenant))
}

/** The labels of all that a CA answers for, read in pages. */
async function unexpired(certificates: CertificateRegister, ca: SampleCa, limit: number): Promise<string[]> {
  const labels: string[] = []
  for (let after: string | undefined, pages = 0; ; pages++) {
    assert.ok(pages < 100)
    const page = await certificates.unexpired(ca.authority.id, NOW, { limit, ...(after !== undefined && { after }) })
    assert.ok(page.items.length <= limit)
    labels.push(...page.items.map(({ der, tbs }) => new TextDecoder().decode(der ?? tbs)))
    after = page.next
    if (after === undefined) return labels
  }
}
