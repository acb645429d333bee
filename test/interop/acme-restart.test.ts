import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { createServer } from 'node:http'
import { test } from 'node:test'
import type { AcmePolicy } from '@chancery/api'
import acme from 'acme-client'
import { freePort } from '../support/free-port.ts'
import { runChancery } from '../support/running-chancery.ts'
import { until } from '../support/until.ts'
import { makeAuthority } from './programs/chancery-api.ts'

test('a client whose server is killed while it looks at a proof gets its certificate from the one that starts next', async (t) => {
  const httpPort = await freePort()
  const chancery = await runChancery({
    env: { CHANCERY_ACME_HTTP_PORT: String(httpPort), CHANCERY_OUTBOUND_NETWORKS: '127.0.0.1' },
  })
  t.after(() => chancery.stop())
  const { id: authority, template } = await makeAuthority(chancery, { name: 'CA', keyType: 'ecdsa-p256' })
  const policy = await chancery.api<AcmePolicy>('POST', '/acme-policies', {
    authority,
    name: 'Open to this machine',
    profiles: [{ name: 'default', template, description: '' }],
    openTo: ['127.0.0.1'],
  })
  const proof = { content: '', asked: 0 }
  const web = createServer((_, response) => {
    // The first look gets no answer: in the midst of it the server dies.
    if (++proof.asked > 1) response.end(proof.content)
  })
  await new Promise<void>((resolve) => web.listen(httpPort, '127.0.0.1', resolve))
  t.after(() => {
    web.closeAllConnections()
    web.close()
  })

  const client = new acme.Client({
    directoryUrl: policy.directory,
    accountKey: await acme.crypto.createPrivateEcdsaKey(),
  })
  await client.createAccount({ termsOfServiceAgreed: true })
  const order = await client.createOrder({ identifiers: [{ type: 'ip', value: '127.0.0.1' }] })
  const [authorization] = await client.getAuthorizations(order)
  const challenge = authorization?.challenges.find(({ type }) => type === 'http-01')
  assert.ok(challenge)
  proof.content = await client.getChallengeKeyAuthorization(challenge)
  await client.completeChallenge(challenge)
  await until(() => proof.asked === 1)
  await chancery.restart('SIGKILL')
  let decided = ''
  await until(async () => {
    decided = (await client.getOrder(order)).status
    return decided !== 'pending'
  })
  const [, csr] = await acme.crypto.createCsr({ altNames: ['127.0.0.1'] }, await acme.crypto.createPrivateEcdsaKey())
  const ready = await client.getOrder(order)
  const certificate = await client.getCertificate(await client.finalizeOrder(ready, csr))

  assert.equal(decided, 'ready')
  assert.equal(proof.asked, 2)
  assert.match(new X509Certificate(certificate).subjectAltName ?? '', /127\.0\.0\.1/)
})
