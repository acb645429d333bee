import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { after, test } from 'node:test'
import type { Profile } from '@chancery/pki'
import { archiveAuthority } from '../../../src/authorities/change-authority.ts'
import { renewAuthority } from '../../../src/authorities/renew-authority.ts'
import { questionsAsked } from '../../support/questions-asked.ts'
import { acmeWorld, refusedAs, type TestPolicy } from './acme-world.ts'
import { orderCsr } from './order-csr.ts'
import type { TestClient } from './test-client.ts'

// RFC 8555 §7.4: what is ordered is certified as it was ordered, or refused; and refused before anything is proven.

const acme = await acmeWorld({ after, fullName: 'fulfillable-orders' })
const DAY = 86_400_000
const SECOND = 1000
const NAME = 'www.approved.example'

const inDays = (days: number) => new Date(acme.now() + days * DAY).toISOString()
const order = (who: TestClient, more: object = {}, ...names: readonly string[]) =>
  who.post(who.directory.newOrder, {
    identifiers: (names.length > 0 ? names : [NAME]).map((value) => ({ type: 'dns', value })),
    ...more,
  })
const finalize = (who: TestClient, { body }: Awaited<ReturnType<typeof order>>) =>
  who.post(body.finalize, { csr: orderCsr({ names: [NAME] }) })
const certificateOf = async (who: TestClient, done: Awaited<ReturnType<typeof order>>) => {
  assert.equal(done.body.status, 'valid', done.text)
  return new X509Certificate((await who.show(done.body.certificate)).text)
}
const endOf = ({ validToDate }: X509Certificate) => validToDate.getTime()

const changePolicy = async ({ policy, domain }: TestPolicy, change: Partial<TestPolicy['policy']['settings']>) => {
  const { revision, settings } = (await domain.acmePolicies.store.find(policy.id)) ?? policy
  const record = { act: acme.act(), action: 'x', object: { type: 'x', id: policy.id } }
  await domain.acmePolicies.store.update(policy.id, revision, { settings: { ...settings, ...change } }, record)
}

const changeTemplate = async (of: TestPolicy, change: (profile: Profile) => Profile) => {
  const { items } = await of.domain.stores.templates.list({ authority: of.policy.authority }, { limit: 10 })
  const template = items.find(({ id }) => id === of.template)
  assert.ok(template)
  const record = { act: acme.act(), action: 'x', object: { type: 'x', id: template.id } }
  await of.domain.stores.templates.update(template.id, template.revision, { profile: change(template.profile) }, record)
}

test('an order lives no longer than its policy says, whatever dates it asks for', async () => {
  const client = await (await acme.newPolicy({ validity: { days: 7 } })).client()

  refusedAs(await order(client, { notAfter: inDays(300) }), 'malformed', 400, /at most 7 days.*earlier "notAfter"/)
  refusedAs(await order(client, { notBefore: inDays(3), notAfter: inDays(11) }), 'malformed', 400, /at most 7 days/)
  const shorter = await certificateOf(client, await finalize(client, await order(client, { notAfter: inDays(5) })))
  const undated = await certificateOf(client, await finalize(client, await order(client)))

  assert.equal(endOf(shorter), acme.now() + 5 * DAY)
  assert.equal(endOf(undated) - undated.validFromDate.getTime() + SECOND, 7 * DAY)
})

test('a policy that gives less by now gives no more to an order from before', async () => {
  const policy = await acme.newPolicy()
  const client = await policy.client()
  const dated = await order(client, { notAfter: inDays(100) })
  const undated = await order(client)
  await changePolicy(policy, { validity: { days: 7 } })

  refusedAs(await finalize(client, dated), 'unauthorized', 403, /at most 7 days/)
  const certificate = await certificateOf(client, await finalize(client, undated))

  assert.equal(endOf(certificate) - certificate.validFromDate.getTime() + SECOND, 7 * DAY)
})

test('a policy that gives more than its template gives what the template lets', async () => {
  const policy = await acme.newPolicy({ validity: { days: 90 } })
  const client = await policy.client()
  await changeTemplate(policy, (profile) => ({ ...profile, validity: { ...profile.validity, maximum: { days: 30 } } }))

  const certificate = await certificateOf(client, await finalize(client, await order(client)))

  assert.equal(endOf(certificate) - certificate.validFromDate.getTime() + SECOND, 30 * DAY)
})

