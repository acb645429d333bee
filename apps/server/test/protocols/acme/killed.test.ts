import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { runChancery } from '../../../../../test/support/running-chancery.ts'
import { orderCsr } from './order-csr.ts'
import { type AcmeReply, binding, type Send, TestClient } from './test-client.ts'

const ROUNDS = 3
const PATIENCE_MS = 60_000

const send: Send = async (method, url, { body, headers = {} } = {}) => {
  const response = await fetch(url, { method, headers, ...(body !== undefined && { body }) })
  const text = await response.text()
  const isJson = /json/.test(response.headers.get('content-type') ?? '') && text !== ''
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    text,
    body: isJson ? JSON.parse(text) : undefined,
  }
}

test('whenever the server is killed, each order is found as it was, and one being finalized gets one certificate', async (t) => {
  const server = await runChancery()
  t.after(() => server.stop())
  const { api } = server
  const authority = await api<{ id: string }>('POST', '/authorities', {
    kind: 'root',
    subject: [{ type: 'commonName', value: 'Root' }],
  })
  const { items } = await api<{ items: { id: string; name: string }[] }>('GET', `/templates?authority=${authority.id}`)
  const template = items.find(({ name }) => name === 'Web Server')?.id
  const policy = await api<{ id: string; directory: string }>('POST', '/acme-policies', {
    ...{ authority: authority.id, name: 'Policy', preApproved: ['*.approved.example'] },
    profiles: [{ name: 'default', template, description: '' }],
  })
  const bound = await api<{ binding: { kid: string }; hmacKey: string }>(
    'POST',
    `/acme-policies/${policy.id}/bindings`,
    { name: 'B' },
  )
  const client = await TestClient.at(send, policy.directory)
  const url = client.directory.newAccount
  const given = { kid: bound.binding.kid, hmacKey: bound.hmacKey, url, jwk: client.key.jwk }
  assert.equal((await client.register({ externalAccountBinding: binding(given) })).status, 201)

  for (let round = 0; round < ROUNDS; round++) {
    const names = [`round${round}.approved.example`]
    const orders: AcmeReply[] = []
    for (let at = 0; at < 4; at++) orders.push(await client.order(...names))
    const nonces: string[] = []
    for (const _ of orders) nonces.push(await client.nonce())
    const finalized = Promise.allSettled(
      orders.map(({ body }, at) =>
        client.post(body.finalize, { csr: orderCsr({ names }) }, { nonce: nonces[at] ?? '' }),
      ),
    )
    await delay(Math.random() * 40)
    await server.restart('SIGKILL')
    await finalized

    for (const order of orders) {
      const address = String(order.headers['location'])
      let shown = await settled(client, address)
      assert.match(shown.body.status, /^(ready|valid)$/, shown.text)
      if (shown.body.status === 'ready') {
        await client.post(order.body.finalize, { csr: orderCsr({ names }) })
        shown = await settled(client, address)
      }
      assert.equal(shown.body.status, 'valid', shown.text)
      const [first, again] = [await client.show(shown.body.certificate), await client.show(shown.body.certificate)]
      assert.equal(first.text, again.text)
      assert.equal(new X509Certificate(first.text).subjectAltName, `DNS:${names[0]}`)
    }
    const { items: made } = await api<{ items: unknown[] }>('GET', `/certificates?name=${names[0]}`)
    assert.equal(made.length, orders.length)
  }
})

/** The order, once it is not being processed any more: a key that has much to do takes its time, as clients know. */
async function settled(client: TestClient, address: string): Promise<AcmeReply> {
  const end = Date.now() + PATIENCE_MS
  for (;;) {
    const shown = await client.show(address)
    if (shown.body.status !== 'processing' || Date.now() > end) return shown
    await delay(200)
  }
}
