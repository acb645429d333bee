import assert from 'node:assert/strict'
import { issued } from '../../../support/authorities.ts'
import { SHARED } from '../acme-world.ts'
import { issuedOrder } from '../issued-order.ts'
import { b64, TestClient } from '../test-client.ts'
import { NAME, type RefusalRow, type RefusalWorld, row } from './refusal-row.ts'

/** A revocation by the key of a certificate, at the policy's own directory or at the one that all tenants share. */
const byKey =
  (
    directory: 'its own' | 'the shared',
    ask: (
      holder: TestClient,
      theirs: Awaited<ReturnType<typeof issuedOrder>>,
      world: RefusalWorld,
    ) => Promise<{ readonly certificate: string; readonly reason?: number }>,
  ) =>
  async (world: RefusalWorld) => {
    const order = await issuedOrder(world.client, NAME)
    const at = directory === 'its own' ? world.policy.directory : SHARED
    const holder = await TestClient.at(world.acme.send, at, order.key)
    return holder.post(holder.directory.revokeCert, await ask(holder, order, world))
  }

const revoking =
  (payload: object) =>
  ({ client }: RefusalWorld) =>
    client.post(client.directory.revokeCert, payload)

/** What is refused of revocations: RFC 8555 §7.6. */
export const REVOCATIONS: readonly RefusalRow[] = [
  row('a certificate in PEM', 'malformed', /not PEM/, revoking({ certificate: '-----BEGIN' })),
  row('a certificate that cannot be read', 'malformed', /cannot be read/, revoking({ certificate: b64('x') })),
  row(
    'a reason that a subscriber cannot know',
    'badRevocationReason',
    /one of/,
    revoking({ certificate: 'AA', reason: 6 }),
  ),
  row('a certificate of somebody else', 'unauthorized', /may not revoke it/, async ({ client, other }) => {
    const { certificate } = await issuedOrder(other, NAME)
    return client.post(client.directory.revokeCert, { certificate })
  }),
  row('keyCompromise by who has proven the names', 'badRevocationReason', /says nothing of the key/, async (world) => {
    const { acme, client, other } = world
    acme.validation.proven.add('proven.example')
    for (const who of [client, other]) {
      const { authorizations } = (await who.order('proven.example')).body
      for (const url of authorizations) await who.post((await who.show(url)).body.challenges[0].url, {})
      await acme.settled()
    }
    const { certificate } = await issuedOrder(other, 'proven.example')
    return client.post(client.directory.revokeCert, { certificate, reason: 1 })
  }),
  row('a certificate that is revoked', 'alreadyRevoked', /only be sharpened/, async ({ client }) => {
    const { certificate } = await issuedOrder(client, NAME)
    await client.post(client.directory.revokeCert, { certificate })
    return client.post(client.directory.revokeCert, { certificate })
  }),
  row('a certificate whose key is known to be out', 'alreadyRevoked', /nothing left to do/, async ({ client }) => {
    const { certificate } = await issuedOrder(client, NAME)
    await client.post(client.directory.revokeCert, { certificate, reason: 1 })
    return client.post(client.directory.revokeCert, { certificate, reason: 1 })
  }),
  ...(['its own', 'the shared'] as const).flatMap((directory) => [
    row(
      `at ${directory} directory, by its key, a certificate that is revoked`,
      'alreadyRevoked',
      /only be sharpened/,
      byKey(directory, async (holder, { certificate }) => {
        await holder.post(holder.directory.revokeCert, { certificate })
        return { certificate }
      }),
    ),
    row(
      `at ${directory} directory, by its key, a reason that a subscriber cannot know`,
      'badRevocationReason',
      /one of/,
      byKey(directory, async (_holder, { certificate }) => ({ certificate, reason: 6 })),
    ),
    row(
      `at ${directory} directory, a certificate by the key of another`,
      'unauthorized',
      /may not revoke it/,
      byKey(directory, async (_holder, _theirs, { client }) => {
        const { certificate } = await issuedOrder(client, NAME)
        return { certificate }
      }),
    ),
  ]),
  row(
    'at the shared directory, by its key, a certificate that no order is behind',
    'unauthorized',
    /not issued here by ACME/,
    async ({ acme, policy: { domain, template, tenant } }) => {
      const found = await domain.stores.templates.find(template)
      assert.ok(found)
      const { certificate } = await issued({ ...acme, domain, tenant }, { template: found })
      const holder = await TestClient.at(acme.send, SHARED)
      return holder.post(holder.directory.revokeCert, { certificate: b64(certificate.der) })
    },
  ),
]
