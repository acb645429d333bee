import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { opensslCsr } from '../support/requests.ts'
import { apiWorld, type Json, makeRoot, webServer } from './api-world.ts'

const DAY = 86_400_000
const api = await apiWorld({ after, fullName: 'overview' })
const { get, make, post } = api

test('the overview of a CA says what ends on which day, what was issued by which way, and what waits', async () => {
  const { authority, template } = await caWithTemplate('Overview Root')
  await issue(template, 3)
  await issue(template, 10)
  const revoked = await issue(template, 10)
  await post(`/certificates/${revoked.id}/revoke`, { reason: 'superseded' })
  await make('/requests', { template, csr: await csr() })

  const { body } = await get(`/overview?authority=${authority}`)

  assert.equal(body.ending.length, 91)
  const days = body.ending.flatMap(({ count }: { count: number }, day: number) => (count > 0 ? [[day, count]] : []))
  // The responder of the CA lives for 90 days.
  assert.deepEqual(days, [
    [2, 1],
    [9, 1],
    [89, 1],
  ])
  assert.equal(body.ways.counted, 4)
  assert.deepEqual(body.ways.by, [
    { by: 'api-token', count: 3 },
    { by: 'system', count: 1 },
  ])
  assert.equal(body.issued.length, 30)
  assert.equal(body.waiting.requests, 1)
  assert.equal(body.waiting.more, false)
  assert.equal(body.waiting.oldest, new Date(api.now()).toISOString())
})

test('what is issued today is counted on the last of the thirty days once its moment has passed', async () => {
  const { authority, template } = await caWithTemplate('Lately Root')
  await issue(template, 30)
  api.advance(1000)

  const { body } = await get(`/overview?authority=${authority}`)

  assert.equal(body.issued.at(-1).count, 2)
})

test('without a CA the overview is of all that the caller may see', async () => {
  const one = await caWithTemplate('One Root')
  const other = await caWithTemplate('Another Root')
  await issue(one.template, 40)
  await issue(other.template, 40)
  const endingIn40Days = async (as?: string) =>
    (await get('/overview', as === undefined ? {} : { as })).body.ending[39].count

  assert.ok((await endingIn40Days()) >= 2)
  assert.equal(await endingIn40Days(`auditor@${one.authority}`), 1)
})

test('a CA that is well needs nobody', async () => {
  const { authority } = await caWithTemplate('Well Root')

  assert.deepEqual((await get(`/attention?authority=${authority}`)).body, { items: [] })
})

test('a CA that waits for its certificate, ends soon, cuts its certificates short or has ended needs somebody', async () => {
  const waits = await make('/authorities', { kind: 'csr', subject: named('Waiting CA') })
  const soon = await makeRoot(api, 'Soon Root', { validity: { days: 80 } })
  const short = await makeRoot(api, 'Short Root', { validity: { days: 200 } })

  assert.deepEqual(await kinds(waits.id), ['awaiting-certificate'])
  assert.deepEqual(await kinds(soon.id), ['ca-ends'])
  assert.deepEqual(await kinds(short.id), ['cuts-short'])
  const { body } = await get(`/attention?authority=${short.id}`)
  assert.equal(body.items[0].name, 'Short Root')
  assert.equal(body.items[0].severity, 'warning')
  assert.match(body.items[0].detail, /"Web Server"/)
})

test('a CA without a CRL and a responder that has expired are errors, and come first', async (t) => {
  const late = await makeRoot(api, 'Late Root', { validity: { days: 150 } })
  api.advance(95 * DAY)
  t.after(() => api.advance(-95 * DAY))

  const { body } = await get(`/attention?authority=${late.id}`)

  assert.deepEqual(
    body.items.map(({ kind, severity }: Json) => [kind, severity]),
    [
      ['crl-missing', 'error'],
      ['responder-overdue', 'error'],
      ['ca-ends', 'warning'],
    ],
  )
})

