import assert from 'node:assert/strict'
import type { RequestListener } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { type TestContext, test } from 'node:test'
import { selfSigned } from './challenge-certificates.ts'
import {
  challengeFor,
  failureOf,
  httpServer,
  KEY_AUTHORIZATION,
  listening,
  look,
  lookingAt,
  TOKEN,
  tcpServer,
} from './looking-world.ts'

const PATH = `/.well-known/acme-challenge/${TOKEN}`
const URL_OF = (port: number) => `http://www.example.com:${port}${PATH}`

const answering: RequestListener = (request, response) => {
  if (request.url === PATH) response.end(`${KEY_AUTHORIZATION} \r\n\t\n`)
  else response.writeHead(404).end('nothing here')
}

test('the key authorization at its address proves a name, white space at its end does not count', async (t) => {
  const hosts: unknown[] = []
  const http = await httpServer(t, (request, response) => {
    hosts.push(request.headers.host)
    answering(request, response)
  })

  const result = await look(lookingAt({ http }), challengeFor('http-01'))

  assert.equal(result.result, 'valid')
  assert.deepEqual(hosts, [`www.example.com:${http}`])
  assert.deepEqual(
    result.steps.map(({ asked, from, cameBack }) => [asked, from, cameBack]),
    [[`GET ${URL_OF(http)}`, `127.0.0.1:${http}`, '200']],
  )
})

test('an address is proved at the address itself, IPv4 and IPv6, with it in Host', async (t) => {
  const hosts: unknown[] = []
  const listener: RequestListener = (request, response) => {
    hosts.push(request.headers.host)
    answering(request, response)
  }
  const [v4, v6] = [await httpServer(t, listener), await httpServer(t, listener, '::1')]
  const noNames = { zone: { addresses: {} } }

  assert.equal((await look(lookingAt({ http: v4 }, noNames), challengeFor('http-01', '127.0.0.1'))).result, 'valid')
  assert.equal((await look(lookingAt({ http: v6 }, noNames), challengeFor('http-01', '::1'))).result, 'valid')
  assert.deepEqual(hosts, [`127.0.0.1:${v4}`, `[::1]:${v6}`])
})

test('another answer is told exactly: status, type, length and its first 64 printable characters', async (t) => {
  const http = await httpServer(t, (_, response) => {
    response.writeHead(404, { 'content-type': 'text/html' }).end(`<h1>no\u0007 "such" page</h1>${'x'.repeat(100)}`)
  })

  const result = await look(lookingAt({ http }), challengeFor('http-01'))

  const shown = `<h1>no. "such" page</h1>${'x'.repeat(40)}`
  assert.equal(
    failureOf(result),
    `incorrectResponse: ${URL_OF(http)} answered with status 404 and "text/html", 124 octets: ` +
      `"${shown}" and more. It has to answer with status 200 and the key authorization.`,
  )
  assert.deepEqual(
    result.steps.map(({ from, cameBack }) => [from, cameBack]),
    [[`127.0.0.1:${http}`, '404 (text/html)']],
  )
})

test('the key authorization of another account, or with more around it, proves nothing', async (t) => {
  for (const body of [`${TOKEN}.another`, ` ${KEY_AUTHORIZATION}`, `${KEY_AUTHORIZATION}\nmore`, '', TOKEN]) {
    const http = await httpServer(t, (_, response) => response.end(body))

    const detail = failureOf(await look(lookingAt({ http }), challengeFor('http-01')))

    assert.match(
      detail,
      new RegExp(`^incorrectResponse: .*It has to answer with "${RegExp.escape(KEY_AUTHORIZATION)}"`),
    )
  }
})

test('redirects are followed, to another host and to https with whatever certificate', async (t) => {
  const { key, cert } = await selfSigned()
  const secure = createHttps({ key, cert }, answering)
  const tls = await listening(t, secure)
  const http = await httpServer(t, (request, response) => {
    const [, host] = request.headers.host?.split('.') ?? []
    const location =
      host === 'example' ? `http://two.elsewhere.test:${http}${PATH}` : `https://three.test:${tls}${PATH}`
    response.writeHead(301, { location }).end()
  })

  const result = await look(lookingAt({ http, tls }), challengeFor('http-01'))

  assert.equal(result.result, 'valid', JSON.stringify(result))
  assert.deepEqual(
    result.steps.map(({ cameBack }) => cameBack),
    [`301 to http://two.elsewhere.test:${http}${PATH}`, '301', '200'],
  )
})

