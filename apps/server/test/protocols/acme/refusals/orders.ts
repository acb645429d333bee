import assert from 'node:assert/strict'
import type { Profile } from '@chancery/pki'
import type { AcmePolicySettings } from '../../../../src/acme-policies/acme-policy.ts'
import { certIdOf, issuedOrder } from '../issued-order.ts'
import { orderCsr, requesterOf } from '../order-csr.ts'
import { b64, type TestClient } from '../test-client.ts'
import { changed, NAME, ORDER, type RefusalRow, type RefusalWorld, row } from './refusal-row.ts'

const newOrder =
  (payload: object) =>
  ({ client }: RefusalWorld) =>
    client.post(client.directory.newOrder, payload)
const ordering = (type: string, value: string) => newOrder({ identifiers: [{ type, value }] })

/** A client of a policy with these settings. */
const under =
  (settings: Partial<AcmePolicySettings>, ask: (client: TestClient) => ReturnType<TestClient['show']>) =>
  async ({ acme }: RefusalWorld) =>
    ask(await (await acme.newPolicy(settings)).client())

/** An order under a template whose administrator changed its profile. */
const ruled =
  (change: (profile: Profile) => Profile) =>
  async ({ acme }: RefusalWorld) => {
    const { domain, client, ...made } = await acme.newPolicy()
    const { items } = await domain.stores.templates.list({ authority: made.policy.authority }, { limit: 10 })
    const template = items.find(({ id }) => id === made.template)
    assert.ok(template)
    const record = { act: acme.act(), action: 'x', object: { type: 'x', id: template.id } }
    await domain.stores.templates.update(template.id, 1, { profile: change(template.profile) }, record)
    return (await client()).order(NAME)
  }

/** The address of what is of another account, or not there at all. */
const strange =
  (path: string) =>
  ({ client, policy }: RefusalWorld) =>
    client.show(`${policy.directory.replace('/directory', '')}/${path}`)
const NOBODYS = '0'.repeat(26)

const finalizing =
  (csr: (client: TestClient) => string, name = NAME) =>
  async ({ client }: RefusalWorld) =>
    client.post((await client.order(name)).body.finalize, { csr: csr(client) })

