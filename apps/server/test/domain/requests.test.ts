import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Overrides, type Profile, Refusal } from '@chancery/pki'
import { decodeCertificate, encodePem, findExtension, nameToString, SubjectAltName } from '@chancery/x509'
import { needs } from '../../../../test/support/system-program.ts'
import { archiveAuthority } from '../../src/authorities/change-authority.ts'
import { declineRequest } from '../../src/enrollment/requests.ts'
import { revoke } from '../../src/revocation/revoke.ts'
import { changeTemplate, deleteTemplate, findTemplate } from '../../src/templates/templates.ts'
import {
  approveRequest,
  type Ca,
  csrFor,
  issued,
  issueTo,
  requesterKey,
  requestFor,
  rootOf,
  starterProfile,
  submit,
} from '../support/authorities.ts'
import { opensslText, opensslVerify } from '../support/openssl.ts'
import { succeed } from '../support/requests.ts'
import { START, type World, world } from '../support/world.ts'

const DAY = 86_400_000

const parked = async ({ domain }: World, id: string) => {
  const request = await domain.stores.requests.find(id)
  assert.ok(request)
  return request
}

async function edit(here: World, { template }: Pick<Ca, 'template'>, change: { enabled?: boolean; profile?: Profile }) {
  const current = await findTemplate(template.id, here.domain.templates)
  return changeTemplate(current, current.revision, change, true, here.act(), here.domain.templates)
}

test('a request waits for a person, who signs it', needs('openssl'), async (t) => {
  const here = await world(t)
  const root = await rootOf(here)
  const csr = csrFor('www.example.com')

  const id = await submit(here, root, { csr })
  const pending = await parked(here, id)
  const outcome = await approveRequest(here, id)

  assert.deepEqual(
    [pending.status, pending.subject, pending.subjectAltNames],
    ['pending', 'CN=www.example.com', [{ type: 'dns', value: 'www.example.com' }]],
  )
  assert.ok(outcome.state === 'issued')
  const signed = await parked(here, id)
  assert.deepEqual([signed.status, signed.certificate, signed.decidedBy], ['issued', outcome.id, 'an-account'])
  assert.equal(await opensslVerify(outcome.certificate, { roots: [root.certificate.der], at: START }), '')
  const asked = await succeed('openssl', ['req', '-pubkey', '-noout'], encodePem('CERTIFICATE REQUEST', csr))
  assert.equal(
    await succeed('openssl', ['x509', '-pubkey', '-noout'], encodePem('CERTIFICATE', outcome.certificate)),
    asked,
  )
  await here.checkInvariants()
})

test(
  'whoever signs may put another subject, other names and another validity in place',
  needs('openssl'),
  async (t) => {
    const here = await world(t)
    const root = await rootOf(here)
    const profile = {
      ...starterProfile('Web Server'),
      subject: { fromRequest: 'any', required: [], fixed: [] },
    } as const
    await edit(here, root, { profile })
    const sign = async (overrides: Overrides, wishes?: Overrides) => {
      const id = await submit(here, root, wishes === undefined ? {} : { wishes })
      const outcome = await approveRequest(here, id, { overrides })
      assert.ok(outcome.state === 'issued')
      return decodeCertificate(outcome.certificate)
    }

    const renamed = await sign({
      subject: [
        { type: 'organizationName', value: 'Example' },
        { type: 'commonName', value: 'shop.example.com' },
      ],
      subjectAltNames: [
        { type: 'dns', value: 'shop.example.com' },
        { type: 'ip', value: '192.0.2.1' },
      ],
    })
    assert.match(await opensslText('x509', renamed.der), /Subject: O = Example, CN = shop.example.com/)
    assert.match(await opensslText('x509', renamed.der), /DNS:shop.example.com, IP Address:192.0.2.1/)

    const dated = await sign({ validity: { notBefore: START + DAY, notAfter: START + 10 * DAY } })
    assert.deepEqual([dated.notBefore, dated.notAfter], [START + DAY, START + 10 * DAY])
    const counted = await sign({ validity: { days: 30 } })
    assert.equal(counted.notAfter - counted.notBefore, 30 * DAY - 1000)

    // What the requester wished counts where the approver says nothing.
    const wished = await sign(
      { validity: { days: 5 } },
      { validity: { days: 9 }, subjectAltNames: [{ type: 'dns', value: 'wish.example.com' }] },
    )
    assert.equal(wished.notAfter - wished.notBefore, 5 * DAY - 1000)
    assert.deepEqual(findExtension(wished.extensions, SubjectAltName), [{ type: 'dns', value: 'wish.example.com' }])
    await here.checkInvariants()
  },
)

