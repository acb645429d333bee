import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ServiceCertificate } from '../../src/service-certificates/service-certificate-store.ts'
import {
  createCa,
  DAY,
  issue,
  NOW,
  randomBytes,
  recordIn,
  type SampleCa,
  sampleAuthority,
  sampleGeneration,
  sampleTemplate,
} from '../support/samples.ts'
import { newId } from '../support/stores.ts'
import { type Engine, newTenant } from './engine.ts'

export function serviceCertificateStoreContract(engine: Engine): void {
  const world = async (certificate = {}) => {
    const opened = await engine.shared()
    const tenant = await newTenant(opened)
    const ca = await createCa(opened.stores, tenant, { certificate })
    const isDue = async (renewBefore: number, now = NOW) => {
      const due = await opened.stores.system.dueServices(
        'ocsp-responder',
        { now, renewBefore },
        1,
        before(ca.generation.id),
      )
      return due[0]?.generation === ca.generation.id
    }
    return { opened, tenant, ca, services: ca.stores.serviceCertificates, isDue }
  }

  describe('the store of service certificates', () => {
    test('the newest of a purpose is the current one, and comes back as it was written', async () => {
      const { tenant, ca, services } = await world()
      assert.equal(await services.current(ca.generation.id, 'ocsp-responder'), undefined)
      const [old, young] = [await serviceOf(ca), await serviceOf(ca)]

      await services.add(old, recordIn(tenant))
      await services.add(young, recordIn(tenant))

      assert.deepEqual(await services.current(ca.generation.id, 'ocsp-responder'), { ...young, revoked: false })
    })

    test('it says when its certificate was revoked', async () => {
      const { tenant, ca, services } = await world()
      const service = await serviceOf(ca)
      await services.add(service, recordIn(tenant))

      await ca.stores.revocations.revoke(service.certificate, { revokedAt: NOW, reason: 4 }, recordIn(tenant))

      assert.equal((await services.current(ca.generation.id, 'ocsp-responder'))?.revoked, true)
    })

    test('due is what is missing, ends too soon, or was revoked', async () => {
      const { tenant, ca, services, isDue } = await world()
      assert.equal(await isDue(NOW), true)
      const service = await serviceOf(ca, { notAfter: NOW + 60 * DAY })
      await services.add(service, recordIn(tenant))

      assert.equal(await isDue(NOW + 60 * DAY), false)
      assert.equal(await isDue(NOW + 60 * DAY + 1), true)
      await ca.stores.revocations.revoke(service.certificate, { revokedAt: NOW, reason: 4 }, recordIn(tenant))
      assert.equal(await isDue(NOW), true)
    })

    test('only the newest counts', async () => {
      const { tenant, ca, services, isDue } = await world()
      await services.add(await serviceOf(ca, { notAfter: NOW + 60 * DAY }), recordIn(tenant))
      await services.add(await serviceOf(ca, { notAfter: NOW + 5 * DAY }), recordIn(tenant))

      assert.equal(await isDue(NOW + 6 * DAY), true)
    })

    test('nothing is due that could not last longer, or of a CA that answers no more', async () => {
      const { tenant, ca, services, isDue } = await world({ notAfter: NOW + 10 * DAY })
      assert.equal(await isDue(NOW, NOW + 11 * DAY), false)
      await services.add(await serviceOf(ca, { notAfter: NOW + 10 * DAY }), recordIn(tenant))
      assert.equal(await isDue(NOW + 60 * DAY), false)

      const awaiting = sampleAuthority(tenant, { status: 'awaiting-certificate' })
      const generation = sampleGeneration(awaiting, { status: 'awaiting-certificate' })
      const born = { authority: awaiting, generation, template: sampleTemplate(awaiting.id) }
      await ca.stores.authorities.create(born, recordIn(tenant))
      const other = await createCa((await engine.shared()).stores, tenant)
      await ca.stores.authorities.delete(other.authority.id, NOW, recordIn(tenant))
      const due = await dueIn(engine, tenant)
      assert.deepEqual(due, [])
    })

    test('an archived CA goes on answering', async () => {
      const { tenant, ca, isDue } = await world()

      await ca.stores.authorities.archive(ca.authority.id, recordIn(tenant))

      assert.equal(await isDue(NOW), true)
    })
  })
}

async function serviceOf(
  ca: SampleCa,
  over: Partial<ServiceCertificate> = {},
): Promise<Omit<ServiceCertificate, 'revoked'>> {
  const { intent, issued } = await issue(ca)
  return {
    id: newId(),
    tenant: ca.tenant,
    authority: ca.authority.id,
    generation: ca.generation.id,
    purpose: 'ocsp-responder',
    certificate: intent.id,
    der: issued.der,
    sealedKey: randomBytes(150),
    notBefore: NOW,
    notAfter: NOW + 90 * DAY,
    ...over,
  }
}

/** What is due in a tenant, read page by page. */
async function dueIn(engine: Engine, tenant: string): Promise<string[]> {
  const { stores } = await engine.shared()
  const found: string[] = []
  for (let after: string | undefined; ; ) {
    const page = await stores.system.dueServices('ocsp-responder', { now: NOW, renewBefore: NOW }, 7, after)
    found.push(...page.filter((row) => row.tenant === tenant).map(({ generation }) => generation))
    after = page.at(-1)?.generation
    if (page.length < 7) return found
  }
}

/** A text right before this id. */
function before(id: string): string {
  return `${id.slice(0, -1)}${String.fromCharCode(id.charCodeAt(25) - 1)}~`
}
