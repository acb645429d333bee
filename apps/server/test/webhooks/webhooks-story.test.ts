import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { needs, run } from '../../../../test/support/system-program.ts'
import { webhookWork } from '../../src/open-webhooks.ts'
import { guardedClient } from '../../src/platform/guarded-client.ts'
import type { OutboundRules } from '../../src/platform/outbound-rules.ts'
import { sendWebhooks } from '../../src/publishing/send-webhooks.ts'
import { tellWebhooks } from '../../src/publishing/tell-webhooks.ts'
import { type Json, makeRoot, webServer } from '../api/api-world.ts'
import { recorded } from '../store/engine.ts'
import { type ReceivedHook, startHookReceiver } from '../support/hook-receiver.ts'
import { mailedWorld } from '../support/mailed-world.ts'
import { inFolder, opensslCsr } from '../support/requests.ts'

/** Webhooks over the API of a whole server, with a real receiver: what it gets, and what becomes of what it does not take. */
const api = await mailedWorld({ fullName: 'webhooks', after })
const { owner } = api
const receiver = await startHookReceiver()
after(() => receiver.close())
const MINUTE = 60_000
const DAY = 86_400_000

/** Names and what they resolve to; the receiver listens at a port of its own in place of 80. */
const names = new Map([['hooks.example.com', '127.0.0.1']])
const rules: OutboundRules = {
  allowedNetworks: ['127.0.0.1'],
  isOurs: () => false,
  ports: [receiver.port],
  lookup: async (host) => [{ address: names.get(host) ?? '10.0.0.1', family: 4 }],
}
const client = guardedClient(rules)
let ahead = 0
const reports: unknown[] = []
const { telling, sending } = webhookWork(api.installation, {
  send: (url, limits, request) => {
    const at = new URL(url)
    at.port = String(receiver.port)
    const timeoutMs = receiver.moods.get(at.pathname) === 'hang' ? 500 : limits.timeoutMs
    return client(at.href, { ...limits, timeoutMs }, request)
  },
  sealer: api.sealer,
  url: api.config.url,
  newId: api.newId,
  now: () => Date.now() + ahead,
  report: (error) => reports.push(error),
})
const work = async () => {
  await tellWebhooks(telling)
  await sendWebhooks(sending)
}
let count = 0
const hookFor = async (events: readonly string[], path = `/hook-${++count}`) => {
  const made = await owner.make('/webhooks', { name: `Hook ${path}`, url: `http://hooks.example.com${path}`, events })
  const got = () => receiver.received.filter((one) => one.path === path)
  const deliveries = async (): Promise<Json[]> =>
    (await owner.get(`/webhooks/${made.webhook.id}/deliveries`)).body.items
  return { id: String(made.webhook.id), secret: String(made.secret), path, got, deliveries }
}
const drop = (id: string) => owner.call('DELETE', `/webhooks/${id}`)
const root = await makeRoot(owner)
const template = await webServer(owner, root.id)
const issue = async (host = 'www.example.com') => {
  const { csr } = await opensslCsr({ subject: `/CN=${host}`, extensions: [`subjectAltName=DNS:${host}`] })
  const { id } = await owner.make('/requests', { template: template.id, csr })
  return owner.make(`/requests/${id}/sign`, {})
}
const headerOf = ({ headers }: ReceivedHook, name: string) => String(headers[name])

test('what happens to requests and certificates is told, each once, with what identifies it', async () => {
  const hook = await hookFor(['request.received', 'request.declined', 'certificate.issued', 'certificate.revoked'])
  const { csr } = await opensslCsr()
  const request = await owner.make('/requests', { template: template.id, csr })
  await owner.make(`/requests/${request.id}/decline`, { note: 'no' })
  const certificate = await issue()
  await owner.make(`/certificates/${certificate.id}/revoke`, { reason: 'superseded' })

  await work()
  await work()

  const told = hook.got().map(({ body }) => JSON.parse(body))
  assert.deepEqual(new Set(told.map(({ type }) => type)).size, 4)
  // Of both requests it was told that they wait.
  assert.equal(told.length, 5)
  const by = (type: string) => told.find((one) => one.type === type)
  assert.deepEqual([by('request.declined').data.id, by('request.declined').data.note], [request.id, 'no'])
  assert.deepEqual(by('certificate.issued').data.serialNumber, certificate.serialNumber)
  assert.equal(by('certificate.revoked').data.reason, 'superseded')
  assert.equal(by('certificate.revoked').tenant, api.tenant)
  assert.ok(
    hook.got().every(({ method, headers }) => method === 'POST' && headers['content-type'] === 'application/json'),
  )
  assert.deepEqual(
    (await hook.deliveries()).map(({ state, status, attempts }: Json) => [state, status, attempts]),
    Array.from({ length: 5 }, () => ['delivered', 204, 1]),
  )
  await drop(hook.id)
})

