import assert from 'node:assert/strict'
import { createPublicKey, verify } from 'node:crypto'
import { chmodSync, copyFileSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { generateMasterKey, masterKeyText } from '@chancery/keys'
import { needs, run } from '../../../../test/support/system-program.ts'
import { type Folder, newFolder } from './chancery.ts'

const VERIFIER = fileURLToPath(new URL('./verify-export.py', import.meta.url))

async function setUp(folder: Folder): Promise<void> {
  const password = folder.file('password', 'correct horse battery\n')
  const made = await folder.chancery([
    ...['setup', '--email', 'ann@example.com', '--password-file', password, '--token-file', folder.file('token')],
  ])
  assert.equal(made.code, 0, made.err)
}

async function sealedServer(folder: Folder) {
  const server = await folder.serve()
  for (let tries = 0; tries < 100; tries++) {
    const { out } = await folder.chancery(['audit', 'verify'])
    if (/^0 records are not sealed yet/m.test(out)) return server
    await sleep(200)
  }
  throw new Error('nothing was sealed')
}

test(
  'the audit verifies while the server runs, by us and by who read the documentation alone',
  needs('python3'),
  async (t) => {
    const folder = await newFolder(t)
    await setUp(folder)
    await sealedServer(folder)

    const verified = await folder.chancery(['audit', 'verify'])
    const exported = await folder.chancery(['audit', 'export'])

    assert.equal(verified.code, 0, verified.err)
    const head = /the head is \d+:([0-9a-f]{64})/.exec(verified.out)?.[1]
    const records = /^(\d+) records/.exec(verified.out)?.[1]
    const theirs = await run('python3', [VERIFIER], { input: exported.out })
    assert.equal(theirs.stdout.toString(), `${records} ${head}\n`, theirs.stderr.toString())
    const lines = exported.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    const [key] = lines.filter(({ type }) => type === 'key')
    const publicKey = createPublicKey({ key: Buffer.from(key.publicKey, 'base64'), format: 'der', type: 'spki' })
    for (const seal of lines.filter(({ type }) => type === 'seal')) {
      const { number, tenant, first, last, firstAt, lastAt, sealedAt, link, previous } = seal
      const fields = [
        'chancery audit seal 1',
        number,
        tenant,
        first,
        last,
        firstAt,
        lastAt,
        sealedAt,
        link,
        previous,
        key.id,
      ]
      const message = Buffer.concat(
        fields.map(String).flatMap((field) => {
          const length = Buffer.alloc(4)
          length.writeUInt32BE(Buffer.byteLength(field))
          return [length, Buffer.from(field)]
        }),
      )
      assert.ok(verify(null, message, publicKey, Buffer.from(seal.signature, 'base64')))
    }
  },
)

test('what somebody did to the database while the server was down is told, with exit code 1', async (t) => {
  const folder = await newFolder(t)
  await setUp(folder)
  const server = await sealedServer(folder)
  server.child.kill('SIGTERM')
  await server.ended
  const db = new DatabaseSync(join(folder.data, 'chancery.db'))
  db.exec(`update audit_record set action = 'nothing.happened' where action = 'installation.set-up'`)

  const edited = await folder.chancery(['audit', 'verify'])
  db.exec('delete from audit_record; delete from audit_seal')
  db.exec(`delete from installation where name = 'audit-head'`)
  db.close()
  const gone = await folder.chancery(['audit', 'verify'])

  assert.equal(edited.code, 1)
  assert.match(edited.out, /^edited: record /m)
  assert.equal(gone.code, 1)
  assert.match(gone.out, /^cut-off: /m, 'the data folder knows the newest head')
})

test('a master key that is missing, another, cut short or open to others is told, and nothing is touched', async (t) => {
  const folder = await newFolder(t)
  await setUp(folder)
  const server = await folder.serve()
  server.child.kill('SIGTERM')
  await server.ended
  const key = join(folder.data, 'master.key')
  const right = readFileSync(key, 'utf8')
  copyFileSync(join(folder.data, 'chancery.db'), folder.file('before'))
  const attempt = async (text: string | undefined, mode = 0o600, env = {}) => {
    rmSync(key, { force: true })
    if (text !== undefined) writeFileSync(key, text)
    if (text !== undefined) chmodSync(key, mode)
    const { code, err } = await folder.chancery(['serve'], env)
    assert.equal(code, 1)
    assert.equal(existsSync(key), text !== undefined, 'no key is made in its place')
    assert.ok(!err.includes(right.trim()))
    return err
  }
  const other = masterKeyText(generateMasterKey())

  assert.match(await attempt(undefined), /master\.key is not there, and this database was sealed/)
  assert.match(await attempt(other), /another master key/)
  assert.match(await attempt(right.slice(0, 20)), /holds no master key/)
  assert.match(await attempt(''), /is empty/)
  assert.match(await attempt(right, 0o644), /chmod 600/)
  assert.match(await attempt(undefined, 0o600, { CHANCERY_MASTER_KEY: other }), /CHANCERY_MASTER_KEY holds another/)
  assert.match(await attempt(undefined, 0o600, { CHANCERY_MASTER_KEY: 'x' }), /CHANCERY_MASTER_KEY holds no master key/)

  assert.deepEqual(readFileSync(join(folder.data, 'chancery.db')), readFileSync(folder.file('before')))
  rmSync(key, { force: true })
  const again = await folder.serve({ CHANCERY_MASTER_KEY: right })
  assert.equal(again.child.exitCode, null)
  assert.equal(existsSync(key), false, 'a key of the environment is written nowhere')
})

test('the master key is rotated while the server serves, killed again and again, and all that is sealed opens', async (t) => {
  const folder = await newFolder(t)
  await setUp(folder)
  const keys = new Set<string>()
  for (const afterMs of [0, 30, 60, 120, 250]) {
    const server = await folder.serve()
    keys.add(readFileSync(join(folder.data, 'master.key'), 'utf8'))
    const rotation = folder.start(['rotate-master-key'])
    await Promise.race([sleep(700 + afterMs), rotation.ended])
    server.child.kill('SIGKILL')
    rotation.child.kill('SIGKILL')
    await Promise.all([server.ended, rotation.ended])
  }

  await sealedServer(folder)
  const last = await folder.chancery(['rotate-master-key'])
  const { code, out } = await folder.chancery(['audit', 'verify'])

  assert.equal(last.code, 0, last.err)
  assert.match(last.err, /is rotated.*Backups of before open with the former key alone/s)
  assert.ok(!last.err.includes('open under no key'), 'nothing is left that no key opens')
  assert.equal(code, 0, out)
  assert.equal(statSync(join(folder.data, 'master.key')).mode & 0o777, 0o600)
  assert.ok(!keys.has(readFileSync(join(folder.data, 'master.key'), 'utf8')))
})
