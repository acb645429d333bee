import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { needs } from '../support/system-program.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

test('every page is fit for people at each width in each colour scheme', needs('chromium'), () => {
  const { status, stdout } = spawnSync('node', ['scripts/test.mjs', 'test/console'], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, EVERY_VIEW: '1' },
    maxBuffer: 64 << 20,
  })

  assert.equal(status, 0, stdout.slice(-5000))
})
