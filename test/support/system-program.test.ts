import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { needs, run } from './system-program.ts'

test('a program that is installed does not skip its test', needs('openssl'), async () => {
  const { status, stdout } = await run('openssl', ['version'])

  assert.equal(status, 0)
  assert.match(stdout.toString(), /^OpenSSL /)
})

test('a program that is not in the PATH skips its test and names its Debian package', () => {
  const path = process.env['PATH']
  process.env['PATH'] = '/nowhere'
  try {
    assert.deepEqual(needs('certtool'), { skip: 'certtool is not installed (Debian: gnutls-bin)' })
  } finally {
    process.env['PATH'] = path
  }
})

test('a program that npm test cannot install is refused', () => {
  assert.throws(() => needs('no-such-program'), /add its package there/)
})

test('bytes go in and come out unchanged', async () => {
  const input = Uint8Array.from({ length: 100_000 }, (_, i) => (i * 7) % 256)

  const { stdout } = await run('cat', [], { input })

  assert.equal(createHash('sha256').update(stdout).digest('hex'), createHash('sha256').update(input).digest('hex'))
})

test('a status other than 0 is a result', async () => {
  const { status, stderr } = await run('sh', ['-c', 'echo wrong >&2; exit 7'])

  assert.equal(status, 7)
  assert.equal(stderr.toString(), 'wrong\n')
})

test('a program that ignores a long input still gives its answer', async () => {
  const { status, stdout } = await run('echo', ['done'], { input: Buffer.alloc(10_000_000) })

  assert.equal(status, 0)
  assert.equal(stdout.toString(), 'done\n')
})

test('a program that never ends is ended, and the error says so', async () => {
  await assert.rejects(run('sleep', ['60'], { timeoutMs: 100 }), /sleep 60: still running after 100 ms/)
})

test('a program that is not there is an error, not a result', async () => {
  await assert.rejects(run('no-such-program', []), /no-such-program .*not found/)
})
