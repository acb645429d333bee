import assert from 'node:assert/strict'
import { constants, KeyObject, webcrypto, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { createServer as createHttps } from 'node:https'
import { before, type TestContext, test } from 'node:test'
import { type Server, TLSSocket, type TlsOptions } from 'node:tls'
import { inspect } from 'node:util'
import { X509CertificateGenerator } from '../../../../test/support/peculiar-x509.ts'
import { guardedClient } from '../../src/platform/guarded-client.ts'
import { guardedHandshake } from '../../src/platform/guarded-handshake.ts'
import { OutboundError } from '../../src/platform/outbound-rules.ts'

const RSA = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: Uint8Array.of(1, 0, 1),
} as const

let identity: { readonly key: string; readonly cert: string }
before(async () => {
  const keys = await webcrypto.subtle.generateKey(RSA, true, ['sign', 'verify'])
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=somebody',
    keys,
    signingAlgorithm: RSA,
  })
  const key = KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString()
  identity = { key, cert: `${certificate.toString('pem')}\n` }
})

/** A server of this machine that answers with two words, by https or after a handshake, and both ways to ask it. */
async function strangers(t: TestContext, options: TlsOptions = {}) {
  const server = createHttps({ ...identity, ...options }, (_request, response) => response.end('two words'))
  const port = await listening(t, server)
  const rules = { allowedNetworks: ['127.0.0.1'], isOurs: () => false, ports: [port] }
  const limits = { maxBytes: 100, timeoutMs: 10_000, redirects: 0, anyCertificate: true } as const
  const wish = { host: '127.0.0.1', port, serverName: 'www.example.com', protocol: 'http/1.1', timeoutMs: 10_000 }
  return {
    port,
    fetch: (more: object = {}) => guardedClient(rules)(`https://127.0.0.1:${port}/`, { ...limits, ...more }),
    handshake: () => guardedHandshake(rules)(wish),
  }
}

async function listening(t: TestContext, server: Server): Promise<number> {
  server.on('tlsClientError', () => {}).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => new Promise((resolve) => server.close(resolve)))
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  return address.port
}

const isUnreachable = (error: unknown) => error instanceof OutboundError && error.code === 'unreachable'

test('whoever is asked by https is answered to, and it is told at which address', async (t) => {
  const { fetch, handshake } = await strangers(t)

  const answer = await fetch()
  const shown = await handshake()

  assert.equal(Buffer.from(answer.body).toString(), 'two words')
  assert.deepEqual(
    answer.hops.map(({ status, address }) => [status, address]),
    [[200, '127.0.0.1']],
  )
  assert.deepEqual([shown.address, shown.protocol], ['127.0.0.1', 'http/1.1'])
  assert.ok(shown.certificate)
})

test('a certificate that nobody vouches for is refused where one is asked for', async (t) => {
  const { fetch } = await strangers(t)

  await assert.rejects(fetch({ anyCertificate: undefined }), isUnreachable)
})

test('no handshake is made in a Diffie-Hellman group of the other side’s making, which may take half a second each', async (t) => {
  const ciphers = 'DHE-RSA-AES128-GCM-SHA256'
  const { fetch, handshake } = await strangers(t, { ciphers, dhparam: 'auto', maxVersion: 'TLSv1.2' })

  await assert.rejects(fetch(), isUnreachable)
  await assert.rejects(handshake(), isUnreachable)
})

test('a chain of many certificates, each of which would be checked, is not listened to', async (t) => {
  const { fetch, handshake } = await strangers(t, { cert: identity.cert.repeat(100) })

  for (const asked of [fetch, handshake]) {
    const error: unknown = await asked().catch((failure: unknown) => failure)

    assert.ok(isUnreachable(error), String(error))
    assert.match(inspect(error), /ERR_TLS_HANDSHAKE_TOO_LONG/)
  }
})

test('a chain may be as long as those of post-quantum keys are', async (t) => {
  const octets = new X509Certificate(identity.cert).raw.length
  const { fetch, handshake } = await strangers(t, {
    cert: identity.cert.repeat(Math.ceil(SLH_DSA_128F_CHAIN / octets)),
  })

  const answer = await fetch()
  const shown = await handshake()

  assert.equal(Buffer.from(answer.body).toString(), 'two words')
  assert.ok(shown.certificate)
})
/** Two certificates, each with a signature of 17,088 octets, and a signature of the handshake (FIPS 205 §11). */
const SLH_DSA_128F_CHAIN = 2 * (17_088 + 500) + 17_088

test('there is one handshake, however often the other side asks for another', async (t) => {
  const secureOptions = constants.SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION
  const server = createHttps({ ...identity, maxVersion: 'TLSv1.2', secureOptions }, ({ socket }, response) => {
    if (socket instanceof TLSSocket) socket.renegotiate({}, () => response.end())
  })
  /** Of TLS 1.2 there is a line for each handshake. */
  const secrets: Buffer[] = []
  server.on('keylog', (line: Buffer) => secrets.push(line))
  const port = await listening(t, server)
  const get = guardedClient({ allowedNetworks: ['127.0.0.1'], isOurs: () => false, ports: [port] })

  const limits = { maxBytes: 100, timeoutMs: 10_000, redirects: 0, anyCertificate: true } as const
  await assert.rejects(get(`https://127.0.0.1:${port}/`, limits), isUnreachable)

  assert.equal(secrets.length, 1)
})

test('an answer may be as long as its limit says, however much came before it', async (t) => {
  const long = 'x'.repeat(200_000)
  const server = createHttps(identity, (_request, response) => response.end(long))
  const port = await listening(t, server)
  const get = guardedClient({ allowedNetworks: ['127.0.0.1'], isOurs: () => false, ports: [port] })

  const answer = await get(`https://127.0.0.1:${port}/`, {
    maxBytes: 300_000,
    timeoutMs: 10_000,
    redirects: 0,
    anyCertificate: true,
  })

  assert.equal(answer.body.length, long.length)
})
