import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { decodeOcspResponse, encodePem, serialToHex } from '@chancery/x509'
import { needs, run } from '../../../../test/support/system-program.ts'
import { revoke, unrevoke } from '../../src/revocation/revoke.ts'
import { type Ca, intermediateOf, issued, requestFor, rootOf } from '../support/authorities.ts'
import { basicOf, question } from '../support/ocsp.ts'
import { opensslOcsp } from '../support/openssl.ts'
import { inFolder, succeed } from '../support/requests.ts'
import { type World, world } from '../support/world.ts'

const HOUR = 3_600_000
const withOpenssl = needs('openssl')

const answerOf = (here: World, ca: Ca) => async (request: Uint8Array) =>
  (await here.installation.ocsp.answer({ tenant: here.tenant, generation: ca.generation.id }, request)).der

const ask = (here: World, ca: Ca, leaf: { der: Uint8Array }, nonce = false) =>
  opensslOcsp({ issuer: ca.certificate.der, leaf: leaf.der }, answerOf(here, ca), { at: here.now(), nonce })

test('OpenSSL hears good, on hold, good again and revoked, each at the next question', withOpenssl, async (t) => {
  const here = await world(t)
  const root = await rootOf(here)
  const { id, certificate } = await issued(here, root)
  const { revocations } = here.domain.stores

  assert.match(await ask(here, root, certificate), /: good\n[\s\S]*Response verify OK/)
  await revoke({ certificate: id, reason: 'certificateHold' }, here.act(), revocations)
  assert.match(await ask(here, root, certificate), /: revoked\n[\s\S]*Reason: certificateHold/)
  await unrevoke(id, here.act(), revocations)
  assert.match(await ask(here, root, certificate), /: good/)
  await revoke({ certificate: id, reason: 'superseded' }, here.act(), revocations)
  assert.match(
    await ask(here, root, certificate),
    /: revoked\n[\s\S]*Reason: superseded\n\s+Revocation Time: Jun {2}1 12:00:00 2026 GMT/,
  )
  await revoke({ certificate: id, reason: 'keyCompromise' }, here.act(), revocations)
  assert.match(await ask(here, root, certificate), /Reason: keyCompromise/)
  await here.checkInvariants()
})

test('GnuTLS verifies the answers too', needs('openssl', 'ocsptool'), async (t) => {
  // It compares with its own clock.
  const here = await world(t, { now: Math.floor(Date.now() / 1000) * 1000 })
  const root = await rootOf(here)
  const { id, certificate } = await issued(here, root)
  const told = (answer: Uint8Array) =>
    inFolder(async (folder) => {
      const path = (name: string) => join(folder, name)
      await writeFile(path('answer.der'), answer)
      await writeFile(path('ca.pem'), encodePem('CERTIFICATE', root.certificate.der))
      const { stdout, stderr } = await run('ocsptool', ['--response-info', '--infile', path('answer.der')])
      const verified = await run('ocsptool', [
        '--verify-response',
        '--load-trust',
        path('ca.pem'),
        '--infile',
        path('answer.der'),
      ])
      return `${stdout}${stderr}${verified.stdout}${verified.stderr}`
    })
  const request = question(root, certificate.serialNumber)

  assert.match(
    await told(await answerOf(here, root)(request)),
    /Certificate Status: good[\s\S]*Verifying OCSP Response: Success/,
  )
  await revoke({ certificate: id, reason: 'cessationOfOperation' }, here.act(), here.domain.stores.revocations)
  assert.match(await told(await answerOf(here, root)(request)), /Certificate Status: revoked[\s\S]*Success/)
})

test('of a serial never issued it says unknown, of another issuer unauthorized', withOpenssl, async (t) => {
  const here = await world(t)
  const root = await rootOf(here)
  const child = await intermediateOf(here, root)
  const { certificate } = await issued(here, child)

  const never = { issuer: root.certificate.der, serial: '1234567890' }
  assert.match(await opensslOcsp(never, answerOf(here, root), { at: here.now() }), /: unknown/)
  assert.match(
    await opensslOcsp({ issuer: child.certificate.der, leaf: certificate.der }, answerOf(here, root), {
      at: here.now(),
    }),
    /unauthorized/,
  )
  assert.match(await ask(here, child, certificate), /: good/)
  assert.match(await ask(here, root, child.certificate), /: good/, 'a CA below it is one of its certificates')
  const other = { tenant: await here.newTenant(), generation: root.generation.id }
  assert.equal(
    decodeOcspResponse((await here.installation.ocsp.answer(other, question(root, 1n))).der).status,
    'unauthorized',
  )
})

