import assert from 'node:assert/strict'
import { generateKeyPairSync, sign, X509Certificate } from 'node:crypto'
import { Agent, createServer, type IncomingHttpHeaders, request } from 'node:http'
import { connect, createServer as createBalancer, type Socket } from 'node:net'
import { after, before, test } from 'node:test'
import type { AcmePolicy } from '@chancery/api'
import acme from 'acme-client'
import { freePort } from '../support/free-port.ts'
import { type Postgres, startPostgres } from '../support/postgres.ts'
import { type RunningChancery, runChancery } from '../support/running-chancery.ts'
import { makeAuthority } from './programs/chancery-api.ts'

// Two servers on one PostgreSQL behind a balancer that knows nothing of ACME: each connection goes to the next, and each request has its own.

let postgres: Postgres
let one: RunningChancery
let other: RunningChancery
let policy: AcmePolicy
let balancer: Awaited<ReturnType<typeof balanced>>
let web: Awaited<ReturnType<typeof webServer>>
before(async () => {
  postgres = await startPostgres()
  balancer = await balanced()
  web = await webServer()
  const env = {
    CHANCERY_URL: `http://127.0.0.1:${balancer.port}`,
    CHANCERY_ACME_HTTP_PORT: String(web.port),
    CHANCERY_OUTBOUND_NETWORKS: '127.0.0.1',
  }
  one = await runChancery({ databaseUrl: postgres.url, env })
  other = await runChancery({ beside: one, env })
  balancer.to(one.port, other.port)
  const { id: authority, template } = await makeAuthority(one, { name: 'CA', keyType: 'ecdsa-p256' })
  policy = await one.api<AcmePolicy>('POST', '/acme-policies', {
    authority,
    name: 'Open to this machine',
    profiles: [{ name: 'default', template, description: '' }],
    preApproved: ['*.approved.example'],
    openTo: ['127.0.0.1'],
  })
})
after(async () => {
  balancer?.close()
  web?.close()
  await other?.stop()
  await one?.stop()
  await postgres?.stop()
})

test('orders are proven by http-01, finalized and downloaded, whichever server each request meets', async () => {
  const before = balancer.served()
  const client = await registered()

  for (let round = 0; round < 4; round++) {
    const order = await client.createOrder({ identifiers: [{ type: 'ip', value: '127.0.0.1' }] })
    const [authorization] = await client.getAuthorizations(order)
    assert.ok(authorization)
    if (authorization.status !== 'valid') {
      const challenge = authorization.challenges.find(({ type }) => type === 'http-01')
      assert.ok(challenge)
      web.answer(challenge.token, await client.getChallengeKeyAuthorization(challenge))
      await client.completeChallenge(challenge)
      await client.waitForValidStatus(challenge)
    }
    const certificate = await finalized(client, order, '127.0.0.1')
    assert.match(certificate.subjectAltName ?? '', /127\.0\.0\.1/)
    await client.deactivateAuthorization(authorization)
  }

  const [first = 0, second = 0] = balancer.served().map((count, at) => count - (before[at] ?? 0))
  assert.ok(first > 10 && second > 10, `one server answered ${first} requests, the other ${second}`)
  assert.ok(Math.abs(first - second) <= 2, 'in turns')
})

test('many clients at once get what they ordered, and no nonce is refused', async () => {
  let refused = 0
  const watch = acme.axios.interceptors.response.use((answer) => {
    if (/badNonce/.test(JSON.stringify(answer.data ?? ''))) refused++
    return answer
  })

  const names = await Promise.all(
    Array.from({ length: 8 }, async (_, at) => {
      const client = await registered()
      const got: string[] = []
      for (let round = 0; round < 3; round++) {
        const name = `host${at}-${round}.approved.example`
        const order = await client.createOrder({ identifiers: [{ type: 'dns', value: name }] })
        got.push((await finalized(client, order, name)).subjectAltName ?? '')
      }
      return got
    }),
  )
  acme.axios.interceptors.response.eject(watch)

  assert.equal(new Set(names.flat()).size, 24)
  assert.equal(refused, 0)
})

