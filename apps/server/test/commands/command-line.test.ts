import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Command, CommandTable } from '../../src/commands/command.ts'
import { commandsWith } from '../../src/commands/commands.ts'
import { parseLifetime } from '../../src/commands/lifetime.ts'
import { runCommand } from '../../src/commands/run-command.ts'
import { newFolder } from './chancery.ts'

const TABLE = commandsWith(async () => {})
const COMMANDS = (await Promise.all(Object.values(TABLE).map((load) => load()))).flat()

/** What a call prints and how it ends, within this process. */
async function call(args: readonly string[], table: CommandTable = TABLE, env: Record<string, string> = {}) {
  let out = ''
  let err = ''
  const io = {
    env,
    out: (text: string) => {
      out += text
    },
    err: (text: string) => {
      err += text
    },
  }
  const code = await runCommand(args, io, table)
  return { code, out, err }
}

test('the real command line says its version and its help', async (t) => {
  const folder = await newFolder(t)

  const [version, help] = await Promise.all([folder.chancery(['--version']), folder.chancery(['--help'])])

  assert.deepEqual([version.code, version.err], [0, ''])
  assert.match(version.out, /^chancery \d+\.\d+\.\d+\n$/)
  assert.equal(help.code, 0)
  for (const { name, summary } of COMMANDS) assert.ok(help.out.includes(name) && help.out.includes(summary))
})

test('a command is found by the first word under which it stands in the table', async () => {
  for (const [word, load] of Object.entries(TABLE)) {
    for (const { name } of await load()) assert.equal(name.split(' ')[0], word)
  }
  for (const word of ['constructor', '__proto__']) assert.equal((await call([word])).code, 2)
})

test('each command has a help that names each of its options', async () => {
  for (const { name, options } of COMMANDS) {
    const { code, out, err } = await call([...name.split(' '), '--help'])

    assert.deepEqual([code, err], [0, ''], name)
    assert.ok(out.includes(`Usage: ./chancery ${name}`))
    for (const [option, { meaning }] of Object.entries(options)) {
      assert.ok(out.includes(`--${option}`) && out.includes(meaning), `${name} --${option}`)
    }
  }
})

const WRONG: readonly (readonly [string, RegExp])[] = [
  ['', /Usage: \.\/chancery COMMAND/],
  ['serv', /there is no command "serv"\. Did you mean "serve"\?/],
  ['token', /"token" needs one of "token create", "token list", "token revoke"/],
  ['token crate', /"token" needs one of/],
  ['serve --port 80', /Unknown option '--port'/],
  ['serve now', /"now" is not expected here/],
  ['setup --emial x', /Unknown option '--emial'\. Did you mean --email\?/],
  ['setup --email a@example.com', /--password-file and --token-file are needed/],
  ['setup --email --password-file x --token-file y', /--email/],
  ['setup --email a@b.c --password-file x --token-file y --expires soon', /"soon" is no length of time/],
  ['token list', /--account or --tenant is needed/],
  ['token revoke --tenant x', /ID is needed/],
  [
    'token create --account a@b.c --role king --token-file x',
    /"king" is no role: owner, administrator, officer, auditor/,
  ],
]

for (const [args, message] of WRONG) {
  test(`\`chancery ${args}\` is answered with what is wrong and the help, and exit code 2`, async () => {
    const { code, out, err } = await call(args.split(' ').filter((arg) => arg !== ''))

    assert.equal(code, 2)
    assert.equal(out, '')
    assert.match(err, message)
    assert.match(err, /Usage:/)
  })
}

test('a setting that is wrong ends a command with exit code 1 and a line for each', async () => {
  const { code, err } = await call(['migrate'], TABLE, { CHANCERY_HTTP: 'x', CHANCERY_ULR: 'y' })

  assert.equal(code, 1)
  assert.match(
    err,
    /^chancery: CHANCERY_ULR is not a setting\. Did you mean CHANCERY_URL\?\nchancery: CHANCERY_HTTP is not/,
  )
})

test('a failure is told with its causes, without secrets, and where only when asked', async () => {
  const broken: Command = {
    name: 'break',
    summary: 'Breaks',
    options: {},
    run: async () => {
      throw new Error('it broke', { cause: new Error('postgres://x:hunter2@db is away') })
    },
  }

  const told = await call(['break'], { break: async () => [broken] })
  const shown = await call(['break'], { break: async () => [broken] }, { CHANCERY_LOG_LEVEL: 'debug' })

  assert.deepEqual([told.code, told.err], [1, 'chancery: it broke\nchancery: postgres://x:[password]@db is away\n'])
  assert.match(shown.err, /at .*command-line\.test\.ts/)
  assert.doesNotMatch(shown.err, /hunter2/)
})

test('lengths of time are whole hours, days and weeks', () => {
  assert.deepEqual(['12h', '90d', '4w'].map(parseLifetime), [43_200_000, 7_776_000_000, 2_419_200_000])
  for (const text of ['', '0d', '-1d', '1.5d', '90', '90 d', '1y', '100000d']) {
    assert.throws(() => parseLifetime(text), /is no length of time/, text)
  }
})
