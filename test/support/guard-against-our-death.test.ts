import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { run } from './system-program.ts'
import { until } from './until.ts'

test('what a test started ends when the test is killed, and its folder goes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'chancery-guard-'))
  const module = new URL('guard-against-our-death.ts', import.meta.url).href
  const script = `
    const { spawn } = await import('node:child_process')
    const { guardAgainstOurDeath } = await import(${JSON.stringify(module)})
    const { pid } = spawn('sleep', ['600'], { stdio: 'ignore' })
    guardAgainstOurDeath({ pid, folder: ${JSON.stringify(folder)}, signal: 'KILL' })
    process.stdout.write(pid + '\\n', () => process.kill(process.pid, 'SIGKILL'))`
  const killed = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [said] = await killed.stdout.toArray()
  const pid = Number(String(said))

  await until(() => !existsSync(folder))

  // It is gone, or dead and not yet collected by whoever inherited it.
  const { stdout } = await run('ps', ['-o', 'stat=', '-p', String(pid)])
  assert.match(stdout.toString(), /^Z|^$/)
})