test('dates that the CA outlives alone are certified as they are; others are refused, and days are shortened', async () => {
  const policy = await acme.newPolicy({}, { authority: { validity: { days: 100 } } })
  const client = await policy.client()

  refusedAs(await order(client, { notAfter: inDays(150) }), 'malformed', 400, /CA certificate ends .*earlier end/)
  const kept = await order(client, { notAfter: inDays(99) })
  const undated = await certificateOf(client, await finalize(client, await order(client)))

  assert.equal(kept.body.notAfter, inDays(99))
  assert.equal(endOf(await certificateOf(client, await finalize(client, kept))), acme.now() + 99 * DAY)
  assert.ok(endOf(undated) < acme.now() + 100 * DAY)
})

test('an order shows its dates as a certificate writes them, without parts of a second', async () => {
  const client = await (await acme.newPolicy()).client()

  const { body } = await order(client, { notAfter: new Date(acme.now() + DAY + 789).toISOString() })

  assert.equal(body.notAfter, inDays(1))
})

test('a beginning more than a day ago is refused as it is ordered', async () => {
  const client = await (await acme.newPolicy()).client()

  const reply = await order(client, { notBefore: inDays(-2), notAfter: inDays(5) })

  refusedAs(reply, 'malformed', 400, /too far in the past.*Choose a start after 2026/)
})

test('a CA that was bound to other names since is to blame, and not the CSR', async () => {
  const policy = await acme.newPolicy()
  const client = await policy.client()
  const ready = await order(client)
  const authority = await policy.domain.stores.authorities.find(policy.policy.authority)
  assert.ok(authority)
  const nameConstraints = { permitted: [{ type: 'dns', value: 'other.example' }], excluded: [] } as const
  await renewAuthority(authority, { key: 'same', nameConstraints }, acme.act(), policy.domain.authorities)

  const reply = await finalize(client, ready)

  refusedAs(reply, 'rejectedIdentifier', 400, /outside the names that the CAs above permit/)
  assert.deepEqual(reply.body.subproblems[0].identifier, { type: 'dns', value: NAME })
})

test('names outside the constraints of the CAs above are refused as they are ordered, each by itself', async () => {
  const { client: newClient } = await acme.newPolicy(
    {},
    {
      authority: {
        nameConstraints: {
          permitted: [{ type: 'dns', value: 'approved.example' }],
          excluded: [{ type: 'dns', value: 'secret.approved.example' }],
        },
      },
    },
  )
  const client = await newClient()

  const reply = await order(client, {}, NAME, 'www.other.example', '*.secret.approved.example')

  refusedAs(reply, 'rejectedIdentifier', 400, /2 problems/)
  assert.deepEqual(
    reply.body.subproblems.map((one: { identifier: { value: string } }) => one.identifier.value),
    ['www.other.example', '*.secret.approved.example'],
  )
  assert.equal((await finalize(client, await order(client))).body.status, 'valid')
})

test('a CA that issues nothing takes no orders', async () => {
  const policy = await acme.newPolicy()
  const client = await policy.client()
  const authority = await policy.domain.stores.authorities.find(policy.policy.authority)
  assert.ok(authority)
  await archiveAuthority(authority, acme.act(), policy.domain.stores.authorities)

  refusedAs(await order(client), 'unauthorized', 403, /issues nothing: it is archived/)
})

test('a CA whose certificate has expired takes no orders', async () => {
  const policy = await acme.newPolicy({}, { authority: { validity: { days: 5 } } })
  const client = await policy.client()
  acme.advance(6 * DAY)

  refusedAs(await order(client), 'unauthorized', 403, /issues nothing: its certificate, or one above it, has expired/)
})

test('a template that became privileged, or whose end has passed, takes no orders', async () => {
  const [privileged, ended] = [await acme.newPolicy(), await acme.newPolicy()]
  const [one, other] = [await privileged.client(), await ended.client()]
  await changeTemplate(privileged, (profile) => ({
    ...profile,
    keyUsage: { ...profile.keyUsage, bits: [...profile.keyUsage.bits, 'cRLSign'] },
  }))
  await changeTemplate(ended, (profile) => ({
    ...profile,
    validity: { ...profile.validity, notAfter: acme.now() - DAY },
  }))

  refusedAs(await order(one), 'unauthorized', 403, /vouch for others/)
  refusedAs(await order(other), 'unauthorized', 403, /ends all certificates by 2026.*Set a later end/)
})