test('who was invited to ask for a certificate is told', async () => {
  const hook = await hookFor(['request.invited'])
  const { body } = await owner.get(`/templates/${template.id}`)
  await owner.call('PATCH', `/templates/${template.id}`, {
    revision: body.revision,
    enrollment: { ...body.enrollment, publicRequests: true },
  })
  await owner.make(`/templates/${template.id}/request-invitations`, { email: 'ann@example.com' })

  await work()

  const [told] = hook.got().map(({ body: text }) => JSON.parse(text))
  assert.equal(told.type, 'request.invited')
  assert.deepEqual(told.data, { template: template.id, email: 'ann@example.com' })
  await drop(hook.id)
})

test(
  'a signature is checked by the lines of the documentation, in JavaScript and with openssl',
  needs('openssl'),
  async () => {
    const hook = await hookFor(['member.invited'])
    await owner.call('POST', `/webhooks/${hook.id}/test`)
    await work()
    const [got] = hook.got()
    assert.ok(got)
    const docs = readFileSync(new URL('../../../../docs/webhooks.md', import.meta.url), 'utf8')
    const block = (language: string) => docs.split(`\`\`\`${language}\n`)[1]?.split('```')[0] ?? ''

    await inFolder(async (folder) => {
      writeFileSync(join(folder, 'genuine.mjs'), `${block('js')}\nexport { isGenuine }`)
      const { isGenuine } = await import(pathToFileURL(join(folder, 'genuine.mjs')).href)
      assert.equal(isGenuine(got.headers, got.body, hook.secret), true)
      assert.equal(isGenuine(got.headers, `${got.body} `, hook.secret), false)
      assert.equal(isGenuine({ ...got.headers, 'webhook-timestamp': '1' }, got.body, hook.secret), false)

      writeFileSync(join(folder, 'body.json'), got.body)
      const said = {
        SECRET: hook.secret,
        ID: headerOf(got, 'webhook-id'),
        TIMESTAMP: headerOf(got, 'webhook-timestamp'),
      }
      const lines = Object.entries(said).map(([name, value]) => `${name}='${value}'`)
      const { stdout } = await run('bash', ['-c', `cd '${folder}'\n${lines.join('\n')}\n${block('sh')}`])
      assert.equal(`v1,${stdout.toString().trim()}`, headerOf(got, 'webhook-signature'))
    })
    await drop(hook.id)
  },
)

test('after a rotation both secrets sign until the overlap is over, and then the new one alone', async () => {
  const hook = await hookFor(['member.invited'])
  const rotated = await owner.make(`/webhooks/${hook.id}/rotate-secret`, { overlapHours: 1 })
  assert.notEqual(rotated.secret, hook.secret)
  const signs = ({ headers, body }: ReceivedHook, secret: string) => {
    const key = Buffer.from(secret.slice(6), 'base64')
    const text = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
    return headers['webhook-signature']?.includes(createHmac('sha256', key).update(text).digest('base64')) === true
  }

  await owner.call('POST', `/webhooks/${hook.id}/test`)
  await work()
  ahead += 61 * MINUTE
  await owner.call('POST', `/webhooks/${hook.id}/test`)
  await work()

  const [during, later] = hook.got()
  assert.ok(during && later)
  assert.deepEqual([signs(during, hook.secret), signs(during, rotated.secret)], [true, true])
  assert.deepEqual([signs(later, hook.secret), signs(later, rotated.secret)], [false, true])
  await drop(hook.id)
})