test('an intent that waits has no status: its serial is unknown until it is signed', async (t) => {
  const here = await world(t)
  const root = await rootOf(here)
  const { ledger } = here.domain.door.issuance
  const { certificate } = await issued(here, root)
  const [row] = await here.database.read((db) =>
    db.selectFrom('certificate').selectAll().where('serial', '=', serialToHex(certificate.serialNumber)).execute(),
  )
  assert.ok(row)
  await here.database.write((trx) =>
    trx.updateTable('certificate').set({ state: 'intent' }).where('id', '=', row.id).execute(),
  )

  const [{ certStatus } = { certStatus: undefined }] = basicOf(
    await answerOf(here, root)(question(root, certificate.serialNumber)),
  ).responses

  assert.equal(certStatus?.type, 'unknown')
  assert.ok(ledger)
  await here.database.write((trx) =>
    trx.updateTable('certificate').set({ state: 'issued' }).where('id', '=', row.id).execute(),
  )
})

test('one question may name several certificates, by SHA-1 and by SHA-256', withOpenssl, async (t) => {
  const here = await world(t)
  const root = await rootOf(here)
  const [good, revoked] = [await issued(here, root), await issued(here, root, await requestFor('b.example.com'))]
  await revoke({ certificate: revoked.id, reason: 'superseded' }, here.act(), here.domain.stores.revocations)

  const told = await inFolder(async (folder) => {
    const path = (name: string) => join(folder, name)
    for (const [name, { der }] of [
      ['ca', root.certificate],
      ['good', good.certificate],
      ['revoked', revoked.certificate],
    ] as const) {
      await writeFile(path(`${name}.pem`), encodePem('CERTIFICATE', der))
    }
    const which = [
      '-issuer',
      path('ca.pem'),
      '-cert',
      path('good.pem'),
      '-sha256',
      '-cert',
      path('revoked.pem'),
      '-sha1',
      '-serial',
      '0x77',
    ]
    await succeed('openssl', ['ocsp', ...which, '-no_nonce', '-reqout', path('request.der')])
    await writeFile(
      path('answer.der'),
      await answerOf(here, root)(Uint8Array.from(await readFile(path('request.der')))),
    )
    const trust = [
      '-respin',
      path('answer.der'),
      '-CAfile',
      path('ca.pem'),
      '-attime',
      `${here.now() / 1000}`,
      '-validity_period',
      '1000000000',
    ]
    const { stdout, stderr } = await run('openssl', ['ocsp', ...which, ...trust])
    return `${stdout}${stderr}`
  })

  assert.match(told, /good\.pem: good/)
  assert.match(told, /revoked\.pem: revoked/)
  assert.match(told, /0x77: unknown/)
  assert.match(told, /Response verify OK/)
})

test('a nonce is repeated, and each such answer is signed for one request', withOpenssl, async (t) => {
  const here = await world(t)
  const root = await rootOf(here)
  const { certificate } = await issued(here, root)

  const told = await ask(here, root, certificate, true)
  const nonces = ['aa'.repeat(16), 'bb'.repeat(32)].map((hex) => Uint8Array.fromHex(hex))
  const answers = await Promise.all(
    nonces.map((nonce) =>
      here.installation.ocsp.answer(
        { tenant: here.tenant, generation: root.generation.id },
        question(root, certificate.serialNumber, { nonce }),
      ),
    ),
  )

  assert.match(told, /Response verify OK/)
  assert.doesNotMatch(told, /no nonce|Nonce Verify error/)
  assert.deepEqual(
    answers.map(({ der }) => basicOf(der).nonce),
    nonces,
  )
  assert.deepEqual(
    answers.map(({ forOneRequest }) => forOneRequest),
    [true, true],
  )
})