test('a template that certifies no order takes none: it wants what none has, or no key that the policy lets', async () => {
  const [demanding, keyless] = [await acme.newPolicy(), await acme.newPolicy({ keyTypes: ['ecdsa-p256'] })]
  const [one, other] = [await demanding.client(), await keyless.client()]
  await changeTemplate(demanding, (profile) => ({
    ...profile,
    subject: { ...profile.subject, required: ['organizationName'] },
  }))
  await changeTemplate(keyless, (profile) => ({ ...profile, keyTypes: ['rsa-2048'] }))

  refusedAs(await order(one), 'unauthorized', 403, /cannot certify this.*no organizationName.*Add one/)
  refusedAs(await order(other), 'unauthorized', 403, /certifies no kind of key that the template/)
})

test('a template that only some kinds of key can break takes orders: the key is judged when it is there', async () => {
  const policy = await acme.newPolicy()
  const client = await policy.client()
  await changeTemplate(policy, (profile) => ({
    ...profile,
    keyTypes: ['ecdsa-p256', 'rsa-2048'],
    keyUsage: { ...profile.keyUsage, bits: ['digitalSignature', 'keyEncipherment'] },
  }))

  const placed = await order(client)

  assert.equal(placed.body.status, 'ready', placed.text)
  refusedAs(await finalize(client, placed), 'badCSR', 400)
})

test('names of which none fits into the common name that a template wants are refused as they are ordered', async () => {
  const policy = await acme.newPolicy()
  const client = await policy.client()
  const long = `${'a'.repeat(60)}.approved.example`
  await changeTemplate(policy, (profile) => ({
    ...profile,
    subject: { ...profile.subject, fromRequest: ['commonName'], required: ['commonName'] },
  }))

  assert.equal((await order(client)).body.status, 'ready')
  refusedAs(await order(client, {}, long), 'unauthorized', 403, /commonName/)
  assert.equal((await order(client, {}, long, NAME)).body.status, 'ready')
})

test('of the subject of a CSR nothing is certified but one of the names: the rest is the template’s', async () => {
  const policy = await acme.newPolicy()
  const client = await policy.client()
  const csr = orderCsr({ names: [NAME], commonName: NAME.toUpperCase(), organization: 'Somebody Else' })
  const certified = async () => {
    const done = await client.post((await order(client)).body.finalize, { csr })
    return (await certificateOf(client, done)).subject
  }
  const asItWas = await certified()
  await changeTemplate(policy, (profile) => ({
    ...profile,
    subject: { fromRequest: 'any', required: [], fixed: [{ type: 'organizationName', value: 'We Ourselves' }] },
  }))

  assert.equal(asItWas, `CN=${NAME}`)
  assert.deepEqual((await certified()).split('\n').toSorted(), [`CN=${NAME}`, 'O=We Ourselves'])
})

test('a template that adds names certifies the orders alone that name them, whenever it began to', async () => {
  const policy = await acme.newPolicy()
  const client = await policy.client()
  const early = await order(client)
  await changeTemplate(policy, ({ subjectAltNames, ...profile }) => ({
    ...profile,
    subjectAltNames: { ...subjectAltNames, fixed: [{ type: 'dns', value: 'Added.Approved.example' }] },
  }))
  const both = [NAME, 'added.approved.example']

  refusedAs(await order(client), 'unauthorized', 403, /adds names .*: dns added\.approved\.example\. Order them too/)
  refusedAs(await finalize(client, early), 'unauthorized', 403, /adds names/)
  const named = await order(client, {}, ...both)
  const done = await client.post(named.body.finalize, { csr: orderCsr({ names: both }) })

  const { subjectAltName = '' } = await certificateOf(client, done)
  assert.deepEqual(subjectAltName.toLowerCase().split(', ').toSorted(), both.map((name) => `dns:${name}`).toSorted())
})

test('that template and CA are asked costs an order nothing of the database: it is written, and noted, and that is all', async () => {
  const client = await (await acme.newPolicy()).client()
  await order(client)
  await acme.settled()

  const asked = await questionsAsked(acme.database, async () => {
    await order(client)
    await acme.settled()
  })

  assert.equal(asked, 2)
})
