import assert from 'node:assert/strict'
import { chmodSync, copyFileSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { generateMasterKey, masterKeyText } from '@chancery/keys'
import { newFolder } from './chancery.ts'
import { sealedServer, setUp } from './sealed-server.ts'

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
