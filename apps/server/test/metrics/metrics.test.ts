import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { IssuedCertificate } from '@chancery/api'
import { encodePem } from '@chancery/x509'
import { freePort } from '../../../../test/support/free-port.ts'
import { type RunningChancery, runChancery } from '../../../../test/support/running-chancery.ts'
import { needs, run } from '../../../../test/support/system-program.ts'
import { apiRoot } from '../backup/busy-work.ts'
import { newFolder } from '../commands/chancery.ts'
import { csrFor } from '../support/authorities.ts'

const deploy = (name: string) => fileURLToPath(new URL(`../../../../deploy/${name}`, import.meta.url))

let chancery: RunningChancery
let address: string
before(async () => {
  address = `127.0.0.1:${await freePort()}`
  chancery = await runChancery({ env: { CHANCERY_METRICS: address } })
  const { authority, template } = await apiRoot(chancery)
  const csr = encodePem('CERTIFICATE REQUEST', csrFor('metrics.example.com'))
  const { id } = await chancery.api<IssuedCertificate>('POST', '/certificates', { template, csr })
  await chancery.api('POST', `/certificates/${id}/revoke`, { reason: 'superseded' })
  await assert.rejects(chancery.api('POST', '/certificates', { template, csr: 'nonsense' }))
  const generation = authority.generations[0]?.publicId
  assert.equal((await fetch(`${chancery.origin}/crl/${generation}.crl`)).status, 200)
  await fetch(`${chancery.origin}/ocsp/${generation}`, { method: 'POST', body: new Uint8Array([1]) })
  await fetch(`${chancery.origin}/nowhere/metrics.example.com`)
})
after(() => chancery.stop())

const scrape = async () => (await fetch(`http://${address}/metrics`)).text()

/** The value of one line. */
function told(text: string, name: string): number | undefined {
  const line = text.split('\n').find((one) => one.startsWith(`${name} `))
  return line === undefined ? undefined : Number(line.slice(name.length + 1))
}

test('what was done is counted by way, outcome and route', async () => {
  const text = await scrape()

  assert.equal(told(text, 'chancery_issuance_total{way="api-token",outcome="issued"}'), 1)
  assert.equal(told(text, 'chancery_issuance_duration_seconds_count{way="api-token"}'), 1)
  assert.ok((told(text, 'chancery_issuance_total{way="system",outcome="issued"}') ?? 0) >= 1, 'the responder')
  const signed = 'chancery_signatures_total{use="certificate",key_type="ecdsa-p256",outcome="signed"}'
  assert.ok((told(text, signed) ?? 0) >= 2)
  assert.equal(told(text, 'chancery_http_requests_total{method="POST",route="/api/v1/certificates",status="201"}'), 1)
  assert.equal(told(text, 'chancery_http_requests_total{method="GET",route="(none)",status="404"}'), 1)
  assert.equal(told(text, 'chancery_http_requests_total{method="GET",route="/crl/:generation.crl",status="200"}'), 1)
  assert.equal(told(text, 'chancery_ocsp_answers_total{answer="malformedRequest"}'), 1)
  assert.ok((told(text, 'chancery_commit_duration_seconds_count') ?? 0) > 3)
  assert.equal(told(text, 'chancery_ready{part="database"}'), 1)
  assert.equal(told(text, 'chancery_state_readable'), 1)
  assert.match(text, /^chancery_build_info\{version="\d+\.\d+\.\d+",node="v26\.[^"]+"\} 1$/m)
  assert.match(text, /^chancery_ocsp_responder_not_after_timestamp_seconds\{generation="\w{16}"\} \d+/m)
})

test('no label holds what somebody named, and nothing else is told at that address', async () => {
  const text = await scrape()

  for (const word of ['example', 'Busy', 'owner', chancery.token, 'nowhere']) assert.ok(!text.includes(word), word)
  assert.equal((await fetch(`http://${address}/`)).status, 404)
  assert.equal((await fetch(`http://${address}/metrics`, { method: 'POST' })).status, 405)
  assert.equal((await fetch(`${chancery.origin}/metrics`)).status, 404, 'and not where others ask')
})

test('methods that nobody takes are counted as one, whatever a stranger sends', async () => {
  for (const method of ['PROPFIND', 'REPORT', 'QUERY', 'M-SEARCH']) {
    const { promise, resolve, reject } = Promise.withResolvers<number | undefined>()
    const sent = request(`${chancery.origin}/api/v1/certificates`, {
      method,
      headers: { 'content-type': 'text/plain' },
    })
    sent.once('response', (answer) => resolve(answer.resume().statusCode)).once('error', reject)
    sent.end()
    assert.equal(await promise, 405, method)
  }

  const text = await scrape()

  const others = 'chancery_http_requests_total{method="other",route="/api/v1/certificates",status="405"}'
  assert.equal(told(text, others), 4)
  assert.doesNotMatch(text, /PROPFIND|REPORT|QUERY|M-SEARCH/)
})

test('promtool finds nothing to say about the metrics and the alert rules', needs('promtool'), async () => {
  const metrics = await run('promtool', ['check', 'metrics'], { input: await scrape() })
  const rules = await run('promtool', ['check', 'rules', deploy('prometheus-alerts.yml')])

  assert.equal(metrics.status, 0, `${metrics.stdout}${metrics.stderr}`)
  assert.equal(rules.status, 0, `${rules.stdout}${rules.stderr}`)
})

test('dashboard and alert rules ask for nothing that is not told', async () => {
  const text = await scrape()
  const all = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name))

  for (const name of ['prometheus-alerts.yml', 'grafana-dashboard.json']) {
    const asked = readFileSync(deploy(name), 'utf8').matchAll(/\b(?:chancery|nodejs|process)_[a-z0-9_]+/g)
    for (const [metric] of asked) {
      assert.ok(all.has(metric) || all.has(metric.replace(/_(bucket|sum|count)$/, '')), `${name} asks for ${metric}`)
    }
  }
})

test('a default address that is taken is no reason not to serve; a chosen one is', async (t) => {
  const squatter = createServer().listen(0, '127.0.0.1')
  t.after(() => squatter.close())
  await new Promise((resolve) => squatter.once('listening', resolve))
  const taken = squatter.address()
  assert.ok(typeof taken === 'object' && taken !== null)
  const folder = await newFolder(t)

  const chosen = await folder.chancery(['serve'], { CHANCERY_METRICS: `127.0.0.1:${taken.port}` })

  assert.equal(chosen.code, 1)
  assert.match(chosen.err, /cannot be listened on \(EADDRINUSE\): set CHANCERY_METRICS to another address, or to off/)
  assert.ok(existsSync(folder.data))
})
