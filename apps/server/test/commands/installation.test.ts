import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { startPostgres } from '../../../../test/support/postgres.ts'
import { type Folder, newFolder } from './chancery.ts'

const TOKEN = /^chancery_[A-Za-z0-9_-]{43}\n$/

const setupArgs = (folder: Folder, token = 'owner.token') => [
  'setup',
  ...['--email', 'Ann@Example.com'],
  ...['--password-file', folder.file('password', 'correct horse battery\n')],
  ...['--token-file', token === '-' ? '-' : folder.file(token)],
]
const tokenArgs = (folder: Folder, name: string, role = 'officer') => [
  ...['token', 'create', '--account', 'ann@example.com', '--role', role, '--name', name],
  ...['--token-file', folder.file(`${name}.token`)],
]
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)

async function statusFor({ url }: Folder, secret: string): Promise<number> {
  const response = await fetch(`${url}/api/v1/authorities`, { headers: { authorization: `Bearer ${secret.trim()}` } })
  return response.status
}

test('an installation begins without its server: account, tenant and token, and files that only we may read', async (t) => {
  const folder = await newFolder(t)

  const { code, out, err } = await folder.chancery(setupArgs(folder))

  assert.equal(code, 0, err)
  assert.equal(out, '', 'the token goes to standard output only when asked')
  const secret = readFileSync(folder.file('owner.token'), 'utf8')
  assert.match(secret, TOKEN)
  assert.ok(!err.includes(secret.trim()) && !err.includes('correct horse'))
  assert.match(err, /Account Ann@Example\.com is owner of the tenant "Example\.com"/)
  assert.ok(err.includes(`Bearer $(cat ${folder.file('owner.token')})`))
  assert.deepEqual([modeOf(folder.file('owner.token')), modeOf(folder.data)], ['600', '700'])
  assert.equal(modeOf(join(folder.data, 'chancery.db')), '600')
})

test('an installation is set up once, and what fails leaves no token behind', async (t) => {
  const folder = await newFolder(t)
  const first = await folder.chancery(setupArgs(folder, '-'))

  const again = await folder.chancery(setupArgs(folder, 'second.token'))
  const existing = await folder.chancery(setupArgs(folder, 'password'))
  folder.file('ended.token', '')
  const ended = await folder.chancery(setupArgs(folder, 'ended.token'))

  assert.match(first.out, TOKEN)
  assert.equal(again.code, 1)
  assert.match(again.err, /^chancery: This installation was set up already/)
  assert.ok(!existsSync(folder.file('second.token')))
  assert.match(existing.err, /password is there already, and is not overwritten/)
  assert.equal(readFileSync(folder.file('password'), 'utf8'), 'correct horse battery\n')
  assert.match(ended.err, /ended\.token is there already and empty, .* remove it, or name another file\./)
})

test('a password that will not do is refused before anything is made', async (t) => {
  const folder = await newFolder(t)
  const setup = (passwordFile: string) =>
    folder.chancery(['setup', '--email', 'a@example.com', '--password-file', passwordFile, '--token-file', 't'])

  const short = await setup(folder.file('short', 'eleven char\n'))
  const missing = await setup(folder.file('nowhere'))
  const binary = await setup(folder.file('data.bin', ''))

  assert.match(short.err, /A password has at least 12 characters; this one has 11/)
  assert.match(missing.err, /nowhere is not there\./)
  assert.match(binary.err, /at least 12 characters; this one has 0/)
  assert.deepEqual([short.code, missing.code, binary.code], [1, 1, 1])
  assert.ok(!existsSync(join(folder.path, 't')))
})

test('a command that finds no installation says where it looked, and makes none', async (t) => {
  const folder = await newFolder(t)

  const { code, err } = await folder.chancery(tokenArgs(folder, 'CI'))

  assert.equal(code, 1)
  assert.ok(err.includes(`There is no installation in ${folder.data}. Set CHANCERY_DATA`))
  assert.ok(!existsSync(folder.data) && !existsSync(folder.file('CI.token')))
})