test('what is not taken is tried again later and later with one id, and given up after three days', async () => {
  const hook = await hookFor(['member.invited'])
  receiver.moods.set(hook.path, { status: 500 })
  await owner.call('POST', `/webhooks/${hook.id}/test`)

  await work()
  await work()
  assert.equal(hook.got().length, 1, 'not at once again')
  const [waiting] = await hook.deliveries()
  assert.deepEqual([waiting.state, waiting.status, waiting.attempts], ['waiting', 500, 1])
  for (let step = 0; step < 40; step++) {
    ahead += 3 * 3_600_000
    await work()
  }

  const ids = new Set(hook.got().map((one) => headerOf(one, 'webhook-id')))
  assert.equal(ids.size, 1)
  assert.ok(hook.got().length > 5 && hook.got().length < 20, `${hook.got().length} attempts`)
  const [failed] = await hook.deliveries()
  assert.deepEqual([failed.state, failed.problem], ['failed', 'The address answered with 500.'])
  const again = await owner.call('POST', `/webhooks/${hook.id}/deliveries/${failed.id}/redeliver`)
  assert.equal(again.status, 202, again.text)
  receiver.moods.delete(hook.path)
  await work()
  assert.equal((await hook.deliveries())[0].state, 'delivered')
  await drop(hook.id)
})

test('all that failed since a moment is sent again by one call', async () => {
  const hook = await hookFor(['certificate.issued'])
  receiver.moods.set(hook.path, { status: 503 })
  const since = new Date(Date.now() - MINUTE).toISOString()
  await issue()
  await issue()
  await work()
  ahead += 4 * DAY
  await work()
  assert.deepEqual(
    (await hook.deliveries()).map(({ state }: Json) => state),
    ['failed', 'failed'],
  )
  receiver.moods.delete(hook.path)
  const before = hook.got().length

  const { body } = await owner.call('POST', `/webhooks/${hook.id}/redeliver`, { since })
  await work()

  assert.deepEqual(body, { count: 2, more: false })
  assert.equal(hook.got().length, before + 2)
  assert.ok((await recorded(api, api.tenant, hook.id)).includes('webhook.redeliver'))
  await drop(hook.id)
})

test('a webhook to which nothing arrives for days is switched off, and who made it is told', async () => {
  const hook = await hookFor(['certificate.issued'])
  receiver.moods.set(hook.path, { status: 500 })
  for (let day = 0; day < 7; day++) {
    await issue()
    for (let step = 0; step < 6; step++) {
      await work()
      ahead += 4 * 3_600_000
    }
  }

  const { body } = await owner.get(`/webhooks/${hook.id}`)
  assert.deepEqual([body.enabled, /Nothing has arrived since/.test(body.offReason)], [false, true])
  assert.ok((await recorded(api, api.tenant, hook.id)).includes('webhook.switch-off'))
  const told = () =>
    api.server.received.find(({ headers }) => headers.get('subject')?.[0]?.includes('was switched off'))
  api.wait(ahead)
  // A connection that the mail server has closed meanwhile costs a try.
  let tries = 0
  for (; told() === undefined && tries < 10; tries++) {
    await api.deliver()
    api.wait(MINUTE)
  }
  api.wait(-ahead - tries * MINUTE)
  assert.deepEqual(told()?.to, ['owner@example.com'])
  const test = await owner.call('POST', `/webhooks/${hook.id}/test`)
  assert.equal(test.status, 409)
  await drop(hook.id)
})

test('an address that says that it is gone is told nothing more', async () => {
  const hook = await hookFor(['member.invited'])
  receiver.moods.set(hook.path, { status: 410 })
  await owner.call('POST', `/webhooks/${hook.id}/test`)

  await work()

  assert.equal((await owner.get(`/webhooks/${hook.id}`)).body.enabled, false)
  await drop(hook.id)
})

test('a redirect is not followed, and an address that is none of ours to reach is told without its number', async () => {
  const hook = await hookFor(['member.invited'])
  receiver.moods.set(hook.path, { status: 307, headers: { location: 'http://hooks.example.com/elsewhere' } })
  const inside = await owner.make('/webhooks', {
    ...{ name: 'Inside', url: 'http://inside.example.com/', events: ['member.invited'] },
  })
  await owner.call('POST', `/webhooks/${hook.id}/test`)
  await owner.call('POST', `/webhooks/${inside.webhook.id}/test`)

  await work()

  assert.ok(!receiver.received.some(({ path }) => path === '/elsewhere'))
  assert.match((await hook.deliveries())[0].problem, /redirects/)
  const { body } = await owner.get(`/webhooks/${inside.webhook.id}/deliveries`)
  assert.match(body.items[0].problem, /Nothing is sent to this address/)
  assert.ok(!body.items[0].problem.includes('10.0.0.1'))
  await drop(hook.id)
  await drop(inside.webhook.id)
})