test('the history of a certificate says who asked, who said yes, and what became of it', async () => {
  const { template } = await caWithTemplate('History Root')
  const request = await make('/requests', { template, csr: await csr() }, { as: 'officer' })
  const signed = await post(`/requests/${request.id}/sign`, {}, { as: 'administrator' })
  await post(`/certificates/${signed.body.id}/revoke`, { reason: 'certificateHold' }, { as: 'officer' })
  await post(`/certificates/${signed.body.id}/unrevoke`, undefined, { as: 'officer' })

  const { body } = await get(`/certificates/${signed.body.id}/history`, { as: 'auditor' })

  assert.deepEqual(
    body.items.map(({ action, token }: Json) => [action, token]),
    [
      ['request.submit', 'token-officer'],
      ['certificate.issue', 'token-administrator'],
      ['certificate.revoke', 'token-officer'],
      ['certificate.unrevoke', 'token-officer'],
    ],
  )
  assert.equal(body.items[2].details.reason, 'certificateHold')
})

test('certificates are exported as CSV with the names of their CA and template, by the filters of the list', async () => {
  const { authority, template } = await caWithTemplate('Csv, "Root"')
  await issue(template, 30)
  const revoked = await issue(template, 30)
  await post(`/certificates/${revoked.id}/revoke`, { reason: 'superseded' })

  const all = await get(`/certificates/export?authority=${authority}`)
  const some = await get(`/certificates/export?authority=${authority}&status=revoked`)

  assert.equal(all.headers['content-type'], 'text/csv; charset=utf-8')
  assert.match(String(all.headers['content-disposition']), /attachment; filename="certificates.csv"/)
  const lines = linesOf(all)
  assert.match(lines[0] ?? '', /^status,subject,alternative names,serial number,/)
  assert.equal(lines.length, 4)
  assert.ok(lines.slice(1).every((line) => line.includes('"Csv, ""Root"""')))
  assert.equal(linesOf(some).length, 2)
  assert.match(
    linesOf(some)[1] ?? '',
    /^revoked,CN=www\.example\.com,dns:www\.example\.com,.*,Web Server,.*,superseded,/,
  )
})

test('a name that a spreadsheet would compute is exported as text', async () => {
  const { authority, template } = await caWithTemplate('=1+1')
  await issue(template, 30)

  const lines = linesOf(await get(`/certificates/export?authority=${authority}`))

  assert.ok(lines.slice(1).every((line) => line.includes(",'=1+1,")))
})

test('who may see one CA exports its certificates alone', async () => {
  const own = await caWithTemplate('Own Root')
  const other = await caWithTemplate('Other Root')
  await issue(own.template, 30)
  await issue(other.template, 30)

  const as = `auditor@${own.authority}`
  const lines = linesOf(await get('/certificates/export', { as }))
  const refused = await get(`/certificates/export?authority=${other.authority}`, { as })

  assert.ok(lines.length > 1)
  assert.ok(lines.slice(1).every((line) => line.includes(',Own Root,')))
  assert.equal(refused.status, 404)
})

async function caWithTemplate(name: string) {
  const { id: authority } = await makeRoot(api, name)
  const { id: template } = await webServer(api, authority)
  return { authority: String(authority), template: String(template) }
}

async function issue(template: string, days: number): Promise<Json> {
  return make('/certificates', { template, csr: await csr(), validity: { days } })
}

async function csr(): Promise<string> {
  return (await opensslCsr()).csr
}

async function kinds(authority: string): Promise<readonly string[]> {
  const { body } = await get(`/attention?authority=${authority}`)
  return body.items.map(({ kind }: { kind: string }) => kind)
}

function linesOf({ bytes }: { readonly bytes: Buffer }): readonly string[] {
  return bytes.toString().split('\r\n').filter(Boolean)
}

function named(value: string) {
  return [{ type: 'commonName', value }]
}
