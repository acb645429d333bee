import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { connect } from 'node:tls'
import { freePort } from '../support/free-port.ts'
import { type RunningChancery, runChancery } from '../support/running-chancery.ts'
import { needs } from '../support/system-program.ts'
import { until } from '../support/until.ts'
import { JUDGES_OF_SERVERS } from './programs/handshakes.ts'
import { type Workbench, workbench } from './programs/workbench.ts'

const ROOT = 'platform-ca.pem'

interface Served {
  readonly chancery: RunningChancery
  readonly port: number
  readonly bench: Workbench
}

/** A server with an https listener, and the root that it gives out. */
async function served(
  t: TestContext,
  urlOf: (port: number) => string,
  env: Record<string, string> = {},
): Promise<Served> {
  const port = await freePort()
  const settings = { CHANCERY_URL: urlOf(port), CHANCERY_HTTPS: `127.0.0.1:${port}`, ...env }
  const chancery = await runChancery({ env: settings })
  t.after(() => chancery.stop())
  const bench = workbench()
  t.after(() => bench.remove())
  return { chancery, port, bench }
}

const NAMES: Readonly<Record<string, readonly [url: string, ...hosts: string[]]>> = {
  'this machine': ['https://localhost', 'localhost', '127.0.0.1', '::1'],
  'a name': ['https://pki.example.com', 'pki.example.com'],
  'an address': ['https://192.0.2.7', '192.0.2.7'],
}

for (const [what, [url, ...hosts]] of Object.entries(NAMES))
  test(
    `curl, OpenSSL, GnuTLS and Node.js trust the server of ${what}, given its platform CA`,
    needs('curl', 'openssl', 'gnutls-cli'),
    async (t) => {
      const { chancery, port, bench } = await served(t, (own) => `${url}:${own}`)
      await bench.fetch(`${chancery.origin}/platform-ca.pem`, ROOT)

      for (const host of hosts)
        for (const [program, judge] of Object.entries(JUDGES_OF_SERVERS))
          assert.equal(await judge(bench, { host, port, root: ROOT }), '', `${program} of ${host}`)
      for (const [program, judge] of Object.entries(JUDGES_OF_SERVERS))
        assert.notEqual(await judge(bench, { host: 'www.example.org', port, root: ROOT }), '', program)
    },
  )

test('TLS before 1.2 is refused', needs('openssl'), async (t) => {
  const { port, bench } = await served(t, (own) => `https://localhost:${own}`)
  const old = ['-tls1_1', '-cipher', 'ALL@SECLEVEL=0']

  const said = await bench.fail('openssl', 's_client', '-connect', `127.0.0.1:${port}`, ...old)

  assert.match(said, /alert protocol version/)
})

test(
  'plain HTTP of a named installation serves relying parties, and sends people to https',
  needs('curl'),
  async (t) => {
    const { chancery, port, bench } = await served(t, (own) => `https://pki.example.com:${own}`)
    const ask = (path: string, ...more: readonly string[]) =>
      bench.succeed(
        'curl',
        '-sS',
        '-o',
        'body',
        '-w',
        '%{http_code} %{redirect_url}',
        ...more,
        `${chancery.origin}${path}`,
      )

    assert.equal(await ask('/platform-ca.pem'), '200 ')
    assert.equal(await ask('/readyz'), '200 ')
    assert.equal(await ask('/api/v1/session'), `307 https://pki.example.com:${port}/api/v1/session`)
    assert.equal(await ask('/api/v1/authorities', '--json', '{}'), '403 ')
    assert.match(bench.read('body').toString(), /"code":"https-required"/)
  },
)

test('a server that is started again shows the same certificate', needs('curl', 'openssl'), async (t) => {
  const { chancery, port } = await served(t, (own) => `https://localhost:${own}`)
  const before = await peerOf(port)

  await chancery.restart()

  assert.equal((await peerOf(port)).fingerprint256, before.fingerprint256)
})

test(
  "a certificate of one's own is served, and its renewal too, while a connection stays open",
  needs('openssl', 'curl'),
  async (t) => {
    const bench = workbench()
    t.after(() => bench.remove())
    const renew = () => bench.succeed('openssl', ...SELF_SIGNED, '-keyout', 'key.pem', '-out', 'certificate.pem')
    await renew()
    const fingerprint = () => new X509Certificate(bench.read('certificate.pem')).fingerprint256
    const { chancery, port } = await served(t, (own) => `https://localhost:${own}`, {
      CHANCERY_TLS_CERT_FILE: `${bench.folder}/certificate.pem`,
      CHANCERY_TLS_KEY_FILE: `${bench.folder}/key.pem`,
    })
    assert.equal((await peerOf(port)).fingerprint256, fingerprint())
    assert.equal((await fetch(`${chancery.origin}/platform-ca.pem`)).status, 404)
    const open = connect({ host: '127.0.0.1', port, ca: bench.read('certificate.pem'), servername: 'localhost' })
    await new Promise((resolve, reject) => open.once('secureConnect', resolve).once('error', reject))
    t.after(() => open.destroy())

    await renew()
    await until(async () => (await peerOf(port)).fingerprint256 === fingerprint(), 'the new certificate is not served')

    open.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n')
    const answer = await new Promise<unknown>((resolve) => open.once('data', resolve))
    assert.match(String(answer), /^HTTP\/1\.1 200 /)
  },
)

const SELF_SIGNED = [
  ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '60'],
  ...['-subj', '/CN=Test', '-addext', 'subjectAltName=DNS:localhost'],
]

/** The certificate that a server shows, whoever issued it. */
async function peerOf(port: number): Promise<X509Certificate> {
  const { promise, resolve, reject } = Promise.withResolvers<X509Certificate>()
  const socket = connect({ host: '127.0.0.1', port, servername: 'localhost', rejectUnauthorized: false })
  socket.once('error', reject).once('secureConnect', () => {
    const certificate = socket.getPeerX509Certificate()
    socket.destroy()
    if (certificate === undefined) reject(new Error('the server showed no certificate'))
    else resolve(certificate)
  })
  return await promise
}
