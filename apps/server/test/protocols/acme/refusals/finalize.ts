import assert from 'node:assert/strict'
import type { Profile } from '@chancery/pki'
import { archiveAuthority } from '../../../../src/authorities/change-authority.ts'
import { issuedOrder } from '../issued-order.ts'
import { orderCsr, requesterOf } from '../order-csr.ts'
import { changed, NAME, type RefusalRow, type RefusalWorld, row } from './refusal-row.ts'

type Policy = RefusalWorld['policy']

const templateOf = async ({ domain, template }: Policy) => {
  const { items } = await domain.stores.templates.list({}, { limit: 200 })
  const found = items.find(({ id }) => id === template)
  assert.ok(found)
  return found
}

/** Changes the profile of the template, as its administrator does. */
const profiled =
  (change: (profile: Profile) => Partial<Profile>) =>
  async ({ acme }: RefusalWorld, policy: Policy) => {
    const { id, profile } = await templateOf(policy)
    const record = { act: acme.act(), action: 'x', object: { type: 'x', id } }
    await policy.domain.stores.templates.update(id, 1, { profile: { ...profile, ...change(profile) } }, record)
  }

const authorityOf = async ({ domain, policy }: Policy) => {
  const found = await domain.stores.authorities.find(policy.authority)
  assert.ok(found)
  return found
}

const archive = async ({ acme }: RefusalWorld, policy: Policy) =>
  archiveAuthority(await authorityOf(policy), acme.act(), policy.domain.stores.authorities)

/** One that is offered stays: it is taken from the policy first. */
const removeTemplate = async ({ acme, change }: RefusalWorld, policy: Policy) => {
  const { id } = await templateOf(policy)
  await change(policy, { profiles: [] })
  const record = { act: acme.act(), action: 'x', object: { type: 'x', id } }
  await policy.domain.stores.templates.delete(id, acme.now(), record)
}

/** The same, but while the CSR is being certified. */
const meanwhile = (...[work, before]: [Parameters<typeof changed>[0], Parameters<RefusalWorld['meanwhile']>[1]?]) =>
  changed(async (world, policy) => world.meanwhile(() => work(world, policy), before))

const WEEK = 7 * 86_400_000

/** What is refused at the door when an order is finalized: everything behind the protocol, RFC 8555 §7.4. */
export const FINALIZE: readonly RefusalRow[] = [
  row(
    'a kind of key that the template does not certify',
    'badCSR',
    /Make a key that the template takes \(rsa-2048\)/,
    changed(profiled(() => ({ keyTypes: ['rsa-2048'] }))),
  ),
  row('a key that is known to be out', 'badCSR', /compromised.*make a new one/, async ({ client }) => {
    const { certificate, key } = await issuedOrder(client, NAME)
    await client.post(client.directory.revokeCert, { certificate, reason: 1 })
    return client.post((await client.order(NAME)).body.finalize, {
      csr: orderCsr({ names: [NAME], key: requesterOf(key) }),
    })
  }),
  row(
    'a certificate that would break a rule',
    'badCSR',
    /would break a rule.*RFC 8813/,
    changed(
      profiled(({ keyUsage }) => ({
        keyUsage: { ...keyUsage, bits: ['digitalSignature', 'keyEncipherment'] },
      })),
    ),
  ),
  row(
    'a template that has become one of administrators',
    'unauthorized',
    /itself vouch for others/,
    changed(profiled(({ keyUsage }) => ({ keyUsage: { ...keyUsage, bits: ['digitalSignature', 'cRLSign'] } }))),
  ),
  row(
    'a template that adds names',
    'unauthorized',
    /adds names to each certificate.*email ops@example\.com/,
    changed(
      profiled(({ subjectAltNames }) => ({
        subjectAltNames: { ...subjectAltNames, fixed: [{ type: 'email', value: 'ops@example.com' }] },
      })),
    ),
  ),
  row('a CA that was archived', 'unauthorized', /issues nothing: it is archived/, changed(archive)),
  row('a CA that is archived meanwhile', 'unauthorized', /issues nothing: it is archived/, meanwhile(archive)),
  row('a template that is deleted meanwhile', 'malformed', /template was deleted meanwhile/, meanwhile(removeTemplate)),
  row(
    'an order that expires meanwhile',
    'orderNotReady',
    /or is over.*Look at the order again/,
    meanwhile(async ({ acme }) => acme.advance(WEEK), 'its CA is asked for'),
  ),
  row(
    'an order that another request finalizes meanwhile',
    'orderNotReady',
    /^The order was finalized by another request, or is over\. Look at the order again\.$/,
    async (world) => {
      const client = await world.policy.client()
      const { finalize } = (await client.order(NAME)).body
      const byAnother = async () => {
        const { status } = await client.post(finalize, { csr: orderCsr({ names: [NAME] }) })
        assert.equal(status, 200)
      }
      world.meanwhile(byAnother)
      return client.post(finalize, { csr: orderCsr({ names: [NAME] }) })
    },
  ),
  row('a proof that is given back meanwhile', 'orderNotReady', /given back, or expired/, async (world) => {
    const client = await world.policy.client()
    const order = (await client.order(NAME)).body
    world.meanwhile(() => client.post(order.authorizations[0], { status: 'deactivated' }))
    return client.post(order.finalize, { csr: orderCsr({ names: [NAME] }) })
  }),
]
