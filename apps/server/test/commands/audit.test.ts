import assert from 'node:assert/strict'
import { createPublicKey, verify } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { needs, run } from '../../../../test/support/system-program.ts'
import { newFolder } from './chancery.ts'
import { sealedServer, setUp } from './sealed-server.ts'

const VERIFIER = fileURLToPath(new URL('./verify-export.py', import.meta.url))

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
