import assert from 'node:assert/strict'
import { archiveAuthority } from '../../../../src/authorities/change-authority.ts'
import { renewAuthority } from '../../../../src/authorities/renew-authority.ts'
import type { TestPolicy } from '../acme-world.ts'
import { orderCsr } from '../order-csr.ts'
import { NAME, ORDER, type RefusalRow, type RefusalWorld, row } from './refusal-row.ts'

const DAY = 86_400_000
const EXCLUDED = { nameConstraints: { permitted: [], excluded: [{ type: 'dns', value: 'approved.example' }] } } as const

/** An order of a policy of its own, made like this. */
const under =
  (settings: Parameters<RefusalWorld['acme']['newPolicy']>, more: (now: number) => object = () => ({})) =>
  async ({ acme }: RefusalWorld) => {
    const client = await (await acme.newPolicy(...settings)).client()
    return client.post(client.directory.newOrder, { ...ORDER, ...more(acme.now()) })
  }

/** An order that was ready before something changed. */
const finalizedAfter =
  (change: (world: RefusalWorld, policy: TestPolicy) => Promise<unknown>, more: (now: number) => object = () => ({})) =>
  async (world: RefusalWorld) => {
    const policy = await world.acme.newPolicy()
    const client = await policy.client()
    const order = { ...ORDER, ...more(world.acme.now()) }
    const { finalize } = (await client.post(client.directory.newOrder, order)).body
    await change(world, policy)
    return client.post(finalize, { csr: orderCsr({ names: [NAME] }) })
  }

const authorityOf = async ({ policy, domain }: TestPolicy) => {
  const authority = await domain.stores.authorities.find(policy.authority)
  assert.ok(authority)
  return authority
}
const inDays = (days: number) => (now: number) => ({ notAfter: new Date(now + days * DAY).toISOString() })

/** What nobody could certify, though the names are fine: RFC 8555 §7.4. */
export const UNFULFILLABLE: readonly RefusalRow[] = [
  row(
    'an order of a CA that has no certificate',
    'unauthorized',
    /no certificate yet/,
    under([{}, { awaitsCertificate: true }]),
  ),
  row('an order of a CA that issues nothing', 'unauthorized', /it is archived/, async ({ acme }) => {
    const policy = await acme.newPolicy()
    const client = await policy.client()
    await archiveAuthority(await authorityOf(policy), acme.act(), policy.domain.stores.authorities)
    return client.order(NAME)
  }),
  row(
    'a name that the CA may not certify',
    'rejectedIdentifier',
    /CAs above exclude/,
    under([{}, { authority: EXCLUDED }]),
  ),
  row(
    'dates that the policy does not let',
    'malformed',
    /at most 7 days/,
    under([{ validity: { days: 7 } }], inDays(8)),
  ),
  row(
    'dates that the policy does not let any more',
    'unauthorized',
    /at most 7 days/,
    finalizedAfter(({ change }, policy) => change(policy, { validity: { days: 7 } }), inDays(8)),
  ),
  row('dates that the template does not let', 'malformed', /at most/, under([{}], inDays(1000))),
  row(
    'dates beyond the CA',
    'malformed',
    /CA certificate ends/,
    under([{}, { authority: { validity: { days: 100 } } }], inDays(150)),
  ),
  row(
    'dates beyond the CA as it is by now',
    'unauthorized',
    /CA certificate ends/,
    finalizedAfter(
      async ({ acme }, policy) =>
        renewAuthority(
          await authorityOf(policy),
          { key: 'same', validity: { days: 5 } },
          acme.act(),
          policy.domain.authorities,
        ),
      inDays(8),
    ),
  ),
  row(
    'a name that the CA may not certify any more',
    'rejectedIdentifier',
    /CAs above exclude/,
    finalizedAfter(async ({ acme }, policy) =>
      renewAuthority(await authorityOf(policy), { key: 'same', ...EXCLUDED }, acme.act(), policy.domain.authorities),
    ),
  ),
  row(
    'an order that no key can be certified for',
    'unauthorized',
    /no kind of key/,
    under([{ keyTypes: ['slh-dsa-sha2-128s'] }]),
  ),
  row(
    'an order under a template that wants what no order has',
    'unauthorized',
    /cannot certify this/,
    async ({ acme }) => {
      const { domain, client, ...made } = await acme.newPolicy()
      const { items } = await domain.stores.templates.list({ authority: made.policy.authority }, { limit: 10 })
      const template = items.find(({ id }) => id === made.template)
      assert.ok(template)
      const profile = { ...template.profile, subject: { ...template.profile.subject, required: ['organizationName'] } }
      const record = { act: acme.act(), action: 'x', object: { type: 'x', id: template.id } }
      await domain.stores.templates.update(template.id, 1, { profile }, record)
      return (await client()).order(NAME)
    },
  ),
]