test('ten redirects are followed and no more', async (t) => {
  const http = await httpServer(t, (request, response) => {
    const left = Number(new URL(request.url ?? '', 'http://x').searchParams.get('left') ?? most)
    if (left === 0) response.end(KEY_AUTHORIZATION)
    else response.writeHead(302, { location: `?left=${left - 1}` }).end()
  })
  let most = 10
  assert.equal((await look(lookingAt({ http }), challengeFor('http-01'))).result, 'valid')

  most = 11
  const result = await look(lookingAt({ http }), challengeFor('http-01'))

  assert.match(failureOf(result), /redirects more than 10 times/)
  assert.equal(result.steps.length, 11)
})

const SECRET = 'SECRET of an intranet'

test('of another host that a redirect leads to nothing is shown but its status', async (t) => {
  const other = await httpServer(t, (_, response) => {
    response.writeHead(403, { 'content-type': 'text/secret', 'x-more': SECRET }).end(SECRET)
  })
  const http = await httpServer(t, (_, response) => {
    response.writeHead(302, { location: `http://intranet.test:${other}/` }).end()
  })

  const result = await look(lookingAt({ http, also: [other] }), challengeFor('http-01'))

  assert.match(failureOf(result), /^incorrectResponse: http:\/\/intranet\.test:\d+\/, .* answered with status 403\. /)
  assert.doesNotMatch(JSON.stringify(result), /secret/i)
  assert.deepEqual(result.steps.map(({ from, cameBack }) => [from, cameBack]).at(-1), ['another host', '403'])
})

const UNTOLD = 'not fetched, and why is not told of another host'
const NOT_FETCHED =
  /^connection: GET .* and from there on nothing was fetched .* Why is told of www\.example\.com alone\./

/** Where another host leads on to, how that ends, and what is told of the last hop. */
const LED_ON: readonly (readonly [string, (first: number, other: number) => string, RegExp, string])[] = [
  ['to itself', (_, other) => `http://intranet.test:${other}/end?token=SECRET`, /answered with status 404/, '404'],
  ['to a third host', (_, other) => `http://secret.test:${other}/end`, /answered with status 404/, '404'],
  ['back to the first', (first) => `http://www.example.com:${first}/secret?token=SECRET`, /with status 404/, '404'],
  ['to a forbidden address', (_, other) => `http://10.1.2.3:${other}/secret`, NOT_FETCHED, UNTOLD],
  ['to a name that nobody knows', (_, other) => `http://nobody.secret:${other}/`, NOT_FETCHED, UNTOLD],
  ['to another port', () => 'http://secret.test:8006/', NOT_FETCHED, `302, ${UNTOLD}`],
  ['to another scheme', () => 'secret://10.1.2.3/', NOT_FETCHED, `302, ${UNTOLD}`],
  ['where nobody listens', () => 'http://secret.test:1/', NOT_FETCHED, UNTOLD],
]
for (const [where, location, ended, cameBack] of LED_ON)
  test(`of another host that leads on ${where} neither that way nor what it names is told`, async (t) => {
    const other = await httpServer(t, (request, response) => {
      if (request.url !== '/in') response.writeHead(404, { 'content-type': 'text/secret' }).end(SECRET)
      else response.writeHead(302, { location: location(http, other), 'content-type': 'text/secret' }).end(SECRET)
    })
    const http = await httpServer(t, (request, response) => {
      if (request.url !== PATH) response.writeHead(404, { 'content-type': 'text/secret' }).end(SECRET)
      else response.writeHead(302, { location: `http://intranet.test:${other}/in` }).end()
    })
    const known = ['www.example.com', 'intranet.test', 'secret.test'].map((name) => [name, ['127.0.0.1']])
    const zone = { addresses: Object.fromEntries(known) }

    const result = await look(lookingAt({ http, also: [other, 1] }, { zone }), challengeFor('http-01'))

    assert.match(failureOf(result), ended)
    assert.doesNotMatch(JSON.stringify(result), /secret|10\.1\.2\.3|token/i)
    const shown = result.steps.map((step) => step.cameBack)
    assert.deepEqual(shown.slice(0, 1), [`302 to http://intranet.test:${other}/in`])
    assert.ok(shown.at(-1)?.startsWith(cameBack), JSON.stringify(result.steps))
    assert.equal(result.steps[1]?.asked, `GET http://intranet.test:${other}/in`)
  })