test('a nonce that one server gave is taken once by the other, and by neither again', async () => {
  const fresh = await ask(one, 'HEAD', policy.directory.replace('directory', 'new-nonce'))
  const nonce = String(fresh.headers['replay-nonce'])
  const url = policy.directory.replace('directory', 'new-account')
  const body = signedRequest(url, nonce, { onlyReturnExisting: true })

  const taken = await ask(other, 'POST', url, body)
  const again = [await ask(one, 'POST', url, body), await ask(other, 'POST', url, body)]

  assert.match(taken.text, /accountDoesNotExist/)
  for (const { text } of again) assert.match(text, /badNonce/)
})

test('of one signed request that reaches both servers at the same moment, again and again, one copy is taken each time', async () => {
  const url = policy.directory.replace('directory', 'new-account')
  const newNonce = policy.directory.replace('directory', 'new-nonce')
  let taken = 0
  const takenByOther: boolean[] = []

  for (let round = 0; round < 60; round++) {
    const { headers } = await ask(round % 2 === 0 ? one : other, 'HEAD', newNonce)
    const body = signedRequest(url, String(headers['replay-nonce']), { onlyReturnExisting: true })
    // Who is asked first is in turns too.
    const servers = round % 4 < 2 ? [one, other, one, other] : [other, one, other, one]
    const answers = await Promise.all(
      servers.map(async (server) => ({ server, ...(await ask(server, 'POST', url, body)) })),
    )

    const accepted = answers.filter(({ text }) => text.includes('accountDoesNotExist'))
    const refused = answers.filter(({ text }) => text.includes('badNonce'))
    assert.deepEqual([accepted.length, refused.length], [1, 3], answers.map(({ text }) => text).join('\n'))
    taken += accepted.length
    takenByOther.push(accepted[0]?.server === other)
  }

  assert.equal(taken, 60)
  assert.equal(new Set(takenByOther).size, 2, 'it was no race: one server was always the quicker')
})

test('an order that is finalized at both servers at the same moment, again and again, has one certificate', async () => {
  const { keys, kid } = await registeredByHand()
  const at = (name: string) => policy.directory.replace('directory', name)
  const signed = async (server: RunningChancery, url: string, payload: object) => {
    const { headers } = await ask(server, 'HEAD', at('new-nonce'))
    return signedRequest(url, String(headers['replay-nonce']), payload, { keys, kid })
  }
  const lost: string[] = []

  for (let round = 0; round < 12; round++) {
    const names = [`both-${round}.approved.example`]
    const identifiers = [{ type: 'dns', value: names[0] }]
    const placed = await ask(one, 'POST', at('new-order'), await signed(one, at('new-order'), { identifiers }))
    const { finalize } = JSON.parse(placed.text)
    const requests = await Promise.all(
      [one, other, one, other].map(async (server) => {
        const [, csr] = await acme.crypto.createCsr({ altNames: names }, await acme.crypto.createPrivateEcdsaKey())
        const der = csr.toString().replace(/-----[^-]+-----|\s/g, '')
        const payload = { csr: Buffer.from(der, 'base64').toString('base64url') }
        return { server, body: await signed(server, finalize, payload) }
      }),
    )

    const answers = await Promise.all(requests.map(({ server, body }) => ask(server, 'POST', finalize, body)))

    const orders = answers.map(({ text }) => JSON.parse(text))
    assert.equal(orders.filter(({ status }) => status === 'valid' || status === 'processing').length, 1)
    lost.push(...orders.filter(({ type }) => type !== undefined).map(({ type, detail }) => `${type} ${detail}`))
  }

  const { items } = await one.api<{ items: { subjectAltNames: { value: string }[] }[] }>(
    'GET',
    '/certificates?limit=200',
  )
  const certified = items.flatMap(({ subjectAltNames }) => subjectAltNames.map(({ value }) => value))
  assert.equal(certified.filter((name) => name.startsWith('both-')).length, 12)
  assert.equal(lost.length, 36)
  for (const words of lost)
    assert.match(words, /:orderNotReady .*(finalized already|finalized by another|being finalized)/)
})

