import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { decodeCertificate, decodeCertificateList, serialToHex } from '@chancery/x509'
import type { Installation } from '../../src/installation.ts'
import { crlValidityMs, signsCrls } from '../../src/revocation/crl-schedule.ts'
import { makeCrl } from '../../src/revocation/make-crl.ts'
import type { Database } from '../../src/store/database.ts'
import type { Tables } from '../../src/store/schema.ts'

interface Story {
  readonly database: Database<Tables>
  readonly installation: Installation
  readonly reports: readonly { readonly error: unknown; readonly where: string }[]
  readonly now: () => number
}

/** What must be true after every story, read from the tables themselves. */
export async function checkInvariants(story: Story): Promise<void> {
  assert.deepEqual(story.reports, [], 'nothing failed behind the scenes')
  await checkCertificates(story)
  await checkRecords(story)
  await checkGrants(story)
  await checkCrls(story)
}

/** Every certificate that ever left is what its intent said, and no generation used a serial number twice. */
async function checkCertificates({ database }: Story): Promise<void> {
  const rows = await database.read((db) =>
    db
      .selectFrom('certificate')
      .select(['id', 'generation', 'serial', 'state', 'tbs', 'tbs_hash', 'der', 'evidence', 'fingerprint'])
      .execute(),
  )
  const serials = new Set<string>()
  for (const { id, generation, serial, state, tbs, tbs_hash, der, evidence, fingerprint } of rows) {
    assert.ok(!serials.has(`${generation} ${serial}`), `the serial number ${serial} is used once`)
    serials.add(`${generation} ${serial}`)
    if (state === 'intent') assert.deepEqual(hash(tbs), tbs_hash, `the intent ${id} keeps its TBS`)
    if (state !== 'issued' || der === null) continue

    const certificate = decodeCertificate(der)
    assert.equal(serialToHex(certificate.serialNumber), serial)
    if (evidence !== null) assert.deepEqual(hash(certificate.tbs), tbs_hash, `${id} is what its intent said`)
    if (fingerprint !== null) assert.deepEqual(hash(der), fingerprint)
  }
}

/** Each issuance has one record of its beginning, and each that was given up one of its end, or of its CA's. */
async function checkRecords({ database }: Story): Promise<void> {
  const [certificates, records] = await database.read(async (db) => [
    await db
      .selectFrom('certificate')
      .innerJoin('authority', 'authority.id', 'certificate.authority')
      .select(['certificate.id', 'certificate.state', 'authority.status'])
      .where('certificate.evidence', 'is not', null)
      .execute(),
    await db
      .selectFrom('audit_record')
      .select(['action', 'object_id'])
      .where('action', 'like', 'certificate.%')
      .execute(),
  ])
  const count = new Map<string, number>()
  for (const { action, object_id } of records) {
    const key = `${action} ${object_id}`
    count.set(key, (count.get(key) ?? 0) + 1)
  }
  for (const { id, state, status } of certificates) {
    assert.equal(count.get(`certificate.issue ${id}`), 1, `${id} has one record`)
    if (status !== 'deleted') assert.equal(count.get(`certificate.abandon ${id}`) ?? 0, state === 'abandoned' ? 1 : 0)
  }
}

/** A request leads to at most one certificate, and says which. A claim that was opened again leaves the first one revoked. */
async function checkGrants({ database }: Story): Promise<void> {
  const certificates = await database.read((db) =>
    db
      .selectFrom('certificate')
      .select(['id', 'request', 'state', 'revocation'])
      .where('request', 'is not', null)
      .where('state', '<>', 'abandoned')
      .execute(),
  )
  const requests = await database.read((db) =>
    db.selectFrom('enrollment_request').select(['id', 'status', 'certificate']).execute(),
  )
  for (const { id, status, certificate } of requests) {
    const made = certificates.filter(
      (one) => one.request === id && (one.revocation !== 'revoked' || one.id === certificate),
    )
    assert.ok(made.length <= 1, `the request ${id} led to one certificate at most`)
    if (status === 'issued' || status === 'signing') assert.equal(made[0]?.id, certificate)
    if (status === 'pending' || status === 'declined') assert.deepEqual(made, [])
    if (status === 'issued') assert.equal(made[0]?.state, 'issued')
  }
}

/** All that is revoked and unexpired stands in a CRL that is made now, and nothing else does. */
async function checkCrls({ database, installation, now }: Story): Promise<void> {
  const generations = await database.read((db) => db.selectFrom('generation').select(['id', 'tenant']).execute())
  for (const { id, tenant } of generations) {
    const open = await installation.openGeneration(tenant, id)
    if (!signsCrls(open, now())) continue
    const which = { generation: id, partition: 0, delta: false }
    const crl = await makeCrl(which, open, crlValidityMs(open, false), installation.crlRefresh)
    const parts = await Array.fromAsync(installation.crlRefresh.crls.read(crl.id))
    const { entries } = decodeCertificateList(Uint8Array.from(Buffer.concat(parts)))
    const named = new Set([...entries].map(({ serialNumber }) => serialToHex(serialNumber)))

    const revoked = await database.read((db) =>
      db
        .selectFrom('certificate')
        .select(['serial', 'not_after'])
        .where('generation', '=', id)
        .where('revocation', 'is not', null)
        .execute(),
    )
    for (const { serial, not_after } of revoked) {
      if (not_after >= now()) assert.ok(named.has(serial), `the CRL names ${serial}`)
    }
    const known = new Set(revoked.map(({ serial }) => serial))
    for (const serial of named) assert.ok(known.has(serial), `${serial}, which the CRL names, is revoked`)
  }
}

function hash(bytes: Uint8Array | null): Uint8Array {
  return Uint8Array.from(
    createHash('sha256')
      .update(bytes ?? new Uint8Array())
      .digest(),
  )
}