/** Redirects to another host of which nothing comes, and what the operator is told. */
const NOTHING_CAME: readonly (readonly [
  operator: RegExp,
  target: (t: TestContext) => Promise<{ readonly port: number; readonly scheme?: 'https'; readonly name?: string }>,
])[] = [
  [/ECONNREFUSED/, async () => ({ port: 1 })],
  [/more than 10000 ms/, async (t) => ({ port: await tcpServer(t, () => {}) })],
  [/more than 10000 ms/, async (t) => ({ port: await tcpServer(t, () => {}), scheme: 'https' })],
  [
    /SSL|EPROTO/,
    async (t) => ({ port: await tcpServer(t, (socket) => socket.end('HTTP/1.1 400 No\r\n\r\n')), scheme: 'https' }),
  ],
  [/HPE_/, async (t) => ({ port: await tcpServer(t, (socket) => socket.end('220 mail.test ESMTP\r\n')) })],
  [/ECONNRESET|socket hang up/, async (t) => ({ port: await tcpServer(t, (socket) => socket.destroy()) })],
  [/nobody\.test has no address/, async () => ({ port: 443, name: 'nobody.test' })],
  [/10\.1\.2\.3 is in a private network/, async () => ({ port: 443, name: 'forbidden.test' })],
]

test('whether another host refuses, is silent, has no TLS, no address or one that is forbidden is one answer, after the same time', async (t) => {
  const addresses = { 'www.example.com': ['127.0.0.1'], 'inner.test': ['127.0.0.1'], 'forbidden.test': ['10.1.2.3'] }
  const looks = NOTHING_CAME.map(async ([operator, target]) => {
    const { port, scheme = 'http', name = 'inner.test' } = await target(t)
    const location = `${scheme}://${name}:${port}/`
    const http = await httpServer(t, (_, response) => response.writeHead(302, { location }).end())
    const told: string[] = []
    const looking = lookingAt(
      { http, also: [port] },
      {
        zone: { addresses },
        pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
        tellOperator: ({ message, cause }) => told.push(`${message} ${cause} ${Object(cause).code}`),
      },
    )
    const startedAt = performance.now()
    const result = await look(looking, challengeFor('http-01'))
    const tookMs = performance.now() - startedAt
    assert.match(told.join(), operator)
    const [hop, last] = result.steps
    assert.equal((hop?.tookMs ?? 0) + (last?.tookMs ?? 0), 10_000, 'the trace tells no other time')
    const seen = JSON.stringify({ ...result, steps: [hop, last].map((step) => ({ ...step, tookMs: 0 })) })
    return { tookMs, seen: seen.replaceAll(location, 'LOCATION').replaceAll(String(http), 'PORT') }
  })

  const answers = await Promise.all(looks)

  const [{ seen } = { seen: '' }] = answers
  for (const answer of answers) assert.equal(answer.seen, seen)
  assert.match(seen, /"type":"connection".*"worthRetry":true.*"from":"another host","cameBack":"not fetched, and why/)
  assert.deepEqual(
    answers.filter(({ tookMs }) => tookMs < 9_900).map(({ tookMs }) => tookMs),
    [],
  )
})

test('the host itself is told exactly why, at whichever port it was redirected to', async (t) => {
  const plain = await tcpServer(t, (socket) => socket.end('HTTP/1.1 400 No\r\n\r\n'))
  const ended = [
    ['http://www.example.com:1/', /^connection: .* connection refused/],
    [`https://www.example.com:${plain}/`, /^tls: .* the TLS handshake failed/],
  ] as const
  for (const [location, words] of ended) {
    const http = await httpServer(t, (_, response) => response.writeHead(302, { location }).end())

    const result = await look(lookingAt({ http, also: [1, plain] }), challengeFor('http-01'))

    assert.match(failureOf(result), words)
  }
})

test('a redirect to a forbidden address, port, scheme or login is refused at once and for good', async (t) => {
  const targets = [
    ['http://10.0.0.1/', /10\.0\.0\.1 is in a private network/],
    ['http://169.254.169.254/latest/meta-data/', /169\.254\.169\.254 is link-local/],
    ['http://[::ffff:10.0.0.1]/', /is in a private network/],
    ['http://www.example.com:22/', /www\.example\.com:22: port 22 is not 80/],
    ['file:///etc/passwd', /file: is neither http nor https/],
    ['http://me:secret@www.example.com/', /a user name or password/],
    ['http://0x7f.2/', /127\.0\.0\.2 is this machine/],
  ] as const
  for (const [location, forAdministrators] of targets) {
    const http = await httpServer(t, (_, response) => {
      response.writeHead(302, { location }).end()
    })

    const result = await look(lookingAt({ http }), challengeFor('http-01'))

    assert.match(failureOf(result), /^connection: .*(was not made|is not followed): .*\(final\)$/, location)
    assert.doesNotMatch(failureOf(result), /me:secret|private|link-local|this machine/)
    assert.match(result.steps.at(-1)?.cameBack ?? '', forAdministrators)
  }
})

test('why an address could never be proven is known before anybody is asked, and follows the networks that are reached', async () => {
  let closed = true
  const networks = { allowedNetworks: ['127.0.0.1', '100.64.0.0/10'], privateNetworks: async () => closed }
  const { whyNever } = lookingAt({}, { rules: networks })

  for (const address of ['127.0.0.1', '100.64.1.1', '10.1.2.3', 'fd00::1', '8.8.8.8', '2606:4700::1'])
    assert.equal(await whyNever(address), undefined, address)
  closed = false
  const never = [
    '10.1.2.3',
    'fd00::1',
    '127.0.0.2',
    '::1',
    '169.254.169.254',
    '0.0.0.0',
    '224.0.0.1',
    '64:ff9b::a01:203',
  ]
  const said: (string | undefined)[] = []
  for (const address of never) said.push(await whyNever(address))

  assert.deepEqual(said, [
    'is in a private network',
    'is in a private network',
    'is this machine',
    'is this machine',
    'is link-local',
    'is no machine',
    'is a group, not a machine',
    'is in a private network',
  ])
})

test('a name is judged anew at each redirect, and the address that was judged is the one connected to', async (t) => {
  const asked: string[] = []
  const http = await httpServer(t, (request, response) => {
    asked.push(request.url ?? '')
    response.writeHead(302, { location: '/again' }).end()
  })
  let lookups = 0
  const rebinding = async () => [{ address: lookups++ === 0 ? '127.0.0.1' : '10.0.0.1', family: 4 }]

  const result = await look(lookingAt({ http }, { rules: { lookup: rebinding } }), challengeFor('http-01'))

  assert.match(failureOf(result), /^connection: .* was not made: its address is none that this server may connect to/)
  assert.doesNotMatch(failureOf(result), /10\.0\.0\.1/)
  assert.match(result.steps.at(-1)?.cameBack ?? '', /www\.example\.com: 10\.0\.0\.1 is in a private network/)
  assert.deepEqual([lookups, asked], [2, [PATH]])
})

test('private networks are reached while the rules say so, this machine never', async () => {
  const toPrivate = async () => [{ address: '10.255.255.1', family: 4 }]
  const toSelf = async () => [{ address: '127.0.0.1', family: 4 }]
  let open = false
  const looking = (lookup: () => Promise<{ address: string; family: number }[]>) =>
    lookingAt({ http: 1 }, { rules: { lookup, allowedNetworks: [], privateNetworks: async () => !open } })

  const toldOf = async (lookup: typeof toPrivate) => {
    const result = await look(looking(lookup), challengeFor('http-01'))
    return `${failureOf(result)}: ${result.steps.at(-1)?.cameBack}`
  }

  const reached = looking(toPrivate).validate(challengeFor('http-01'), AbortSignal.timeout(300))
  assert.doesNotMatch(failureOf(await reached), /none that this server may connect to/)
  assert.match(await toldOf(toSelf), /\(final\): .*127\.0\.0\.1 is this machine/)
  open = true
  assert.match(await toldOf(toPrivate), /\(final\): .*10\.255\.255\.1 is in a private network/)
})

test('a body without end is read for half a kilobyte, announced or not', async (t) => {
  let sent = 0
  const http = await httpServer(t, (request, response) => {
    if (request.headers.host?.startsWith('announced')) response.setHeader('content-length', 2 ** 30)
    const pour = () => {
      while (!response.destroyed && response.write('x'.repeat(16_384))) sent += 16_384
    }
    response.on('drain', pour)
    pour()
  })

  const endless = failureOf(await look(lookingAt({ http }), challengeFor('http-01')))
  const announced = failureOf(await look(lookingAt({ http }), challengeFor('http-01', 'announced.test')))

  assert.match(endless, /answered with status 200 and more than 512 octets: "x{64}" and more/)
  assert.match(announced, /answered with status 200 and 1073741824 octets: "x{64}" and more/)
  assert.ok(sent < 20_000_000, `${sent} octets were taken`)
})

test('an answer that never ends, never begins or drips ends the look after ten seconds, all others meanwhile', async (t) => {
  const drip = (
    socket: { write(text: string): boolean; on(event: 'close', done: () => void): unknown },
    text: string,
  ) => {
    const timer = setInterval(() => socket.write(text), 500)
    socket.on('close', () => clearInterval(timer))
  }
  const ports = [
    await tcpServer(t, () => {}),
    await tcpServer(t, (socket) => drip(socket, 'H')),
    await tcpServer(t, (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n')
      drip(socket, 'X: y\r\n')
    }),
    await tcpServer(t, (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      drip(socket, 'x')
    }),
  ]
  const healthy = await httpServer(t, answering)
  const slow = Promise.all(
    ports.flatMap((http) => Array.from({ length: 25 }, () => look(lookingAt({ http }), challengeFor('http-01')))),
  )

  assert.equal((await look(lookingAt({ http: healthy }), challengeFor('http-01'))).result, 'valid')
  for (const result of await slow) assert.match(failureOf(result), /^(connection|incorrectResponse): /)
})

test('what cannot be reached says why, and whom it asked to administrators alone: no address, nobody listens, no HTTP, endless headers', async (t) => {
  const noHttp = await tcpServer(t, (socket) => socket.end('220 mail.test ESMTP\r\n'))
  const headers = await tcpServer(t, (socket) => socket.end(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(1_000_000)}\r\n\r\n`))
  const closing = await tcpServer(t, (socket) => socket.destroy())
  const why = async (http: number, zone = {}) =>
    failureOf(await look(lookingAt({ http }, { zone }), challengeFor('http-01')))

  const nobody = await look(lookingAt({ http: 1 }), challengeFor('http-01'))
  assert.match(failureOf(nobody), /^connection: GET http:.* connection refused\. Check that your server listens there/)
  assert.doesNotMatch(failureOf(nobody), /127\.0\.0\.1/)
  assert.deepEqual(
    nobody.steps.map(({ from, cameBack }) => [from, cameBack]),
    [['127.0.0.1:1', 'connection refused']],
  )
  assert.match(await why(80, { addresses: {} }), /^dns: .*has no address \(no A and no AAAA record\)/)
  assert.match(await why(noHttp), /^connection: .*HPE_/)
  assert.match(await why(headers), /^connection: .*larger than 16 KiB/)
  assert.match(await why(closing), /^connection: .*closed before an answer/)
})
