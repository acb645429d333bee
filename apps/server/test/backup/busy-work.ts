import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import type { Authority, IssuedCertificate, Template } from '@chancery/api'
import { encodePem } from '@chancery/x509'
import type { RunningChancery } from '../../../../test/support/running-chancery.ts'
import { PATIENCE_MS } from '../../../../test/support/until.ts'
import { csrFor } from '../support/authorities.ts'

/** A root made through the API, and its first template. */
export async function apiRoot(chancery: RunningChancery) {
  const authority = await chancery.api<Authority>('POST', '/authorities', {
    kind: 'root',
    subject: [{ type: 'commonName', value: 'Busy Root' }],
    keyType: 'ecdsa-p256',
  })
  const { items } = await chancery.api<{ items: readonly Template[] }>('GET', `/templates?authority=${authority.id}`)
  assert.ok(items[0])
  return { authority, template: items[0].id }
}

/** Something that a client was told was done, and when it heard it. */
export interface Acknowledged {
  readonly id: string
  readonly at: number
}

/** Clients that issue and revoke until they are told to stop; each notes what it was told. */
export function busyClients(chancery: RunningChancery, template: string, clients = 4) {
  const csr = encodePem('CERTIFICATE REQUEST', csrFor('busy.example.com'))
  const issued: Acknowledged[] = []
  const revoked: Acknowledged[] = []
  const failures: unknown[] = []
  let isBusy = true

  async function client(): Promise<void> {
    for (let count = 0; isBusy; count++) {
      try {
        const { id } = await chancery.api<IssuedCertificate>('POST', '/certificates', { template, csr })
        issued.push({ id, at: Date.now() })
        await delay(20)
        if (count % 3 !== 0) continue
        await chancery.api('POST', `/certificates/${id}/revoke`, { reason: 'superseded' })
        revoked.push({ id, at: Date.now() })
      } catch (error) {
        failures.push(error)
        await delay(50)
      }
    }
  }
  const working = Promise.all(Array.from({ length: clients }, client))
  return {
    issued,
    revoked,
    failures,
    /** Waits until so many more certificates were acknowledged. */
    until: async (more: number) => {
      const enough = issued.length + more
      const deadline = performance.now() + PATIENCE_MS
      while (issued.length < enough) {
        assert.ok(performance.now() < deadline, `the clients get no further: ${failures.at(-1)}`)
        await delay(10)
      }
    },
    stop: async () => {
      isBusy = false
      await working
    },
  }
}
