import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../../../test/support/free-port.ts'
import { PATIENCE_MS } from '../../../../test/support/until.ts'
import { reopen } from './reopened.ts'

const PASSWORD = 'correct horse battery staple'

/** A server in a process of its own, whose disk fails as soon as `fail` is called. */
async function serverOnFailingDisk(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'chancery-failing-disk-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const dataFolder = join(folder, 'data')
  mkdirSync(dataFolder, { mode: 0o700 })
  const failing = join(folder, 'failing')
  const port = await freePort()
  const settings = {
    CHANCERY_DATA: dataFolder,
    CHANCERY_DATABASE_URL: '',
    CHANCERY_HTTP: `127.0.0.1:${port}`,
    CHANCERY_URL: `http://127.0.0.1:${port}`,
    CHANCERY_METRICS: 'off',
  }
  const program = fileURLToPath(import.meta.resolve('./serve-on-failing-disk.ts'))
  const server = spawn(process.execPath, [program, failing], {
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  t.after(() => server.kill('SIGKILL'))
  let said = ''
  server.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const ended = once(server, 'close')
  const [announced] = await once(server.stdout.setEncoding('utf8'), 'data')
  return {
    dataFolder,
    url: settings.CHANCERY_URL,
    announced: String(announced),
    said: () => said,
    fail: () => writeFileSync(failing, ''),
    exitCode: async () => (await Promise.race([ended, delay(PATIENCE_MS, ['never'], { ref: false })]))[0],
  }
}

test('a server whose disk fails to flush says so, ends with an error, and its data open again', async (t) => {
  const server = await serverOnFailingDisk(t)
  const secret = /#([\w-]{43})/.exec(server.announced)?.[1]

  server.fail()
  const answer = await fetch(`${server.url}/api/v1/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ secret, email: 'owner@example.com', password: PASSWORD, tenantName: 'Example' }),
  })

  assert.equal(answer.status, 503, `whoever waits is answered: ${await answer.text()}`)
  assert.equal(await server.exitCode(), 1, server.said())
  assert.match(server.said(), /this process cannot go on and ends, to be started anew/)
  assert.match(server.said(), /as if the disk failed/)
  const again = await reopen({ dataFolder: server.dataFolder })
  t.after(() => again.close())
  await again.stores.ping()
})
