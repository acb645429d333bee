import assert from 'node:assert/strict'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { HEAD_FILE, writeHeadFile } from '../../src/audit/head-file.ts'
import { verifyStep } from '../../src/audit/verify-audit.ts'
import { createRoot } from '../../src/authorities/create-root.ts'
import { BACKUP_FILES } from '../../src/backup/backup-manifest.ts'
import { needRoom } from '../../src/backup/durable-files.ts'
import { makeBackup } from '../../src/backup/make-backup.ts'
import { dumpLine, restoreLine, withoutPassword } from '../../src/backup/postgres-lines.ts'
import { type RestoreOrder, restoreBackup } from '../../src/backup/restore-backup.ts'
import { reopen } from '../durability/reopened.ts'
import { commonName } from '../support/authorities.ts'
import { setUp } from '../support/samples.ts'
import { newId } from '../support/stores.ts'

const PASSPHRASE = 'a passphrase of some length'

/** An installation with a root, and its backup with the master key. */
async function saved(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'chancery-backup-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const dataFolder = join(folder, 'data')
  const here = await reopen({ dataFolder })
  const tenant = await setUp(here.stores)
  const act = { tenant, actor: { kind: 'system' }, at: here.now() } as const
  await createRoot({ subject: commonName('Root') }, act, here.installation.for(tenant).authorities)
  await here.close()
  const to = join(folder, 'backup')
  const masterKeyFile = join(dataFolder, 'master.key')
  const order = { id: newId(), now: Date.now, databaseFile: join(dataFolder, 'chancery.db'), masterKeyFile }
  await makeBackup({ ...order, to, passphrase: PASSPHRASE })
  const restore = (name: string, more: Partial<RestoreOrder> = { passphrase: PASSPHRASE }) =>
    restoreBackup({
      from: to,
      dataFolder: join(folder, name),
      masterKeyFile: join(folder, name, 'master.key'),
      now: Date.now,
      newId,
      ...more,
    })
  return { folder, to, order, tenant, restore, masterKeyFile }
}

test('a backup with its master key needs nothing but its passphrase', async (t) => {
  const { folder, restore, tenant, masterKeyFile } = await saved(t)

  const result = await restore('restored')

  const restored = join(folder, 'restored')
  assert.deepEqual([result.masterKey, result.authorities, result.tenants], ['in place', 1, 1])
  assert.deepEqual(readdirSync(restored).sort(), ['chancery.db', 'chancery.db-lock', 'master.key'])
  assert.equal(readFileSync(join(restored, 'master.key'), 'utf8'), readFileSync(masterKeyFile, 'utf8'))
  for (const name of ['chancery.db', 'master.key']) assert.equal(statSync(join(restored, name)).mode & 0o777, 0o600)
  const here = await reopen({ dataFolder: restored })
  t.after(() => here.close())
  const records = await here.database.read((db) =>
    db.selectFrom('audit_record').select(['tenant', 'actor']).where('action', '=', 'installation.restore').execute(),
  )
  assert.deepEqual(
    records.filter((record) => record.tenant === tenant).map(({ actor }) => actor),
    ['command-line'],
  )
})

test('a head that was seen before an older backup is put back is gone by that restore, and by nothing that others say', async (t) => {
  const { folder, restore } = await saved(t)
  const known = { number: 900, digest: new Uint8Array(32).fill(9) }
  const again = async (name: string) => {
    mkdirSync(join(folder, name))
    writeHeadFile(join(folder, name, HEAD_FILE), known)
    await restore(name)
    const here = await reopen({ dataFolder: join(folder, name) })
    t.after(() => here.close())
    const verify = () => verifyStep(0, { log: here.stores.system.audit, key: here.sealKey(), known })
    return { here, verify }
  }
  const { verify } = await again('same')
  const other = await again('other')
  await other.here.database.write((trx) =>
    trx.updateTable('audit_record').set({ object_id: 'another-backup' }).where('action', '=', 'audit.cut').execute(),
  )

  const told = await verify()
  const forged = await other.verify()

  assert.deepEqual(told.findings, [])
  assert.match(told.end?.restored ?? '', /^The head 900:0909[0-9]+ that was seen is gone by a restore/)
  assert.deepEqual(
    forged.findings.map(({ kind }) => kind),
    ['cut-off'],
  )
})

test('a restore that fails leaves nothing that a server would start on', async (t) => {
  const { folder, to, restore } = await saved(t)
  const damaged = join(folder, 'damaged')
  const bytes = readFileSync(join(to, BACKUP_FILES.database))
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1
  rmSync(join(to, BACKUP_FILES.database))
  writeFileSync(join(to, BACKUP_FILES.database), bytes)

  await assert.rejects(restore('damaged'), /is damaged: it is not the file that backup\.json describes/)
  await assert.rejects(restore('other', { passphrase: 'another passphrase' }), /does not open/)
  await assert.rejects(restore('none', {}), /name the file of its passphrase/)
  await assert.rejects(restore('early', { now: () => 0 }), /clock of this machine is behind/)
  await assert.rejects(restore('postgres', { databaseUrl: 'postgres://x' }), /leave CHANCERY_DATABASE_URL empty/)

  assert.deepEqual(readdirSync(damaged), ['chancery.db-lock'])
  for (const name of ['other', 'none', 'early', 'postgres']) assert.ok(!existsSync(join(folder, name)))
})

test("another installation's master key is not taken for this one's", async (t) => {
  const first = await saved(t)
  const second = await saved(t)

  const mixed = makeBackup({ ...first.order, to: join(first.folder, 'mixed'), masterKeyFile: second.masterKeyFile })
  await assert.rejects(mixed, /holds another key than the database was sealed under/)
  assert.ok(!existsSync(join(first.folder, 'mixed')), 'nothing of it is left')
  const key = join(first.folder, 'other.key')
  copyFileSync(second.masterKeyFile, key)
  await assert.rejects(first.restore('restored', { masterKeyFile: key }), /and this backup was sealed under/)
})

test('a disk without room is found before anything is written', () => {
  assert.throws(() => needRoom(tmpdir(), 2 ** 60), /MiB free, and \d+ MiB are needed: nothing was written/)
  needRoom(tmpdir(), 1)
})

test('no password gets into the lines of pg_dump and pg_restore', () => {
  const urls = [
    'postgres://ann:hunter2@db.example.com:5433/pki?sslmode=verify-full',
    'postgresql://ann:hunter2@/pki?host=/run/pg&password=hunter2',
    'postgres:///pki?user=ann&sslpassword=hunter2',
  ]
  for (const url of urls) {
    assert.ok(withoutPassword(url).hadPassword)
    assert.doesNotMatch(`${dumpLine(url, 'x')}${restoreLine(url, 'x')}`, /hunter2/)
  }
  assert.deepEqual(withoutPassword('postgres://ann@h/pki'), { url: 'postgres://ann@h/pki', hadPassword: false })
  assert.match(dumpLine('postgres://h/p', "it's"), /--file='it'\\''s' --dbname='postgres:\/\/h\/p'$/)
})
