import assert from 'node:assert/strict'
import { crlValidityMs, deltaValidityMs } from '../../src/revocation/crl-schedule.ts'
import { makeCrl } from '../../src/revocation/make-crl.ts'
import type { World } from './world.ts'

interface Which {
  readonly partition?: number
  readonly delta?: boolean
}

type OfGeneration = { readonly generation: { readonly id: string } }

/** A CRL made now, in whatever state the published one is: its DER. */
export async function crlOctets(
  { installation, tenant }: Pick<World, 'installation' | 'tenant'>,
  { generation }: OfGeneration,
  { partition = 0, delta = false }: Which = {},
): Promise<Uint8Array> {
  const open = await installation.openGeneration(tenant, generation.id)
  const validity = crlValidityMs(open, false)
  const which = { generation: generation.id, partition, delta }
  const crl = await makeCrl(which, open, delta ? deltaValidityMs(validity) : validity, installation.crlRefresh)
  return octetsOf(installation, crl.id)
}

/** The published CRL: its DER, as relying parties fetch it. */
export async function publishedCrl(
  { installation, stores }: Pick<World, 'installation' | 'stores'>,
  { generation }: OfGeneration,
  { partition = 0, delta = false }: Which = {},
): Promise<Uint8Array> {
  const latest = await stores.system.crls.latest({ generation: generation.id, partition, delta })
  assert.ok(latest, 'a CRL is published')
  return octetsOf(installation, latest.id)
}

async function octetsOf({ crlRefresh }: World['installation'], id: string): Promise<Uint8Array> {
  return Uint8Array.from(Buffer.concat(await Array.fromAsync(crlRefresh.crls.read(id))))
}
