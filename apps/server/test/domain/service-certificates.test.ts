import assert from 'node:assert/strict'
import { verify } from 'node:crypto'
import { test } from 'node:test'
import { digest } from '@chancery/keys'
import {
  decodeCertificate,
  decodeOcspResponse,
  encodeOcspRequest,
  type KeyType,
  keyTypeOf,
  makeCertId,
  signatureAlgorithmOf,
} from '@chancery/x509'
import { needs } from '../../../../test/support/system-program.ts'
import { changeAuthority } from '../../src/authorities/change-authority.ts'
import { renewAuthority } from '../../src/authorities/renew-authority.ts'
import { revoke } from '../../src/revocation/revoke.ts'
import { type Ca, intermediateOf, issued, rootOf, stateOf } from '../support/authorities.ts'
import { awayKeys } from '../support/faults.ts'
import { opensslText } from '../support/openssl.ts'
import { renewDueServices } from '../support/rounds.ts'
import { type World, world } from '../support/world.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

const responderOf = async ({ domain }: World, { generation }: Ca) => {
  const current = await domain.stores.serviceCertificates.current(generation.id, 'ocsp-responder')
  assert.ok(current)
  return { ...current, certificate: decodeCertificate(current.der) }
}

/** The status that OCSP gives for a serial, and by which certificate the answer is signed. */
async function ask({ installation, tenant }: World, { certificate, generation }: Ca, serialNumber: bigint) {
  const certId = makeCertId({
    hashAlgorithm: '1.3.14.3.2.26',
    issuerNameHash: digest('sha1', certificate.subject.der),
    issuerKeyHash: digest('sha1', certificate.publicKey.key),
    serialNumber,
  })
  const request = encodeOcspRequest({ requests: [{ certId }] })
  const { der } = await installation.ocsp.answer({ tenant, generation: generation.id }, request)
  const answer = decodeOcspResponse(der)
  if (answer.status !== 'successful') return { status: answer.status }
  const { responses, certificates, signatureAlgorithm } = answer.basic
  const [signer] = certificates
  assert.ok(signer)
  return {
    status: responses[0]?.certStatus.type,
    signer,
    algorithm: signatureAlgorithmOf(signatureAlgorithm),
    keyType: keyTypeOf(decodeCertificate(signer).publicKey),
  }
}

async function registered({ database }: World): Promise<number> {
  const rows = await database.read((db) =>
    db.selectFrom('certificate').select('id').where('template', 'is', null).execute(),
  )
  return rows.length
}

test('a responder has the type of its CA’s key, what a responder needs, and its name', needs('openssl'), async (t) => {
  const here = await world(t)
  const types: readonly (readonly [KeyType, KeyType])[] = [
    ['rsa-2048', 'rsa-2048'],
    ['ecdsa-p384', 'ecdsa-p384'],
    ['ml-dsa-44', 'ml-dsa-44'],
    ['slh-dsa-sha2-128f', 'ml-dsa-65'],
  ]
  for (const [keyType, expected] of types) {
    const root = await rootOf(here, `Root ${keyType}`, { keyType })
    const { certificate } = await responderOf(here, root)
    assert.equal(keyTypeOf(certificate.publicKey), expected)
  }

  const named = await rootOf(here, `${'A Very Long Name '.repeat(4)}`.slice(0, 64).trim())
  const text = await opensslText('x509', (await responderOf(here, named)).der)
  assert.match(text, /OCSP No Check/)
  assert.match(text, /Extended Key Usage: \n\s+OCSP Signing\n/)
  assert.match(text, /Key Usage: critical\n\s+Digital Signature\n/)
  assert.doesNotMatch(text, /Distribution|Authority Information/)
  await here.checkInvariants()
})

test('type and hash of the responder’s key can be chosen and changed, and the next answer is by a new one', async (t) => {
  const here = await world(t)
  const crl = { delta: false }
  const root = await rootOf(here, 'Root', {
    settings: { serviceCertificates: { keyType: 'rsa-2048', signatureAlgorithm: 'rsa-sha512' }, crl },
  })
  const { certificate } = await issued(here, root)
  const before = await ask(here, root, certificate.serialNumber)

  const settings = { serviceCertificates: { keyType: 'ed25519' }, crl } as const
  await changeAuthority(root.authority, { settings: () => settings }, here.act(), here.domain.authorities)
  here.advance(61_000)
  const after = await ask(here, root, certificate.serialNumber + 2n)

  assert.deepEqual([before.status, before.algorithm, before.keyType], ['good', 'rsa-sha512', 'rsa-2048'])
  assert.deepEqual([after.status, after.algorithm, after.keyType], ['unknown', 'ed25519', 'ed25519'])
  await here.checkInvariants()
})

const currentId = async ({ domain }: World, { generation }: Ca) =>
  (await domain.stores.serviceCertificates.current(generation.id, 'ocsp-responder'))?.certificate ?? ''

test('from day 30 on it is renewed, once, while the old one goes on answering', async (t) => {
  const here = await world(t)
  const root = await rootOf(here)
  const { certificate } = await issued(here, root)
  const first = await responderOf(here, root)

  here.advance(30 * DAY - HOUR)
  assert.equal(await renewDueServices(here), 0)
  here.advance(2 * HOUR)
  assert.equal(await renewDueServices(here), 1)
  assert.equal(await renewDueServices(here), 0)

  const second = await responderOf(here, root)
  assert.notEqual(second.id, first.id)
  const { status, signer } = await ask(here, root, certificate.serialNumber)
  assert.deepEqual([status, signer], ['good', second.der])
  await here.checkInvariants()
})