test('everything can be done while the server runs, and what was revoked stops at once', async (t) => {
  const folder = await newFolder(t)
  const server = await folder.serve()
  const link = / and is set up at (\S+)\n$/.exec(server.printed().out)?.[1] ?? 'none'
  assert.ok(server.printed().out.endsWith(`Chancery serves at ${folder.url} and is set up at ${link}\n`))
  assert.match(link, /^http:\/\/localhost:\d+\/setup#[A-Za-z0-9_-]{43}$/)
  assert.ok(!server.printed().err.includes(link.slice(-43)), 'the link is in no log')
  assert.match(server.printed().out, /There is no account yet/)

  const setup = await folder.chancery(setupArgs(folder))
  const created = await folder.chancery(tokenArgs(folder, 'CI'))
  assert.deepEqual([setup.code, created.code], [0, 0], setup.err + created.err)
  const owner = readFileSync(folder.file('owner.token'), 'utf8')
  const officer = readFileSync(folder.file('CI.token'), 'utf8')
  assert.deepEqual([await statusFor(folder, owner), await statusFor(folder, officer)].includes(401), false)

  const list = await folder.chancery(['token', 'list', '--account', 'ann@example.com'])
  const id = /^(\w{26})\s+officer\s+all\s+until \d{4}-\d\d-\d\d\s.*\sCI$/m.exec(list.out)?.[1] ?? 'none'
  const revoked = await folder.chancery(['token', 'revoke', id, '--account', 'ann@example.com'])
  assert.equal(revoked.code, 0, list.out + revoked.err)
  assert.equal(await statusFor(folder, officer), 401)
  assert.notEqual(await statusFor(folder, owner), 401)

  const again = await folder.chancery(['token', 'revoke', id, '--account', 'ann@example.com'])
  assert.match(again.err, /There is no token \w{26} in this tenant, or it was revoked already/)
  assert.equal(modeOf(join(folder.data, 'control.sock')), '600')
  const printed = `${server.printed().out}${server.printed().err}${list.out}`
  for (const secret of [owner, officer, 'correct horse']) assert.ok(!printed.includes(secret.trim()))
})

test('the server stops in order when it is told to, and its address is the last line that it printed', async (t) => {
  const folder = await newFolder(t)
  const { child, ended } = await folder.serve()

  child.kill('SIGTERM')
  const { code, signal, out, err } = await ended

  assert.deepEqual([code, signal], [0, null])
  assert.ok(out.includes(`\nChancery serves at ${folder.url} and is set up at `))
  assert.equal(out.trim().split('\n').at(-1)?.startsWith('Chancery serves at '), true)
  const messages = err
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).message)
  assert.deepEqual(messages.slice(-2), ['stopping', 'stopped'])
  assert.ok(!existsSync(join(folder.data, 'control.sock')))
})

test("the socket of a server that was killed is in nobody's way", async (t) => {
  const folder = await newFolder(t)
  await folder.chancery(setupArgs(folder))
  const killed = await folder.serve()
  killed.child.kill('SIGKILL')
  await killed.ended
  assert.ok(existsSync(join(folder.data, 'control.sock')))

  const without = await folder.chancery(tokenArgs(folder, 'first'))
  await folder.serve()
  const through = await folder.chancery(tokenArgs(folder, 'second'))

  assert.deepEqual([without.code, through.code], [0, 0], without.err + through.err)
  assert.notEqual(await statusFor(folder, readFileSync(folder.file('second.token'), 'utf8')), 401)
})

test('a second server on the same data folder says who is there', async (t) => {
  const folder = await newFolder(t)
  const { child } = await folder.serve()

  const second = await folder.chancery(['serve'], { CHANCERY_HTTP: '127.0.0.1:1' })

  assert.equal(second.code, 1)
  assert.match(second.err, new RegExp(`process ${child.pid} serves this data folder; stop it first`))
})

