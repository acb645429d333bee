import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { run } from '../support/system-program.ts'
import { checkoutWith } from './checkout.ts'

/** A server that says what it was asked, counts the signals it gets, and ends with 7. */
const MAIN = `
  if (process.argv[2] === 'serve') {
    const got: string[] = []
    const end = () => setTimeout(() => { console.log(got.join()); process.exit(7) }, 300)
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => { if (got.push(signal) === 1) end() })
    setTimeout(() => process.exit(1), 120_000)
  }
  console.log(JSON.stringify(process.argv.slice(2)))
`

test('the command line passes its arguments on, from any folder and through a link', async (t) => {
  const root = checkout(t)
  symlinkSync(join(root, 'chancery'), join(root, 'scripts', 'link'))

  const { status, stdout, stderr } = await run(join(root, 'scripts', 'link'), ['token', 'a b', '--x=*'], { cwd: '/' })

  assert.equal(stderr.toString(), '')
  assert.equal(stdout.toString(), '["token","a b","--x=*"]\n')
  assert.equal(status, 0)
})

for (const [title, program, args] of [
  ['npm start', 'node', ['scripts/start.mjs']],
  ['the command line', './chancery', ['serve']],
] as const) {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    test(`${title} hands a ${signal} to the server once, and ends as the server ends`, async (t) => {
      const server = start(t, program, args)
      const said = collect(server)
      await once(server, 'started')

      server.kill(signal)
      const [code] = await once(server, 'close')

      assert.deepEqual(said(), ['["serve"]', signal])
      assert.equal(code, 7)
    })
  }
}

test('a server that npm started stops when the shell between them dies', async (t) => {
  // As npm does: a shell runs the script and does not pass a signal on.
  const shell = start(t, 'sh', ['-c', 'node scripts/start.mjs; true'], { npm_lifecycle_event: 'start' })
  const said = collect(shell)
  await once(shell, 'started')

  shell.kill('SIGTERM')
  await once(shell, 'close')

  assert.deepEqual(said(), ['["serve"]', 'SIGTERM'])
})

test('a command that fails gives its own status', async (t) => {
  const root = checkoutWith(t, { 'apps/server/src/main.ts': 'process.exit(3)' })

  assert.equal((await run('./chancery', ['token'], { cwd: root })).status, 3)
  assert.equal((await run('node', ['scripts/start.mjs'], { cwd: root })).status, 3)
})

function checkout(t: TestContext): string {
  return checkoutWith(t, { 'apps/server/src/main.ts': MAIN })
}

function start(t: TestContext, program: string, args: readonly string[], env = {}): ChildProcess {
  const options = { cwd: checkout(t), env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] as const }
  const child = spawn(program, args, { ...options, stdio: [...options.stdio] })
  t.after(() => child.kill('SIGKILL'))
  return child
}

/** The lines that a program has printed so far; it emits `started` with the first. */
function collect(child: ChildProcess): () => string[] {
  let text = ''
  child.stdout?.on('data', (chunk) => {
    if (text === '') child.emit('started')
    text += chunk
  })
  return () => text.trim().split('\n')
}