async function registered(): Promise<acme.Client> {
  // A connection for each request, as the balancer wants to see them.
  acme.axios.defaults.httpAgent = new Agent({ keepAlive: false })
  const client = new acme.Client({
    directoryUrl: policy.directory,
    accountKey: await acme.crypto.createPrivateEcdsaKey(),
    // So often that only a fault makes it give up.
    backoffAttempts: 100,
    backoffMin: 100,
    backoffMax: 1000,
  })
  await client.createAccount({ termsOfServiceAgreed: true })
  return client
}

async function finalized(client: acme.Client, order: acme.Order, name: string): Promise<X509Certificate> {
  const [, csr] = await acme.crypto.createCsr({ altNames: [name] }, await acme.crypto.createPrivateEcdsaKey())
  return new X509Certificate(await client.getCertificate(await client.finalizeOrder(order, csr)))
}

const newKeys = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })

/** An account whose requests are signed by hand. */
async function registeredByHand() {
  const keys = newKeys()
  const url = policy.directory.replace('directory', 'new-account')
  const { headers } = await ask(one, 'HEAD', policy.directory.replace('directory', 'new-nonce'))
  const body = signedRequest(url, String(headers['replay-nonce']), {}, { keys })
  return { keys, kid: String((await ask(one, 'POST', url, body)).headers.location) }
}

/** A JWS by an account, or by a key that it carries: a new one unless given. */
function signedRequest(
  url: string,
  nonce: string,
  payload: object,
  { keys = newKeys(), kid }: { readonly keys?: ReturnType<typeof newKeys>; readonly kid?: string } = {},
): string {
  const { privateKey, publicKey } = keys
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const who = kid === undefined ? { jwk: publicKey.export({ format: 'jwk' }) } : { kid }
  const head = encode({ alg: 'ES256', ...who, nonce, url })
  const content = encode(payload)
  const how = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const
  const signature = sign('sha256', Buffer.from(`${head}.${content}`), how).toString('base64url')
  return JSON.stringify({ protected: head, payload: content, signature })
}

/** Asks one of the servers by the address that both have. */
function ask({ port }: RunningChancery, method: string, url: string, body?: string) {
  const { host, pathname } = new URL(url)
  return new Promise<{ readonly headers: IncomingHttpHeaders; readonly text: string }>((resolve, reject) => {
    const headers = { host, ...(body !== undefined && { 'content-type': 'application/jose+json' }) }
    const asked = request({ host: '127.0.0.1', port, method, path: pathname, headers }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      answer.on('end', () => resolve({ headers: answer.headers, text }))
    })
    asked.on('error', reject).end(body)
  })
}

/** Sends each connection to the next of the servers, and counts. */
async function balanced() {
  let ports: readonly number[] = []
  let next = 0
  const counts: number[] = []
  const open = new Set<Socket>()
  const server = createBalancer((from) => {
    const at = next++ % ports.length
    counts[at] = (counts[at] ?? 0) + 1
    const to = connect(ports[at] ?? 0, '127.0.0.1')
    from.pipe(to).pipe(from)
    for (const socket of [from, to]) {
      open.add(socket)
      socket.on('error', () => [from, to].map((one) => one.destroy())).on('close', () => open.delete(socket))
    }
  })
  const port = await freePort()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    port,
    to: (...servers: readonly number[]) => {
      ports = servers
    },
    served: () => [...counts],
    close: () => {
      server.close()
      for (const socket of open) socket.destroy()
    },
  }
}

/** Answers challenges of http-01. */
async function webServer() {
  const answers = new Map<string, string>()
  const server = createServer(({ url = '' }, response) => {
    const content = answers.get(url.split('/').at(-1) ?? '')
    if (content === undefined) response.writeHead(404).end()
    else response.end(content)
  })
  const port = await freePort()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    port,
    answer: (token: string, content: string) => void answers.set(token, content),
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