test('two sweeps at once renew it once', async (t) => {
  const here = await world(t)
  await rootOf(here)
  here.advance(31 * DAY)

  const made = await Promise.all([renewDueServices(here), renewDueServices(here)])

  assert.equal(
    made.reduce((sum, count) => sum + count, 0),
    1,
  )
})

test('a responder that was revoked by hand signs nothing more: the next answer is by a new one', async (t) => {
  const here = await world(t)
  const root = await rootOf(here)
  const { certificate } = await issued(here, root)
  const before = await ask(here, root, certificate.serialNumber)

  await revoke(
    { certificate: await currentId(here, root), reason: 'keyCompromise' },
    here.act(),
    here.domain.stores.revocations,
  )
  const [after, again] = [
    await ask(here, root, certificate.serialNumber),
    await ask(here, root, certificate.serialNumber),
  ]

  assert.notDeepEqual(after.signer, before.signer)
  assert.deepEqual(again, after)
  assert.equal(await registered(here), 2)
  await here.checkInvariants()
})

test('a missing responder is made by the first question, once for all who ask at the same time', async (t) => {
  const here = await world(t)
  const root = await rootOf(here)
  const { certificate } = await issued(here, root)
  await here.database.write((trx) => trx.deleteFrom('service_certificate').execute())

  const answers = await Promise.all(Array.from({ length: 20 }, () => ask(here, root, certificate.serialNumber)))

  assert.equal(new Set(answers.map(({ signer }) => signer?.toHex())).size, 1)
  assert.equal(answers[0]?.status, 'good')
  assert.equal(await registered(here), 2)
})

test('a retired generation renews its responder by its own key', async (t) => {
  const here = await world(t)
  const root = await rootOf(here)
  const { certificate } = await issued(here, root)
  await renewAuthority(root.authority, { key: 'new' }, here.act(), here.domain.authorities)
  const renewed = await stateOf(here.domain, root.authority)

  here.advance(31 * DAY)
  assert.equal(await renewDueServices(here), 2)

  const { signer, status } = await ask(here, root, certificate.serialNumber)
  assert.ok(signer)
  assert.equal(status, 'good')
  assert.deepEqual(decodeCertificate(signer).issuer.der, root.certificate.subject.der)
  assert.notEqual(renewed.generation.id, root.generation.id)
  const { tbs, signature } = decodeCertificate(signer)
  const key = { key: Buffer.from(root.certificate.publicKey.der), format: 'der', type: 'spki' } as const
  assert.ok(verify('sha256', tbs, key, signature), 'signed by the key of the retired generation')
  await here.checkInvariants()
})

test('while the key of the CA is away, questions make neither keys nor intents', async (t) => {
  const keys = awayKeys()
  const here = await world(t, { wrapStores: keys.wrapStores })
  const root = await rootOf(here)
  const { certificate } = await issued(here, root)
  await here.database.write((trx) => trx.deleteFrom('service_certificate').execute())
  keys.takeAway(root.generation.id)
  const before = await registered(here)

  for (let at = 0; at < 20; at++) await ask(here, root, certificate.serialNumber)
  const made = (await registered(here)) - before

  assert.ok(made <= 1, `${made} issuances were begun`)
  assert.deepEqual(await here.stores.system.openIntents(Number.MAX_SAFE_INTEGER, 10), [], 'and none is left waiting')
  assert.equal((await ask(here, root, certificate.serialNumber)).status, 'tryLater')
  keys.giveBack(root.generation.id)
  here.advance(10_000)
  assert.equal((await ask(here, root, certificate.serialNumber)).status, 'good')
})

test('near the end of its CA a responder is not made again and again, and after it no more', async (t) => {
  const here = await world(t)
  const root = await rootOf(here, 'Short', { validity: { days: 40 } })
  const { certificate } = await issued(here, root)
  here.advance(40 * DAY - 2 * HOUR)
  await renewDueServices(here)
  const before = await registered(here)

  for (let at = 0; at < 5; at++) {
    assert.equal((await ask(here, root, certificate.serialNumber)).status, 'good')
    here.advance(61_000)
    await renewDueServices(here)
  }
  assert.equal(await registered(here), before)

  here.advance(2 * HOUR)
  assert.equal((await ask(here, root, certificate.serialNumber)).status, 'unauthorized')
  assert.equal(await renewDueServices(here), 0)
  assert.equal(await registered(here), before)
  assert.deepEqual(here.reports, [])
})

test('a CA that may only name some directory names has a responder among them', async (t) => {
  const here = await world(t)
  const root = await rootOf(here, 'Root', { pathLength: 1 })
  const permitted = [{ type: 'directoryName', value: 'O=Example,C=DE' }] as const
  const bounded = await intermediateOf(here, root, 'Bounded', {
    nameConstraints: { permitted, excluded: [] },
    pathLength: 0,
  })

  const { certificate } = await responderOf(here, bounded)

  assert.deepEqual(
    certificate.subject.rdns.flat().map(({ value }) => value),
    ['DE', 'Example', 'Bounded OCSP Responder'],
  )
  await here.checkInvariants()
})
