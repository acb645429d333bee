import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { acmeWorld, refusedAs, SHARED } from './acme-world.ts'
import { orderCsr } from './order-csr.ts'
import type { KeyKind } from './test-client.ts'

test('names approved beforehand are ordered, finalized and downloaded without a challenge', async (t) => {
  const acme = await acmeWorld(t)
  const client = await (await acme.newPolicy()).client()

  const order = await client.order('www.approved.example', 'approved.example', '*.approved.example')
  assert.equal(order.status, 201, order.text)
  assert.equal(order.body.status, 'ready')
  assert.equal(order.headers['content-type'], 'application/json')
  const authorization = await client.show(order.body.authorizations[2])
  const names = ['www.approved.example', 'approved.example', '*.approved.example']
  const finalized = await client.post(order.body.finalize, { csr: orderCsr({ names }) })
  assert.equal(finalized.status, 200, finalized.text)
  const certificate = await client.show(finalized.body.certificate)

  assert.equal(authorization.body.status, 'valid')
  assert.deepEqual(authorization.body.identifier, { type: 'dns', value: 'approved.example' })
  assert.equal(authorization.body.wildcard, true)
  assert.equal(authorization.body.challenges[0].status, 'valid')
  assert.equal(finalized.body.status, 'valid')
  assert.equal(certificate.headers['content-type'], 'application/pem-certificate-chain')
  const [leaf, root] = certificate.text.split(/(?<=-----END CERTIFICATE-----\n)/).map((pem) => new X509Certificate(pem))
  assert.equal(leaf?.subjectAltName, names.map((name) => `DNS:${name}`).join(', '))
  assert.ok(root && leaf?.verify(root.publicKey))
  await acme.checkInvariants()
})

test('other names are proven first, and the order is ready when all of them are', async (t) => {
  const acme = await acmeWorld(t)
  const policy = await acme.newPolicy()
  const client = await policy.client({ directory: SHARED })
  acme.validation.proven.add('one.example').add('two.example')

  const order = await client.order('one.example', 'two.example', 'three.approved.example')
  assert.equal(order.body.status, 'pending', order.text)
  const early = await client.post(order.body.finalize, { csr: orderCsr({ names: ['one.example'] }) })
  for (const url of order.body.authorizations.slice(0, 2)) {
    const { body } = await client.show(url)
    assert.equal(body.status, 'pending')
    assert.deepEqual(
      body.challenges.map(({ type }: { type: string }) => type),
      ['http-01', 'dns-01', 'tls-alpn-01'],
    )
    const begun = await client.post(body.challenges[0].url, {})
    assert.deepEqual(begun.headers['link'], [`<${SHARED}>;rel="index"`, `<${url}>;rel="up"`], 'a field for each')
    await acme.settled()
    assert.equal((await client.show(url)).body.status, 'valid')
  }
  const ready = await client.show(order.headers['location'] as string)
  const names = ['one.example', 'two.example', 'three.approved.example']
  const finalized = await client.post(order.body.finalize, { csr: orderCsr({ names, commonName: 'one.example' }) })

  refusedAs(early, 'orderNotReady', 403, /pending/)
  assert.equal(ready.body.status, 'ready')
  assert.equal(finalized.body.status, 'valid', finalized.text)
  const steps = (await acme.steps()).filter(({ step }) => step !== 'authorization' && step !== 'order')
  assert.deepEqual(
    steps.map(({ step, refused }) => (refused ? `${step} refused` : step)),
    [
      ...['newAccount', 'newOrder', 'finalize refused'],
      ...['challenge', 'http-01 one.example', 'challenge', 'http-01 two.example', 'finalize'],
    ],
  )
  await acme.checkInvariants()
})

for (const alg of ['ES256', 'ES384', 'ES512', 'RS256', 'EdDSA', 'Ed25519'] as const satisfies readonly KeyKind[]) {
  test(`an account whose key signs by ${alg} registers and orders`, async (t) => {
    const acme = await acmeWorld(t)
    const client = await (await acme.newPolicy()).client({ alg })

    const order = await client.order('www.approved.example')

    assert.equal(order.status, 201, order.text)
  })
}
