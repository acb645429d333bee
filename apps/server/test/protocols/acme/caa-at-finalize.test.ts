import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { acmeWorld, refusedAs } from './acme-world.ts'
import { orderCsr } from './order-csr.ts'

const acme = await acmeWorld({ after, fullName: 'CAA at finalize' })
const policy = await acme.newPolicy({ caaIdentities: ['ca.example'] })
const client = await policy.client()

/** The steps of the trace of an order, of one kind. */
async function stepsOf(order: string, step: string) {
  return (await acme.steps({ subject: order.split('/').at(-1) ?? '' })).filter((one) => one.step === step)
}

for (const [type, as, status] of [
  ['caa', 'caa', 403],
  ['dns', 'dns', 400],
  ['serverInternal', 'serverInternal', 500],
] as const)
  test(`CAA that failed with ${type} refuses to finalize in the same words as it tells the administrator`, async () => {
    const name = `${type.toLowerCase()}.approved.example`
    const detail = `CAA of ${name} came back so that it is ${type}.`
    acme.validation.failing.set(name, { type, detail })
    const order = await client.order(name)

    const refused = await client.post(order.body.finalize, { csr: orderCsr({ names: [name] }) })

    refusedAs(refused, as, status)
    assert.equal(refused.body.detail, detail)
    const url = String(order.headers['location'])
    const steps = await stepsOf(url, `CAA ${name}`)
    assert.deepEqual(
      steps.map(({ said, refused: isRefused, problem }) => [said, isRefused, problem]),
      [[detail, true, type]],
    )
    assert.equal((await client.show(url)).body.status, 'ready')
  })

test('an account that finalizes again and again what CAA forbids is told to wait, and no other', async () => {
  const [someone, others] = [await policy.client(), await policy.client()]
  const names = Array.from({ length: 100 }, (_, at) => `${at}.forbidden.approved.example`)
  acme.validation.forbidden.add(names[0] ?? '')
  const order = await someone.order(...names)
  const csr = orderCsr({ names })
  for (let at = 0; at < 60; at++) refusedAs(await someone.post(order.body.finalize, { csr }), 'caa', 403)
  const before = acme.validation.asked.length

  const refused = await someone.post(order.body.finalize, { csr })
  const asked = acme.validation.asked.length - before
  const another = await others.order('fine.approved.example')
  const done = await others.post(another.body.finalize, { csr: orderCsr({ names: ['fine.approved.example'] }) })
  acme.advance(3_600_000)
  const later = await someone.post(order.body.finalize, { csr })

  refusedAs(refused, 'rateLimited', 429, /at most 6000 in 1 h/)
  assert.ok(Number(refused.headers['retry-after']) > 0)
  assert.equal(asked, 0)
  assert.equal(done.body.status, 'valid', done.text)
  refusedAs(later, 'caa', 403)
})
