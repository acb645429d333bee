import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { openMail } from '../../src/open-mail.ts'
import { ConfigError, loadConfig } from '../../src/platform/config.ts'

const SECRET = 'hunter2'
const FROM = { CHANCERY_MAIL_FROM: 'pki@example.com' }

function mailOf(url: string, more: Readonly<Record<string, string>> = {}) {
  return loadConfig({ CHANCERY_SMTP_URL: url, ...FROM, ...more }).mail
}

const READ: readonly (readonly [url: string, host: string, port: number, security: string, user?: string])[] = [
  ['smtp://mail.example.com', 'mail.example.com', 587, 'starttls'],
  ['smtp://mail.example.com:25?starttls=optional', 'mail.example.com', 25, 'opportunistic'],
  [`smtp://ann:${SECRET}@mail.example.com:2525`, 'mail.example.com', 2525, 'starttls', 'ann'],
  [`smtps://ann%40example.com:${SECRET}@mail.example.com/`, 'mail.example.com', 465, 'tls', 'ann@example.com'],
  ['smtp://localhost:25', 'localhost', 25, 'opportunistic'],
  [`smtp://ann:${SECRET}@[::1]:25`, '::1', 25, 'opportunistic', 'ann'],
  ['smtp://127.0.0.1:25?starttls=required', '127.0.0.1', 25, 'starttls'],
]

for (const [url, host, port, security, user] of READ) {
  test(`${url.replace(SECRET, '…')} is ${host}, port ${port}, ${security}`, () => {
    const mail = mailOf(url)

    assert.deepEqual([mail?.host, mail?.port, mail?.security, mail?.user], [host, port, security, user])
    assert.equal(mail?.password?.(), user === undefined ? undefined : SECRET)
  })
}

test('the password of a mail server is not printed with the configuration', () => {
  const config = loadConfig({ CHANCERY_SMTP_URL: `smtps://ann:${SECRET}@mail.example.com`, ...FROM })

  assert.ok(config.mail)
  assert.ok(!inspect(config, { depth: 9, showHidden: true }).includes(SECRET))
  assert.ok(!JSON.stringify(config).includes(SECRET))
})

test('mails come from an address, with a name or without', () => {
  const from = (text: string) => mailOf('smtp://localhost', { CHANCERY_MAIL_FROM: text })?.from

  assert.deepEqual(from('pki@example.com'), { name: '', address: 'pki@example.com' })
  assert.deepEqual(from('Müller & Co <pki@example.com>'), { name: 'Müller & Co', address: 'pki@example.com' })
})

const WRONG: readonly (readonly [env: Readonly<Record<string, string>>, message: RegExp])[] = [
  [{ CHANCERY_SMTP_URL: 'mail.example.com', ...FROM }, /SMTP_URL has to look like smtp:/],
  [{ CHANCERY_SMTP_URL: 'https://mail.example.com', ...FROM }, /SMTP_URL has to look like/],
  [{ CHANCERY_SMTP_URL: 'smtp://mail.example.com/path', ...FROM }, /without a path/],
  [{ CHANCERY_SMTP_URL: 'smtp://mail_1.example.com/', ...FROM }, /has to look like/],
  [{ CHANCERY_SMTP_URL: `smtp://:${SECRET}@mail.example.com`, ...FROM }, /a password without a user name/],
  [{ CHANCERY_SMTP_URL: `smtp://a:${SECRET}%zz@mail.example.com`, ...FROM }, /% that begins no code/],
  [{ CHANCERY_SMTP_URL: `smtp://a:${SECRET}@mail.example.com?starttls=optional`, ...FROM }, /would send the password/],
  [{ CHANCERY_SMTP_URL: 'smtp://mail.example.com?starttls=no', ...FROM }, /neither required nor optional/],
  [{ CHANCERY_SMTP_URL: 'smtp://mail.example.com?tls=no', ...FROM }, /something else than starttls/],
  [{ CHANCERY_SMTP_URL: 'smtps://mail.example.com?starttls=optional', ...FROM }, /beside smtps/],
  [{ CHANCERY_SMTP_URL: 'smtp://ann@mail.example.com', ...FROM }, /SMTP_URL has a user name without a password/],
  [{ CHANCERY_SMTP_URL: 'smtp://localhost' }, /MAIL_FROM is needed/],
  [
    { CHANCERY_SMTP_URL: 'smtp://localhost', CHANCERY_MAIL_FROM: 'pki' },
    /^CHANCERY_MAIL_FROM has to look like [^\n]*$/,
  ],
  [{ CHANCERY_SMTP_URL: 'smtp://localhost', CHANCERY_MAIL_FROM: 'a\r\nBcc: b <pki@example.com>' }, /MAIL_FROM has to/],
  [{ CHANCERY_SMTP_URL: 'smtp://localhost', CHANCERY_MAIL_FROM: '<pki@example.com>, <b@example.com>' }, /MAIL_FROM/],
  [FROM, /MAIL_FROM has no use without CHANCERY_SMTP_URL/],
  [{ CHANCERY_SMTP_PASSWORD_FILE: '/x' }, /SMTP_PASSWORD_FILE has no use/],
  [{ CHANCERY_SMTP_URL: 'smtp://h', CHANCERY_SMTP_PASSWORD_FILE: '/x', ...FROM }, /needs the user name/],
  [{ CHANCERY_SMTP_URL: `smtp://a:${SECRET}@h`, CHANCERY_SMTP_PASSWORD_FILE: '/x', ...FROM }, /keep one of them/],
]

for (const [env, message] of WRONG) {
  test(`a start is refused with ${Object.values(env).join(' and ').replaceAll(SECRET, '…').replaceAll(/\s+/g, ' ')}`, () => {
    assert.throws(
      () => loadConfig(env),
      (error) => {
        assert.ok(error instanceof ConfigError)
        assert.match(error.message, message)
        assert.ok(!error.message.includes(SECRET))
        return true
      },
    )
  })
}

test('a password is read from its file, which has to hold one', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'chancery-mail-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const open = (file: string) => {
    const more = { CHANCERY_SMTP_PASSWORD_FILE: join(folder, file) }
    const config = loadConfig({ CHANCERY_SMTP_URL: 'smtp://ann@mail.example.com', ...FROM, ...more })
    openMail(config)?.close()
  }
  writeFileSync(join(folder, 'good'), `${SECRET}\n`)
  writeFileSync(join(folder, 'empty'), '\n')
  writeFileSync(join(folder, 'two'), `${SECRET}\n${SECRET}\n`)

  open('good')

  assert.throws(() => open('missing'), /CHANCERY_SMTP_PASSWORD_FILE names .*missing, which cannot be read \(ENOENT\)/)
  for (const file of ['empty', 'two']) assert.throws(() => open(file), /which holds no password/)
})