test('above its bound questions with a nonce get the kept answer without one, and cost no signature', async (t) => {
  const here = await world(t)
  const root = await rootOf(here)
  const { certificate } = await issued(here, root)
  const answer = answerOf(here, root)
  const plain = await answer(question(root, certificate.serialNumber))

  const flood = await Promise.all(
    Array.from({ length: 200 }, (_, at) =>
      answer(question(root, certificate.serialNumber, { nonce: Uint8Array.of(at, 1, 2, 3, 4, 5, 6, 7) })),
    ),
  )

  const withNonce = flood.filter((der) => basicOf(der).nonce !== undefined)
  const without = flood.filter((der) => basicOf(der).nonce === undefined)
  assert.ok(withNonce.length >= 64 && without.length > 0, `${withNonce.length} with, ${without.length} without`)
  for (const der of without) assert.deepEqual(der, plain)
})

test('a kept answer is given again, anew after half its life, and never past a revocation', async (t) => {
  const here = await world(t)
  const root = await rootOf(here)
  const [mine, other] = [await issued(here, root), await issued(here, root)]
  const answer = () => answerOf(here, root)(question(root, mine.certificate.serialNumber))

  const first = await answer()
  here.advance(11 * HOUR)
  assert.deepEqual(await answer(), first)
  here.advance(HOUR)
  const second = await answer()
  assert.notDeepEqual(second, first)
  assert.equal(basicOf(second).producedAt, here.now())
  await revoke({ certificate: other.id, reason: 'superseded' }, here.act(), here.domain.stores.revocations)
  const third = await answer()
  assert.notDeepEqual(third, second, 'also when another certificate was revoked')
  assert.deepEqual(await answer(), third)
})

test('a revocation in another process shows at the next question', async (t) => {
  const here = await world(t)
  const root = await rootOf(here)
  const { id, certificate } = await issued(here, root)
  const answer = () => answerOf(here, root)(question(root, certificate.serialNumber))
  const before = basicOf(await answer()).responses[0]?.certStatus.type

  // Past the installation and its caches, as another process would.
  const stores = here.stores.for(here.tenant)
  await stores.revocations.revoke(
    id,
    { revokedAt: here.now(), reason: 4 },
    { act: here.act(), action: 'certificate.revoke', object: { type: 'certificate', id } },
  )

  assert.deepEqual([before, basicOf(await answer()).responses[0]?.certStatus.type], ['good', 'revoked'])
})

test('no answer says that it is good for longer than its responder, or is given past its own end', async (t) => {
  const here = await world(t)
  const root = await rootOf(here, 'Short', { validity: { hours: 30 } })
  const { certificate } = await issued(here, root)
  const answer = () => answerOf(here, root)(question(root, certificate.serialNumber))
  here.advance(28 * HOUR)

  const [single] = basicOf(await answer()).responses
  assert.equal(single?.nextUpdate, root.certificate.notAfter)
  here.advance(HOUR)
  assert.ok((basicOf(await answer()).responses[0]?.nextUpdate ?? 0) > here.now())
  here.advance(2 * HOUR)
  assert.equal(decodeOcspResponse(await answer()).status, 'unauthorized')
})

test('what is no request is answered, never thrown', async (t) => {
  const here = await world(t)
  const root = await rootOf(here)
  const at = { tenant: here.tenant, generation: root.generation.id }
  const good = question(root, 5n)
  const status = async (request: Uint8Array, where = at) =>
    decodeOcspResponse((await here.installation.ocsp.answer(where, request)).der).status

  for (const bad of [new Uint8Array(), Uint8Array.of(1, 2, 3), good.subarray(0, -1), Uint8Array.from([...good, 0])]) {
    assert.equal(await status(bad), 'malformedRequest')
  }
  assert.equal(await status(good, { ...at, generation: 'nothing' }), 'unauthorized')
  const negative = basicOf(await answerOf(here, root)(question(root, -5n)))
  assert.equal(negative.responses[0]?.certStatus.type, 'unknown')
})
