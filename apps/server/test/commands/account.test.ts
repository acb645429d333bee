import assert from 'node:assert/strict'
import { test } from 'node:test'
import { needs, run } from '../../../../test/support/system-program.ts'
import { newFolder } from './chancery.ts'

test('the command line leads back into an account, with the server running: a new password, and no session of before', async (t) => {
  const folder = await newFolder(t)
  await folder.serve()
  const files = [
    '--password-file',
    folder.file('password', 'correct horse battery\n'),
    '--token-file',
    folder.file('token'),
  ]
  const setup = await folder.chancery(['setup', '--email', 'ann@example.com', ...files])
  assert.equal(setup.code, 0, setup.err)
  const signIn = (password: string) =>
    fetch(`${folder.url}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: folder.url },
      body: JSON.stringify({ email: 'ann@example.com', password }),
    })
  const before = await signIn('correct horse battery')
  const cookie = before.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
  const sessions = async () => (await fetch(`${folder.url}/api/v1/sessions`, { headers: { cookie } })).status
  assert.equal(await sessions(), 200)

  const newPassword = ['--password-file', folder.file('new', 'another horse battery\n')]
  const reset = await folder.chancery(['account', 'reset-password', '--email', 'Ann@example.com', ...newPassword])
  const list = await folder.chancery(['account', 'list'])
  const plain = await folder.chancery(['account', 'remove-2fa', '--email', 'ann@example.com'])
  const nobody = await folder.chancery(['account', 'reset-password', '--email', 'bob@example.com', ...newPassword])

  assert.equal(reset.code, 0, reset.err)
  assert.match(list.out, /^\w{26} {2}ann@example\.com {2}operator {2}- {2}ann\n$/)
  assert.match(plain.err, /has no second factor/)
  assert.match(nobody.err, /There is no account bob@example\.com/)
  assert.equal(await sessions(), 401)
  assert.equal((await signIn('correct horse battery')).status, 401)
  assert.equal((await signIn('another horse battery')).status, 200)
})

test(
  'who lost their second factor gets in again by the password, and every session of before is over',
  needs('oathtool'),
  async (t) => {
    const folder = await newFolder(t)
    await folder.serve()
    const password = 'correct horse battery'
    const files = ['--password-file', folder.file('password', `${password}\n`), '--token-file', folder.file('token')]
    assert.equal((await folder.chancery(['setup', '--email', 'ann@example.com', ...files])).code, 0)
    const post = async (path: string, body: object, cookie = '') => {
      const response = await fetch(`${folder.url}/api/auth${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: folder.url, cookie },
        body: JSON.stringify(body),
      })
      const cookies = response.headers.getSetCookie().map((one) => one.split(';')[0])
      // biome-ignore lint/suspicious/noExplicitAny: what an answer holds is what the test looks at
      return { status: response.status, cookie: cookies.join('; '), body: (await response.json()) as any }
    }
    const signIn = () => post('/sign-in/email', { email: 'ann@example.com', password })
    const sessions = async (cookie: string) =>
      (await fetch(`${folder.url}/api/v1/sessions`, { headers: { cookie } })).status
    const first = await signIn()
    const begun = await post('/two-factor/enable', { password }, first.cookie)
    const secret = new URL(begun.body.totpURI).searchParams.get('secret') ?? ''
    const { stdout } = await run('oathtool', ['--totp', '--base32', secret])
    const confirmed = await post('/two-factor/verify-totp', { code: stdout.toString().trim() }, first.cookie)
    assert.equal(confirmed.status, 200, JSON.stringify(confirmed.body))
    assert.equal(await sessions(confirmed.cookie), 200)
    assert.equal((await signIn()).body.twoFactorRedirect, true)

    const removed = await folder.chancery(['account', 'remove-2fa', '--email', 'Ann@example.com'])

    assert.equal(removed.code, 0, removed.err)
    assert.equal(await sessions(confirmed.cookie), 401)
    const after = await signIn()
    assert.equal(after.body.twoFactorRedirect, undefined)
    assert.equal(await sessions(after.cookie), 200)
    const again = await folder.chancery(['account', 'remove-2fa', '--email', 'ann@example.com'])
    assert.match(again.err, /has no second factor/)
  },
)