test('what policy refuses at the signing leaves the request pending, and it can be signed otherwise', async (t) => {
  const here = await world(t)
  const root = await rootOf(here)
  const web = starterProfile('Web Server')
  const validity = { ...web.validity, default: { days: 30 }, maximum: { days: 90 } }
  await edit(here, root, { profile: { ...web, validity } })
  const id = await submit(here, root)
  const refused: readonly (readonly [Overrides, string])[] = [
    [{ subjectAltNames: [{ type: 'dns', value: 'not a name' }] }, 'name-not-allowed'],
    [{ subjectAltNames: [{ type: 'email', value: 'a@example.com' }] }, 'name-not-allowed'],
    [{ validity: { days: 91 } }, 'not-permitted'],
    [{ validity: { notBefore: START, notAfter: START - 1 } }, 'not-permitted'],
    [{ validity: { notBefore: START - 10 * DAY, notAfter: START + DAY } }, 'not-permitted'],
  ]

  for (const [overrides, code] of refused) {
    await assert.rejects(approveRequest(here, id, { overrides }), { name: 'Refusal', code }, JSON.stringify(overrides))
  }

  assert.equal((await parked(here, id)).status, 'pending')
  assert.equal((await approveRequest(here, id)).state, 'issued')
  await here.checkInvariants()
})

test('a declined request says why, and stays declined', async (t) => {
  const here = await world(t)
  const root = await rootOf(here)
  const id = await submit(here, root)

  const declined = await declineRequest(id, 'Not our host.', here.act(), here.domain.requestDesk)

  assert.deepEqual([declined.status, declined.note, declined.decidedBy], ['declined', 'Not our host.', 'an-account'])
  await assert.rejects(approveRequest(here, id), { code: 'conflict', message: /declined/ })
  await assert.rejects(declineRequest(id, undefined, here.act(), here.domain.requestDesk), { code: 'conflict' })
  await assert.rejects(declineRequest('nothing', undefined, here.act(), here.domain.requestDesk), { code: 'not-found' })
  await here.checkInvariants()
})

test('of two who sign at once one wins, and one certificate is made', async (t) => {
  const here = await world(t)
  const root = await rootOf(here)
  const id = await submit(here, root)

  const answers = await Promise.allSettled(Array.from({ length: 5 }, () => approveRequest(here, id)))

  const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []))
  assert.equal(refused.length, 4)
  for (const reason of refused) assert.ok(reason instanceof Refusal && reason.code === 'conflict', `${reason}`)
  await here.checkInvariants()
})

test('of one who signs and one who declines at once one wins', async (t) => {
  const here = await world(t)
  const root = await rootOf(here)
  for (const order of [0, 1]) {
    const id = await submit(here, root)
    const sign = () => approveRequest(here, id)
    const decline = () => declineRequest(id, undefined, here.act(), here.domain.requestDesk)

    const answers = await Promise.allSettled(order === 0 ? [sign(), decline()] : [decline(), sign()])

    const won = answers.filter(({ status }) => status === 'fulfilled')
    assert.equal(won.length, 1)
    const { status, certificate } = await parked(here, id)
    assert.equal(status === 'issued', certificate !== undefined)
  }
  await here.checkInvariants()
})

