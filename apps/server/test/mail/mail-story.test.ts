import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { PASSWORD, secretOf, signIn } from '../api/served-world.ts'
import { recorded } from '../store/engine.ts'
import { linkIn } from '../support/mail-server.ts'
import { mailedWorld } from '../support/mailed-world.ts'

const NEW_PASSWORD = 'a new horse, another battery'
const HOUR = 3_600_000
/** What the mail server says of a recipient: the number that the address begins with, until it is taken back. */
const moods = new Map<string, number>()
const api = await mailedWorld(
  { fullName: 'mail', after },
  {
    onRcptTo: ({ address }, _session, done) => {
      const responseCode = moods.get(address)
      done(responseCode === undefined ? null : Object.assign(new Error('so it is'), { responseCode }))
    },
  },
)
const { owner, stranger, server, deliver } = api

const mailsTo = async (address: string) => {
  const { body } = await owner.get('/installation/mails?limit=200')
  return body.items.filter((mail: { address: string }) => mail.address === address)
}

test('whoever is invited gets the link by mail, and who invites does not see it', async () => {
  const sent = await owner.make('/invitations', { email: 'ann@example.com', role: 'officer' })
  assert.deepEqual([sent.mailed, sent.link], [true, undefined])

  await deliver()

  const mail = await server.mailTo('ann@example.com')
  assert.match(mail.text, /Example.*as officer/)
  const link = linkIn(mail)
  assert.ok(mail.html.includes(link))
  assert.ok(!JSON.stringify(await mailsTo('ann@example.com')).includes(secretOf(link)))
  const ann = api.somebody()
  await ann.make('/invitations/accept', { token: secretOf(link), account: { name: 'Ann', password: PASSWORD } })
  await signIn(ann, 'ann@example.com')
})

test('a link that is sent again ends the one before, whose mail is not sent any more', async () => {
  const { invitation } = await owner.make('/invitations', { email: 'bob@example.com', role: 'auditor' })

  await owner.make(`/invitations/${invitation.id}/resend`, undefined)
  await deliver()

  assert.deepEqual(
    (await mailsTo('bob@example.com')).map(({ state }: { state: string }) => state),
    ['sent', 'withdrawn'],
  )
  assert.equal(server.received.filter(({ to }) => to.includes('bob@example.com')).length, 1)
  const token = secretOf(linkIn(await server.mailTo('bob@example.com')))
  assert.equal((await stranger.call('POST', '/invitations/look', { token })).status, 200)
})

test('an invitation that is taken back is not sent any more', async () => {
  const { invitation } = await owner.make('/invitations', { email: 'eve@example.com', role: 'auditor' })

  await owner.call('DELETE', `/invitations/${invitation.id}`)
  await deliver()

  assert.equal((await mailsTo('eve@example.com'))[0].state, 'withdrawn')
})

test('an operator sends a test, and sees what became of it', async () => {
  const made = await owner.make('/installation/mails/test', {})
  assert.deepEqual([made.state, made.address], ['waiting', 'owner@example.com'])

  await deliver()

  const { body } = await owner.get(`/installation/mails/${made.id}`)
  assert.deepEqual([body.state, body.attempts], ['sent', 1])
  const ann = api.somebody()
  await signIn(ann, 'ann@example.com')
  assert.equal((await ann.get('/installation/mails')).status, 403)
})

test('a mail that is refused for ever is told to operators and to the audit of the tenant, and not tried again', async () => {
  moods.set('nobody@example.com', 550)
  await owner.make('/invitations', { email: 'nobody@example.com', role: 'auditor' })

  await deliver()
  api.wait(HOUR)
  await deliver()

  const [mail] = await mailsTo('nobody@example.com')
  assert.deepEqual([mail.state, mail.attempts], ['refused', 1])
  assert.match(mail.problem, /^550 .*so it is/)
  assert.deepEqual(await recorded(api, api.tenant, mail.id), ['mail.refuse'])
})

test('a mail that cannot be sent now is tried later and later, until it has expired', async () => {
  moods.set('later@example.com', 451)
  await owner.make('/invitations', { email: 'later@example.com', role: 'auditor' })
  const attempts = async () => (await mailsTo('later@example.com'))[0].attempts

  await deliver()
  await deliver()
  assert.equal(await attempts(), 1, 'not at once again')
  api.wait(31_000)
  await deliver()
  assert.equal(await attempts(), 2)
  api.wait(31_000)
  await deliver()
  assert.equal(await attempts(), 2, 'the second pause is longer')
  const [waiting] = await mailsTo('later@example.com')
  assert.deepEqual([waiting.state, /^451/.test(waiting.problem)], ['waiting', true])

  moods.delete('later@example.com')
  api.wait(HOUR)
  await deliver()
  assert.equal((await mailsTo('later@example.com'))[0].state, 'sent')
})

test('who forgot their password sets a new one by a link, once, and every session ends', async () => {
  const carl = await api.invitedByMail('carl')
  assert.equal((await carl.get('/account')).status, 200)
  const asked = await stranger.call('POST', '/password-resets', { email: ' Carl@Example.com' })
  await deliver()
  const mail = await server.mailTo('carl@example.com', 2)
  const token = secretOf(linkIn(mail))

  const short = await stranger.call('POST', '/password-resets/use', { token, password: 'short' })
  const set = await stranger.call('POST', '/password-resets/use', { token, password: NEW_PASSWORD })
  const again = await stranger.call('POST', '/password-resets/use', { token, password: NEW_PASSWORD })

  assert.deepEqual([asked.status, short.status, set.status, again.status], [202, 422, 204, 404])
  assert.equal((await carl.get('/account')).status, 401)
  const byOld = await carl.call('POST', '/api/auth/sign-in/email', { email: 'carl@example.com', password: PASSWORD })
  const byNew = await carl.call('POST', '/api/auth/sign-in/email', {
    email: 'carl@example.com',
    password: NEW_PASSWORD,
  })
  assert.deepEqual([byOld.status, byNew.status], [401, 200])
  await deliver()
  assert.match((await server.mailTo('carl@example.com', 3)).text, /got a new password/)
})

test('an address without an account gets the same answer, byte for byte, and no mail', async () => {
  const known = await stranger.call('POST', '/password-resets', { email: 'owner@example.com' })
  const unknown = await stranger.call('POST', '/password-resets', { email: 'unknown@example.com' })
  await deliver()

  assert.deepEqual([unknown.status, unknown.text], [known.status, known.text])
  const told = (headers: object) => Object.keys(headers).sort()
  assert.deepEqual(told(unknown.headers), told(known.headers))
  assert.deepEqual(await mailsTo('unknown@example.com'), [])
  const kinds = (await mailsTo('owner@example.com')).map(({ kind }: { kind: string }) => kind)
  assert.deepEqual(kinds, ['password-reset', 'test'])
})

test('links for one address are asked for at a pace, whether it has an account or not', async () => {
  for (const email of ['ann@example.com', 'nobody-here@example.com']) {
    const statuses: number[] = []
    for (let count = 0; count < 5; count++) {
      statuses.push((await stranger.call('POST', '/password-resets', { email })).status)
    }
    assert.deepEqual(statuses, [202, 202, 202, 429, 429], email)
  }
})

test('an address that no mail can have is refused by name', async () => {
  const { status, body } = await owner.call('POST', '/invitations', { email: 'a,b@example.com', role: 'auditor' })

  assert.deepEqual([status, body.errors[0].field], [422, '/email'])
})
