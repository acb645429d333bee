import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { run } from '../support/system-program.ts'
import { checkoutWith } from './checkout.ts'

const PASSES = "import { test } from 'node:test'\ntest('water is wet', () => {})\n"
const FAILS = "import { test } from 'node:test'\ntest('water is dry', () => { throw new Error('it is not') })\n"
const SKIPS = "import { test } from 'node:test'\ntest('wine is wet', { skip: 'no wine' }, () => {})\n"

/** A test in each place where the run looks for one. */
const SOUND = { 'packages/a/test/a.test.ts': PASSES, 'apps/b/test/deep/b.test.ts': PASSES, 'test/c.test.ts': PASSES }

test('a test run says how many tests passed in its last line', async (t) => {
  const { status, lines } = await npmTest(t, SOUND)

  assert.equal(lines.at(-1), '3 passed, 0 failed, 0 skipped')
  assert.equal(status, 0)
})

test('a test that fails fails the run, with its reason', async (t) => {
  const { status, lines } = await npmTest(t, { ...SOUND, 'test/d.test.ts': FAILS })

  assert.ok(lines.includes('3 passed, 1 failed, 0 skipped'))
  assert.ok(lines.some((line) => line.includes('    at TestContext')))
  assert.equal(status, 1)
})

test('the last lines of a run name each test that failed, once, with the first line of its reason', async (t) => {
  const nested = `import { suite, test } from 'node:test'
    suite('at sea', () => test('salt is sweet', () => { throw new Error(\`it is \${'x'.repeat(600)}\\nnot\`) }))\n`
  const files = {
    ...SOUND,
    'test/d.test.ts': FAILS,
    'test/e.test.ts': nested,
    'test/f.test.ts': "throw new Error('no')",
  }
  const all = await npmTest(t, files)
  const named = await npmTest(t, files, ['test/d.test.ts'])

  const counts = all.lines.indexOf('3 passed, 3 failed, 0 skipped')
  const last = all.lines.slice(counts + 1)
  assert.deepEqual(last.slice(0, 4), ['', 'Failed:', '  test/d.test.ts: water is dry', '    Error: it is not'])
  assert.equal(last[4], '  test/e.test.ts: salt is sweet')
  assert.match(last[5] ?? '', /^ {4}Error: it is x+… \(613 characters\)$/)
  assert.equal(last[6], '  test/f.test.ts')
  assert.equal(last.length, 8)
  assert.deepEqual(named.lines.slice(-2), ['  test/d.test.ts: water is dry', '    Error: it is not'])
})

test('what a file printed that failed is shown shortened: the last lines, and of long ones the beginning', async (t) => {
  const prints = `for (let n = 1; n <= 300; n++) console.log(n + ' ' + 'x'.repeat(n === 300 ? 9000 : 3) + '.')\n`
  const { lines } = await npmTest(t, { ...SOUND, 'test/d.test.ts': `${FAILS}${prints}` })

  const printed = lines.slice(lines.indexOf('  printed by the file:') + 1)
  assert.deepEqual(printed.slice(0, 2), ['    … 100 lines before these', '    101 xxx.'])
  assert.match(printed[200] ?? '', /^ {4}300 x{496}… \(9005 characters\)$/)
})

test('a file that cannot be loaded fails the run, and what it printed is shown', async (t) => {
  const { status, lines } = await npmTest(t, { ...SOUND, 'test/d.test.ts': "throw new Error('no such pipe')" })

  assert.ok(lines.includes('3 passed, 1 failed, 0 skipped'))
  assert.ok(lines.some((line) => line.includes('no such pipe')))
  assert.equal(status, 1)
})

test('a file that holds no test fails the run', async (t) => {
  const { status, lines } = await npmTest(t, { ...SOUND, 'test/d.test.ts': 'export const water = 1' })

  assert.ok(lines.includes('✖ test/d.test.ts holds no test.'))
  assert.equal(lines.at(-1), '3 passed, 1 failed, 0 skipped')
  assert.equal(status, 1)
})

test('a place in which there is no test fails the run', async (t) => {
  const { status, lines } = await npmTest(t, {
    'packages/a/test/a.test.ts': PASSES,
    'test/c.test.ts': PASSES,
    'apps/b/x': '',
  })

  assert.deepEqual(lines, ['No tests under apps.'])
  assert.equal(status, 1)
})

test('a test that was skipped is named with its reason, and fails the run in CI', async (t) => {
  const files = { ...SOUND, 'test/d.test.ts': SKIPS }
  const here = await npmTest(t, files)
  const inCi = await npmTest(t, files, [], { CI: 'true' })

  for (const { lines } of [here, inCi]) {
    assert.ok(lines.includes('  skipped: wine is wet (test/d.test.ts) — no wine'))
    assert.equal(lines.at(-1), '3 passed, 0 failed, 1 skipped')
  }
  assert.deepEqual([here.status, inCi.status], [0, 1])
})

test('long tests run only when they are asked for', async (t) => {
  const files = { ...SOUND, 'test/d.long.test.ts': FAILS }
  const usual = await npmTest(t, files)
  const long = await npmTest(t, files, ['--long'])

  assert.equal(usual.lines.at(-1), '3 passed, 0 failed, 0 skipped')
  assert.ok(long.lines.includes('0 passed, 1 failed, 0 skipped'))
})

test('files and folders can be named, and one that is not there is refused', async (t) => {
  const file = await npmTest(t, SOUND, ['test/c.test.ts'])
  const folder = await npmTest(t, { ...SOUND, 'apps/b/test/e.test.ts': PASSES }, ['apps'])
  const absent = await npmTest(t, SOUND, ['test/x.test.ts'])

  assert.equal(file.lines.at(-1), '1 passed, 0 failed, 0 skipped')
  assert.equal(folder.lines.at(-1), '2 passed, 0 failed, 0 skipped')
  assert.deepEqual(absent, { status: 1, lines: ['There is no test/x.test.ts.'] })
})

/** Runs `npm test` in a small checkout; CI is off unless given. */
async function npmTest(
  t: TestContext,
  files: Readonly<Record<string, string>>,
  args: readonly string[] = [],
  env = {},
) {
  const cwd = checkoutWith(t, files)
  const { status, stdout, stderr } = await run(process.execPath, ['scripts/test.mjs', ...args], {
    cwd,
    env: { CI: '', ...env },
  })
  const lines = `${stdout}${stderr}`.trim().split('\n')
  // What the machine lacks is said first, and is of no interest here.
  return { status, lines: lines.slice(lines.findLastIndex((line) => line.startsWith('On Debian')) + 1) }
}