test('at the signing the template is judged as it is then', needs('openssl'), async (t) => {
  const here = await world(t)
  const root = await rootOf(here)
  const [disabled, changed, gone] = [await submit(here, root), await submit(here, root), await submit(here, root)]

  await edit(here, root, { enabled: false })
  await assert.rejects(approveRequest(here, disabled), { code: 'not-permitted', message: /disabled/ })
  await assert.rejects(issueTo(here, { template: await findTemplate(root.template.id, here.domain.templates) }), {
    code: 'not-permitted',
  })
  await edit(here, root, { enabled: true })
  const web = starterProfile('Web Server')
  await edit(here, root, {
    profile: { ...web, allow: { dns: ['*.example.org'], ip: [], email: [], upn: [], uri: [] } },
  })
  await assert.rejects(approveRequest(here, changed), { code: 'name-not-allowed' })
  await edit(here, root, { profile: { ...web, validity: { ...web.validity, default: { days: 7 } } } })
  const outcome = await approveRequest(here, changed)
  assert.ok(outcome.state === 'issued')
  const { notBefore, notAfter } = decodeCertificate(outcome.certificate)
  assert.equal(notAfter - notBefore, 7 * DAY - 1000)

  const { templates } = here.domain
  const now = () => findTemplate(root.template.id, templates)
  await assert.rejects(
    deleteTemplate(await now(), true, here.act(), templates),
    { code: 'conflict' },
    'one of it is alive',
  )
  await revoke({ certificate: outcome.id, reason: 'superseded' }, here.act(), here.domain.stores.revocations)
  await deleteTemplate(await now(), true, here.act(), templates)
  const declined = await parked(here, gone)
  assert.deepEqual([declined.status, declined.note], ['declined', 'The template was deleted.'])
  await assert.rejects(approveRequest(here, gone), { code: 'conflict' })
  await here.checkInvariants()
})

test('a request for a CA that was archived stays pending, and can be declined', async (t) => {
  const here = await world(t)
  const root = await rootOf(here)
  const id = await submit(here, root)
  await archiveAuthority(root.authority, here.act(), here.domain.stores.authorities)

  await assert.rejects(approveRequest(here, id), { code: 'issuer-inactive' })
  assert.equal((await parked(here, id)).status, 'pending')
  await declineRequest(id, undefined, here.act(), here.domain.requestDesk)
})

test('a key that was revoked for keyCompromise is never certified again, in no tenant and by no way', async (t) => {
  const here = await world(t)
  const root = await rootOf(here)
  const key = requesterKey()
  const waiting = await submit(here, root, { csr: csrFor('a.example.com', key) })
  const { id } = await issued(here, root, await requestFor('b.example.com', key))
  await issued(here, root, await requestFor('c.example.com', key))

  await revoke({ certificate: id, reason: 'superseded' }, here.act(), here.domain.stores.revocations)
  await issued(here, root, await requestFor('d.example.com', key))
  await revoke({ certificate: id, reason: 'keyCompromise' }, here.act(), here.domain.stores.revocations)

  await assert.rejects(issueTo(here, root, await requestFor('e.example.com', key)), { code: 'bad-key' })
  await assert.rejects(approveRequest(here, waiting), { code: 'bad-key' })
  assert.equal((await parked(here, waiting)).status, 'pending')
  const other = await here.newTenant()
  const there = { ...here, tenant: other, domain: here.installation.for(other), act: () => here.act(other) }
  const elsewhere = await rootOf(there, 'Elsewhere')
  await assert.rejects(issueTo(there, elsewhere, await requestFor('f.example.com', key)), { code: 'bad-key' })
  await issued(there, elsewhere)
  assert.equal(nameToString(elsewhere.certificate.subject), 'CN=Elsewhere')
  await here.checkInvariants()
})