/** What is refused of orders and certificates: RFC 8555 §7.4 to §7.6, RFC 9773. */
export const ORDERS: readonly RefusalRow[] = [
  row('an order of nothing', 'malformed', /no identifiers/, newOrder({ identifiers: [] })),
  row('too many names', 'malformed', /several orders/, ({ client }) =>
    client.order(...Array.from({ length: 101 }, (_, at) => `${at}.approved.example`)),
  ),
  row('an identifier that is no object', 'malformed', /object with "type"/, newOrder({ identifiers: ['x'] })),
  row('a wildcard as a field', 'malformed', /\*\.example/, ({ client }) =>
    client.post(client.directory.newOrder, { identifiers: [{ type: 'dns', value: NAME, wildcard: true }] }),
  ),
  row('a name that is none', 'rejectedIdentifier', /empty label/, ordering('dns', 'a..b')),
  row('a kind of name that nobody knows', 'unsupportedIdentifier', /email/, ordering('email', 'a@b.example')),
  row('several names, each for its own reason', 'compound', /2 problems/, ({ client }) =>
    client.post(client.directory.newOrder, {
      identifiers: [
        { type: 'dns', value: 'a..b' },
        { type: 'email', value: 'a@b.example' },
      ],
    }),
  ),
  row(
    'addresses where the policy takes none',
    'unsupportedIdentifier',
    /takes no identifiers/,
    under({ identifiers: ['dns'] }, (client) =>
      client.post(client.directory.newOrder, { identifiers: [{ type: 'ip', value: '192.0.2.1' }] }),
    ),
  ),
  row(
    'wildcards where the policy takes none',
    'rejectedIdentifier',
    /takes no wildcards/,
    under({ wildcards: false }, (client) => client.order('*.approved.example')),
  ),
  row('a name of the local network', 'rejectedIdentifier', /administrator can let it/, ({ client }) =>
    client.order('a.internal'),
  ),
  row(
    'a kind of name that the template does not take',
    'rejectedIdentifier',
    /takes no names of type/,
    ruled((profile) => ({ ...profile, subjectAltNames: { ...profile.subjectAltNames, fromRequest: ['ip'] } })),
  ),
  row(
    'a name that the rules of the template do not allow',
    'rejectedIdentifier',
    /rules of the template/,
    ruled((profile) => ({ ...profile, allow: { dns: [], ip: [], email: [], upn: [], uri: [] } })),
  ),
  row(
    'a name that nothing can prove',
    'rejectedIdentifier',
    /can prove it/,
    under({ challenges: ['http-01'] }, (client) => client.order('*.other.example')),
  ),
  row(
    'addresses that this server connects to by no means',
    'rejectedIdentifier',
    /^10\.1\.2\.3 is in a private network, where .*CHANCERY_OUTBOUND_NETWORKS.*approve it beforehand\. There are 2 problems/,
    async ({ client, acme }) => {
      acme.validation.never.set('10.1.2.3', 'is in a private network').set('127.0.0.1', 'is this machine')
      const identifiers = ['10.1.2.3', '198.51.100.9', '127.0.0.1'].map((value) => ({ type: 'ip', value }))
      return client.post(client.directory.newOrder, { identifiers })
    },
  ),
  row('a profile that is not offered', 'invalidProfile', /Choose one of/, newOrder({ ...ORDER, profile: 'other' })),
  row('a beginning without an end', 'malformed', /"notAfter" too/, ({ client, acme }) =>
    client.post(client.directory.newOrder, { ...ORDER, notBefore: new Date(acme.now()).toISOString() }),
  ),
  row('an end that has passed', 'malformed', /has passed/, newOrder({ ...ORDER, notAfter: '2001-01-01T00:00:00Z' })),
  row(
    'an end that the template does not let',
    'malformed',
    /cannot have these dates/,
    newOrder({ ...ORDER, notAfter: '2999-01-01T00:00:00Z' }),
  ),
  row('an end that is no moment', 'malformed', /RFC 3339/, newOrder({ ...ORDER, notAfter: 'soon' })),
  row('too much that waits to be proven', 'rateLimited', /deactivate those/, async ({ policy }) => {
    const client = await policy.client()
    const names = (part: number) => Array.from({ length: 100 }, (_, at) => `${part}-${at}.wait.example`)
    for (let part = 0; part < 5; part++) await client.order(...names(part))
    return client.order('one-more.example')
  }),
  row('what replaces nothing of its own', 'malformed', /Leave the field out/, async ({ client, other }) => {
    const { der } = await issuedOrder(other, NAME)
    return client.post(client.directory.newOrder, { ...ORDER, replaces: certIdOf(der) })
  }),
  row('what replaces a certificate of other names', 'malformed', /none of the names/, async ({ client }) => {
    const { der } = await issuedOrder(client, 'other.approved.example')
    return client.post(client.directory.newOrder, { ...ORDER, replaces: certIdOf(der) })
  }),
  row('what is replaced already', 'alreadyReplaced', /replaces this certificate already/, async ({ client }) => {
    const { der } = await issuedOrder(client, NAME)
    const order = { ...ORDER, replaces: certIdOf(der) }
    await client.post(client.directory.newOrder, order)
    return client.post(client.directory.newOrder, order)
  }),
  row('an order that is not there', 'malformed', /no such order/, strange(`order/${NOBODYS}`)),
  row('an authorization that is not there', 'malformed', /no such authorization/, strange(`authorization/${NOBODYS}`)),
  row('a challenge that is not there', 'malformed', /no such challenge/, strange(`challenge/${NOBODYS}`)),
  row('a certificate that is not there', 'malformed', /no such certificate/, strange(`certificate/${NOBODYS}`)),
  row('a chain that is not there', 'malformed', /no such chain/, async ({ client }) =>
    client.show(`${(await issuedOrder(client, NAME)).url}/9`),
  ),
  row('an authorization made anything but deactivated', 'malformed', /nothing else/, async ({ client }) =>
    client.post((await client.order(NAME)).body.authorizations[0], { status: 'valid' }),
  ),
  row('an authorization that is over', 'malformed', /any more/, async ({ client }) => {
    const { authorizations } = (await client.order('given-back.example')).body
    await client.post(authorizations[0], { status: 'deactivated' })
    return client.post(authorizations[0], { status: 'deactivated' })
  }),
  row(
    'a CSR in PEM',
    'malformed',
    /not PEM/,
    finalizing(() => '-----BEGIN'),
  ),
  row(
    'a CSR that cannot be read',
    'badCSR',
    /./,
    finalizing(() => b64('x')),
  ),
  row(
    'a CSR of other names',
    'badCSR',
    /exactly the identifiers/,
    finalizing(() => orderCsr({ names: ['b.approved.example'] })),
  ),
  row(
    'a CSR for the key of the account',
    'badCSR',
    /key of an account/,
    finalizing(({ key }) => orderCsr({ names: [NAME], key: requesterOf(key) })),
  ),
  row(
    'an order that is not ready',
    'orderNotReady',
    /not all valid/,
    finalizing(() => orderCsr({ names: ['unproven.example'] }), 'unproven.example'),
  ),
  row('what two finalize at once', 'orderNotReady', /finalized (already|by another)/, async ({ client }) => {
    const { finalize } = (await client.order(NAME)).body
    const both = [orderCsr({ names: [NAME] }), orderCsr({ names: [NAME] })]
    const nonces = [await client.nonce(), await client.nonce()]
    const replies = await Promise.all(
      both.map((csr, at) => client.post(finalize, { csr }, { nonce: nonces[at] ?? '' })),
    )
    return replies.find(({ status }) => status !== 200) ?? client.post(finalize, { csr: both[0] })
  }),
  row(
    'a name that is approved no more',
    'unauthorized',
    /not approved beforehand any more/,
    changed(({ change }, policy) => change(policy, { preApproved: [] })),
  ),
  row(
    'a name that is allowed no more',
    'unsupportedIdentifier',
    /takes no identifiers/,
    changed(({ change }, policy) => change(policy, { identifiers: ['ip'] })),
  ),
  row(
    'a kind of key that the policy does not certify',
    'badCSR',
    /certifies keys of/,
    changed(({ change }, policy) => change(policy, { keyTypes: ['rsa-2048'] })),
  ),
  row(
    'a template that was disabled',
    'invalidProfile',
    /gone or disabled/,
    changed(({ acme }, { domain, template }) => {
      const record = { act: acme.act(), action: 'x', object: { type: 'x', id: template } }
      return domain.stores.templates.update(
        template as Parameters<typeof domain.stores.templates.update>[0],
        1,
        { enabled: false },
        record,
      )
    }),
  ),
  row(
    'a policy that was disabled',
    'unauthorized',
    /is disabled/,
    changed(({ acme }, { domain, policy }) => {
      const record = { act: acme.act(), action: 'x', object: { type: 'x', id: policy.id } }
      return domain.acmePolicies.store.update(policy.id, 1, { enabled: false }, record)
    }),
  ),
  row('what CAA forbids', 'caa', /name other issuers/, async ({ acme }) => {
    const client = await (await acme.newPolicy({ caaIdentities: ['ca.example'] })).client()
    acme.validation.forbidden.add('forbidden.approved.example')
    const { finalize } = (await client.order('forbidden.approved.example')).body
    return client.post(finalize, { csr: orderCsr({ names: ['forbidden.approved.example'] }) })
  }),
  row('renewal information of nothing', 'malformed', /no such certificate here/, ({ acme, client }) =>
    acme.send('GET', `${client.directory.renewalInfo}/x`),
  ),
]
