import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { VALIDATION_ERROR_TYPES } from '../../../src/protocols/acme/challenge-validation.ts'
import { acmeWorld, refusedAs } from './acme-world.ts'
import { orderCsr } from './order-csr.ts'

const acme = await acmeWorld({ after, fullName: 'failed looks' })
const policy = await acme.newPolicy({ caaIdentities: ['ca.example'] })
const client = await policy.client()

/** The steps of the trace of an order, of one kind. */
async function stepsOf(order: string, step: string) {
  return (await acme.steps({ subject: order.split('/').at(-1) ?? '' })).filter((one) => one.step === step)
}

for (const type of VALIDATION_ERROR_TYPES)
  test(`a look that failed with ${type} is told alike to the client, in its order, and to the administrator`, async () => {
    const name = `${type.toLowerCase()}.example`
    const error = { type, detail: `GET http://${name}/ was answered so that it is ${type}. Change that.` }
    acme.validation.failing.set(name, error)
    const order = await client.order(name)
    const [authorization] = order.body.authorizations
    const [challenge] = (await client.show(authorization)).body.challenges

    await client.post(challenge.url, {})
    await acme.settled()

    const url = String(order.headers['location'])
    const shown = (await client.show(authorization)).body
    const { body } = await client.show(url)
    const problem = { type: `urn:ietf:params:acme:error:${type}`, detail: error.detail }
    assert.equal(shown.status, 'invalid')
    assert.deepEqual(shown.challenges[0].error, problem)
    assert.equal(body.status, 'invalid')
    assert.deepEqual(body.error, {
      ...problem,
      subproblems: [{ ...problem, identifier: { type: 'dns', value: name } }],
    })
    const steps = await stepsOf(url, `http-01 ${name}`)
    assert.deepEqual(
      steps.map(({ said, refused, problem: kind, asked }) => ({ said, refused, kind, asked })),
      [
        {
          said: `invalid after 1 attempts: ${error.detail}`,
          refused: true,
          kind: type,
          asked: [`http-01 ${name} from 127.0.0.1:53: what it was not to (1 ms)`],
        },
      ],
    )
  })

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
