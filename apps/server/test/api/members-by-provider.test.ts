import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { freePort } from '../../../../test/support/free-port.ts'
import { type OpenIdProvider, openIdProvider } from '../sign-in/open-id-provider.ts'
import { type Somebody, secretOf, servedWorld } from './served-world.ts'

// Over http, as on one machine: its cookies are then without the prefix that asks for https.
const port = await freePort()
const url = `http://localhost:${port}`
const provider = await openIdProvider({ after }, `${url}/api/auth/callback/corp`)
const api = await servedWorld(
  { after, fullName: 'members by provider' },
  { CHANCERY_HTTP: `127.0.0.1:${port}`, CHANCERY_URL: url, CHANCERY_SIGN_IN_OIDC: provider.setting },
)
const { owner } = api

test('while registration is closed, an invitation for a provider lets in whom it names, and nobody else of that provider', async () => {
  const { link } = await owner.make('/invitations', { email: 'ann@example.com', role: 'officer', provider: 'corp' })
  const token = secretOf(link)
  provider.people.set('ann', { email: 'Ann@example.com', email_verified: true, name: 'Ann' })
  provider.people.set('bob', { email: 'bob@example.com', email_verified: true, name: 'Bob' })
  provider.people.set('eve', { email: 'ann@example.com', email_verified: false, name: 'Eve' })
  const [ann, bob, eve] = [api.somebody(), api.somebody(), api.somebody()]

  for (const [person, subject] of [
    [bob, 'bob'],
    [eve, 'eve'],
  ] as const) {
    const location = await throughProvider(person, provider, subject)
    assert.match(location, /error=registration_closed/)
    assert.equal((await person.get('/account')).status, 401)
  }
  const newcomer = { token, account: { name: 'Eve', password: 'correct horse battery' } }
  assert.equal((await eve.call('POST', '/invitations/accept', newcomer)).status, 403)

  await throughProvider(ann, provider, 'ann')
  const accepted = await ann.make('/invitations/accept', { token })

  assert.deepEqual([accepted.tenant, accepted.role], [api.tenant, 'officer'])
  const { body: session } = await ann.get('/session', { 'chancery-tenant': api.tenant })
  assert.deepEqual(session.roles, [{ role: 'officer' }])
})

/** Signs in through the provider's pages: to where the browser is led in the end. */
async function throughProvider(person: Somebody, { signIn }: OpenIdProvider, subject: string): Promise<string> {
  const begun = await person.call('POST', '/api/auth/sign-in/social', { provider: 'corp', callbackURL: '/' })
  assert.equal(begun.status, 200, begun.text)
  const back = new URL(await signIn(String(begun.body.url), subject))
  const answer = await person.get(back.pathname + back.search)
  assert.equal(answer.status, 302, answer.text)
  return String(answer.headers['location'])
}