test('a name that changes its mind between the look and the connection changes nothing', async () => {
  let looks = 0
  const rebinding = guardedClient({
    ...rules,
    allowedNetworks: [],
    lookup: async () => [{ address: looks++ === 0 ? '10.9.8.7' : '127.0.0.1', family: 4 }],
  })
  const limits = { maxBytes: 10, timeoutMs: 500, redirects: 0 }

  await assert.rejects(
    rebinding(`http://hooks.example.com:${receiver.port}/rebound`, limits, { method: 'POST', body: '{}', headers: {} }),
    { code: 'refused' },
  )

  assert.equal(looks, 1)
  assert.ok(!receiver.received.some(({ path }) => path === '/rebound'))
})

test('an address that hangs keeps no other webhook waiting', async () => {
  const slow = await hookFor(['certificate.issued'])
  const quick = await hookFor(['certificate.issued'])
  receiver.moods.set(slow.path, 'hang')
  for (let each = 0; each < 6; each++) await issue()

  await work()

  assert.equal(quick.got().length, 6)
  assert.ok(slow.got().length <= 4)
  assert.match((await slow.deliveries()).find(({ problem }: Json) => problem !== undefined).problem, /no answer within/)
  await drop(slow.id)
  await drop(quick.id)
})

test('where nobody listens nothing is written for an event', async () => {
  const events = () =>
    api.database.read((db) => db.selectFrom('outbox').select('key').where('kind', '=', 'event').execute())
  await work()
  assert.deepEqual(await events(), [])

  await issue()

  assert.deepEqual(await events(), [])
})

test('secrets are shown once, rest sealed, and stand in no list, no record and no delivery', async () => {
  const key = { 'idempotency-key': 'make-a-hook' }
  const body = { name: 'Once', url: 'https://hooks.example.com/s?token=in-the-url', events: ['member.invited'] }
  const made = await owner.make('/webhooks', body, key)
  const repeated = await owner.make('/webhooks', body, key)
  assert.deepEqual([repeated.webhook.id, repeated.secret], [made.webhook.id, undefined])
  assert.match(repeated.note, /rotate-secret/)

  const rows = await api.database.read((db) => db.selectFrom('webhook').selectAll().execute())
  const records = await api.database.read((db) => db.selectFrom('audit_record').selectAll().execute())
  const raw = Buffer.from(made.secret.slice(6), 'base64')
  assert.ok(rows.every(({ sealed_secret }) => !Buffer.from(sealed_secret).includes(raw)))
  assert.ok(!JSON.stringify(records).includes(made.secret) && !JSON.stringify(records).includes('in-the-url'))
  assert.ok(!(await owner.get('/webhooks')).text.includes('whsec_'))
  await drop(made.webhook.id)
})

test('what is no address of a webhook is refused by name, and officers see none', async () => {
  const make = (url: string, events: readonly string[] = ['member.invited']) =>
    owner.call('POST', '/webhooks', { name: 'Bad', url, events })
  for (const url of ['ftp://x.example.com/', 'https://a:b@x.example.com/', 'https://x.example.com:8443/', 'nonsense']) {
    const { status, body } = await make(url)
    assert.deepEqual([status, body.errors[0].field], [422, '/url'], url)
  }
  assert.equal((await make('https://x.example.com/', ['certificate.eaten'])).status, 400)
  const officer = await api.invitedByMail('otto')
  assert.equal((await officer.get('/webhooks')).status, 403)
})

test('a tenant has a bounded number of webhooks', async () => {
  const statuses: number[] = []
  for (let each = 0; each < 11; each++)
    statuses.push(
      (
        await owner.call('POST', '/webhooks', {
          name: `${each}`,
          url: 'https://x.example.com/',
          events: ['member.invited'],
        })
      ).status,
    )
  const { body } = await owner.get('/webhooks')

  assert.deepEqual(statuses, [...Array.from({ length: 10 }, () => 201), 422])
  for (const { id } of body.items) await drop(id)
})
