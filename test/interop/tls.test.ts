import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { after, before, type TestContext, test } from 'node:test'
import { connect, createServer, type TLSSocket } from 'node:tls'
import { freePort } from '../support/free-port.ts'
import { type RunningChancery, runChancery } from '../support/running-chancery.ts'
import { until } from '../support/until.ts'
import { chainUnder, JUDGES, type LaidOutChain } from './chain-checks.ts'
import { makeAuthority, type TestAuthority } from './programs/chancery-api.ts'
import { askOcsp } from './programs/relying-party.ts'
import type { Workbench } from './programs/workbench.ts'

const HOST = 'www.example.com'

let chancery: RunningChancery
before(async () => {
  chancery = await runChancery()
})
after(() => chancery.stop())

for (const keyType of ['rsa-2048', 'ecdsa-p256', 'ed25519'] as const)
  test(
    `a TLS server of OpenSSL with a certificate for ${keyType} is trusted by curl and OpenSSL`,
    JUDGES,
    async (t) => {
      const chain = await chainUnder(t, chancery, await issuing('ecdsa-p384', keyType), leaf(keyType))
      const { bench, files } = chain
      await askOcsp(bench, files)
      const port = await opensslServer(t, bench, '-status_file', 'answer.der')

      const at = `${HOST}:${port}`
      const page = await bench.succeed(
        'curl',
        '-sS',
        '--cacert',
        files.root,
        '--connect-to',
        `${at}:127.0.0.1:${port}`,
        `https://${at}/`,
      )
      assert.match(page, /Ciphers supported in s_server/)

      const client = ['-connect', `127.0.0.1:${port}`, '-servername', HOST, '-verify_hostname', HOST]
      const said = await bench.succeed(
        'openssl',
        's_client',
        ...client,
        '-CAfile',
        files.root,
        '-status',
        '-verify_return_error',
      )
      assert.match(said, /Verify return code: 0 \(ok\)/)
      assert.match(said, /OCSP Response Status: successful/)
      assert.match(said, /Cert Status: good/)
    },
  )

test('curl refuses a server whose stapled answer says that its certificate is revoked', JUDGES, async (t) => {
  const chain = await chainUnder(t, chancery, await issuing('ecdsa-p384', 'ecdsa-p256'), leaf('ecdsa-p256'))
  const { bench, files } = chain
  await askOcsp(bench, files)
  const stapled = (port: number) => {
    const at = `${HOST}:${port}`
    return ['-sS', '--cert-status', '--cacert', files.root, '--connect-to', `${at}:127.0.0.1:${port}`, `https://${at}/`]
  }
  const port = await opensslServer(t, bench, '-status_file', 'answer.der')
  await bench.succeed('curl', ...stapled(port))

  await chancery.api('POST', `/certificates/${chain.id}/revoke`, { reason: 'keyCompromise' })
  await askOcsp(bench, files)
  const next = await opensslServer(t, bench, '-status_file', 'answer.der')

  assert.match(await bench.fail('curl', ...stapled(next)), /revocation reason: keyCompromise/)
})

for (const keyType of ['ml-dsa-44', 'ml-dsa-65', 'ml-dsa-87'] as const)
  test(`Node.js speaks TLS with a certificate and a chain of ${keyType}`, JUDGES, async (t) => {
    const chain = await chainUnder(t, chancery, await issuing(keyType, keyType), {
      ...leaf(keyType),
      requester: 'node',
    })

    const { authorized, peer } = await nodeHandshake(t, chain)

    assert.equal(authorized, true)
    assert.equal(peer, chain.files.certificates[0]?.fingerprint256)
  })

let authorities = 0

async function issuing(root: TestAuthority['keyType'], keyType: TestAuthority['keyType']): Promise<TestAuthority> {
  const number = ++authorities
  const parent = await makeAuthority(chancery, { name: `Root ${number}`, keyType: root })
  return makeAuthority(chancery, { name: `Issuing ${number}`, keyType, parent })
}

function leaf(keyType: TestAuthority['keyType']) {
  return { keyType, requester: 'openssl', form: 'requested extensions', host: HOST } as const
}

/** `openssl s_server` with the leaf and its chain; it ends with the test. */
async function opensslServer(t: TestContext, bench: Workbench, ...more: readonly string[]): Promise<number> {
  const port = await freePort()
  const files = ['-cert', 'leaf.pem', '-key', `${HOST}.key`, '-cert_chain', 'sent.pem']
  const args = ['s_server', '-accept', `127.0.0.1:${port}`, '-www', ...files, ...more]
  const server = spawn('openssl', args, { cwd: bench.folder, stdio: ['ignore', 'pipe', 'pipe'] })
  t.after(() => end(server))
  let said = ''
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (text) => (said += text))
  await until(
    () => said.includes('ACCEPT') || server.exitCode !== null,
    () => `openssl s_server did not start: ${said}`,
  )
  assert.equal(server.exitCode, null, said)
  return port
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const ended = new Promise((resolve) => server.once('exit', resolve))
  server.kill('SIGKILL')
  await ended
}

/** A handshake between a server and a client of Node.js that trusts the root alone. */
async function nodeHandshake(t: TestContext, { bench, files }: LaidOutChain) {
  const server = createServer({ key: bench.read(`${HOST}.key`), cert: bench.read(files.sent), minVersion: 'TLSv1.3' })
  t.after(() => server.close())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  const socket = await new Promise<TLSSocket>((resolve, reject) => {
    const client = connect({ port: address.port, host: '127.0.0.1', servername: HOST, ca: bench.read(files.root) })
    client.once('secureConnect', () => resolve(client)).once('error', reject)
  })
  const { authorized } = socket
  const peer = socket.getPeerX509Certificate()?.fingerprint256
  socket.destroy()
  return { authorized, peer }
}