test('commands that come at once wait for each other', async (t) => {
  const folder = await newFolder(t)
  await folder.chancery(setupArgs(folder))

  const names = ['a', 'b', 'c', 'd']
  const ends = await Promise.all(names.map((name) => folder.chancery(tokenArgs(folder, name))))

  assert.deepEqual(
    ends.map(({ code }) => code),
    [0, 0, 0, 0],
    ends.map(({ err }) => err).join(''),
  )
  assert.equal(new Set(names.map((name) => readFileSync(folder.file(`${name}.token`), 'utf8'))).size, 4)
})

test('of two set-ups at once, one wins', async (t) => {
  const folder = await newFolder(t)
  await folder.serve()

  const ends = await Promise.all([
    folder.chancery(setupArgs(folder, 'one.token')),
    folder.chancery(setupArgs(folder, 'two.token')),
  ])

  assert.deepEqual(ends.map(({ code }) => code).toSorted(), [0, 1])
  assert.equal(['one.token', 'two.token'].filter((name) => existsSync(folder.file(name))).length, 1)
})

test("a data folder is closed to others, and a folder of somebody else's is left alone", async (t) => {
  const folder = await newFolder(t)
  mkdirSync(folder.data)
  chmodSync(folder.data, 0o755)
  assert.equal((await folder.chancery(['migrate'])).code, 0)
  assert.equal(modeOf(folder.data), '700')

  const others = join(folder.path, 'others')
  mkdirSync(others)
  chmodSync(others, 0o755)
  writeFileSync(join(others, 'thesis.txt'), 'x')
  const refused = await folder.chancery(['migrate'], { CHANCERY_DATA: others })

  assert.equal(refused.code, 1)
  assert.match(refused.err, /others \(CHANCERY_DATA\) holds other things and others may read it/)
  assert.deepEqual([modeOf(others), readdirSync(others)], ['755', ['thesis.txt']])
})

test('a data folder with a path too long for a socket is refused with how long it may be', async (t) => {
  const folder = await newFolder(t, `${'long/'.repeat(30)}data`)

  const { code, err } = await folder.chancery(['serve'])

  assert.equal(code, 1)
  assert.match(
    err,
    /control\.sock has \d+ bytes, and the path of a socket at most 107: set CHANCERY_DATA to a shorter one/,
  )
})

test('migrating says what it did, and at the second time that there was nothing to do', async (t) => {
  const folder = await newFolder(t)

  const first = await folder.chancery(['migrate'])
  const second = await folder.chancery(['migrate'])

  assert.deepEqual([first.code, second.code], [0, 0], first.err + second.err)
  assert.match(first.out, /^(Done: \S+\n)+$/)
  assert.equal(second.out, 'There was nothing to do.\n')
})

test('on PostgreSQL, commands work on the database itself while the server runs', async (t) => {
  const postgres = await startPostgres()
  t.after(() => postgres.stop())
  const folder = await newFolder(t)
  const env = { CHANCERY_DATABASE_URL: postgres.url }
  const server = await folder.serve(env)

  const setup = await folder.chancery(setupArgs(folder), env)
  const created = await folder.chancery(tokenArgs(folder, 'CI'), env)
  const migrated = await folder.chancery(['migrate'], env)

  assert.deepEqual([setup.code, created.code], [0, 0], setup.err + created.err)
  assert.equal(migrated.out, 'There was nothing to do.\n')
  assert.notEqual(await statusFor(folder, readFileSync(folder.file('CI.token'), 'utf8')), 401)
  assert.ok(!existsSync(join(folder.data, 'chancery.db')))
  server.child.kill('SIGTERM')
  const [code] = await once(server.child, 'exit')
  assert.equal(code, 0)
})

test('a database that is away is said to be, without its password', async (t) => {
  const folder = await newFolder(t)

  const { code, err } = await folder.chancery(['migrate'], {
    CHANCERY_DATABASE_URL: 'postgres://chancery:hunter2@127.0.0.1:1/x',
  })

  assert.equal(code, 1)
  assert.match(err, /^chancery: /)
  assert.doesNotMatch(err, /hunter2|at .*\.ts:/)
})
