import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { after, before, type TestContext, test } from 'node:test'
import { type NameServer, startNameServer } from '../../../../../../test/support/name-server.ts'
import { needs, run } from '../../../../../../test/support/system-program.ts'
import { openValidation } from '../../../../src/protocols/acme/validation/open-validation.ts'
import { ACCOUNT, challengeFor, failureOf, httpServer, KEY_AUTHORIZATION, look } from './looking-world.ts'

const DIGEST = createHash('sha256').update(KEY_AUTHORIZATION).digest('base64url')
const BIND = needs('named', 'nsupdate')
const ZONES = {
  'example.test': [
    `_acme-challenge.plain TXT "${DIGEST}"`,
    `_acme-challenge.long TXT "${DIGEST.slice(0, 20)}" "${DIGEST.slice(20)}"`,
    `_acme-challenge.several TXT "old"`,
    `_acme-challenge.several TXT "${DIGEST}"`,
    '_acme-challenge.wrong TXT "what\\007is \\"this\\""',
    '_acme-challenge.wrong TXT "and this"',
    '_acme-challenge.other A 127.0.0.1',
    '_acme-challenge.alias CNAME one.elsewhere.test.',
    '_acme-challenge.loop CNAME loop.elsewhere.test.',
    `large TXT ${Array.from({ length: 20 }, (_, at) => `"${String(at).padEnd(250, '.')}"`).join(' ')}`,
    'allowed CAA 0 issue "ca.test"',
    'allowed A 127.0.0.1',
    'forbidden CAA 0 issue ";"',
    'others CAA 0 issue "other.test"',
    'critical CAA 128 tbs "unknown"',
    'alias CNAME allowed',
    'www A 127.0.0.1',
  ],
  'shared.test': [
    '@ CAA 0 issue "ca.test"',
    'deep A 127.0.0.1',
    'own.deep CAA 0 issue "ca.test"',
    'near.deep CAA 0 issue "other.test"',
  ],
  'elsewhere.test': [`one CNAME two`, `two TXT "${DIGEST}"`, 'loop CNAME _acme-challenge.loop.example.test.'],
}

let server: NameServer | undefined
before(async () => {
  if (BIND.skip === false) server = await startNameServer(ZONES)
})
after(() => server?.stop())

function validation(resolver = server?.address ?? '', httpPort = 80) {
  const rules = { allowedNetworks: ['127.0.0.1'], isOurs: () => false }
  return openValidation({ resolvers: [resolver], httpPort, tlsPort: 443 }, rules, () => {})
}

function dnsChallenge(name: string) {
  return look(validation(), challengeFor('dns-01', `${name}.example.test`))
}

test('a TXT record with the digest proves a name: alone, among others, in parts, behind aliases', BIND, async () => {
  for (const name of ['plain', 'long', 'several', 'alias']) {
    const result = await dnsChallenge(name)

    assert.equal(result.result, 'valid', `${name}: ${JSON.stringify(result)}`)
  }
  const { steps } = await dnsChallenge('alias')
  assert.deepEqual(
    steps.map(({ asked, from, cameBack }) => [asked, from, cameBack]),
    [['TXT _acme-challenge.alias.example.test', server?.address, 'alias of one.elsewhere.test, 1 record']],
  )
})

test('what is found in place of it is told, and what is not there: no name, no record, no answer', BIND, async () => {
  const why = async (name: string) => failureOf(await dnsChallenge(name))

  assert.match(
    await why('wrong'),
    new RegExp(`^incorrectResponse: The TXT record at _acme-challenge\\.wrong\\.example\\.test has to be "${DIGEST}"`),
  )
  assert.match(await why('wrong'), /found ".*" and 1 more, none of which is it\./)
  assert.match(await why('missing'), /^dns: There is no TXT record at .* answered NXDOMAIN\. Set one with the value/)
  assert.match(await why('other'), /^dns: There is no TXT record at .* answered NODATA\./)
  assert.match(await why('loop'), /^dns: .* came back with a loop of aliases/)
  const unknown = await look(validation(), challengeFor('dns-01', 'www.nowhere.test'))
  assert.match(
    failureOf(unknown),
    /^dns: The question "TXT _acme-challenge\.www\.nowhere\.test" to the resolver of this server came back with REFUSED/,
  )
  assert.deepEqual([unknown.steps[0]?.from, unknown.steps[0]?.cameBack], [server?.address, 'REFUSED'])
})

test('a record that was just set is seen at the next look', BIND, async () => {
  assert.match(failureOf(await dnsChallenge('fresh')), /NXDOMAIN/)
  const commands = `server 127.0.0.1 ${server?.port}\nupdate add _acme-challenge.fresh.example.test. 60 TXT "${DIGEST}"\nsend\n`
  const { status, stderr } = await run('nsupdate', [], { input: commands })
  assert.equal(status, 0, stderr.toString())

  assert.equal((await dnsChallenge('fresh')).result, 'valid')
})

test('CAA of a real server is read: issuers, nobody, unknown critical properties, aliases, parents', BIND, async () => {
  const caa = async (name: string) => {
    const question = { identifier: { type: 'dns', value: name }, wildcard: false, accountUri: ACCOUNT } as const
    const result = await validation().newCaaCheck()(
      { ...question, identities: ['ca.test'] },
      AbortSignal.timeout(60_000),
    )
    return result.result === 'valid'
      ? result.steps.map(({ asked, cameBack }) => `${asked}: ${cameBack}`)
      : failureOf(result)
  }

  assert.deepEqual(await caa('allowed.example.test'), ['CAA allowed.example.test: 1 record'])
  assert.deepEqual(await caa('alias.example.test'), ['CAA alias.example.test: 1 record'])
  assert.match(
    String(await caa('deep.down.forbidden.example.test')),
    /^caa: CAA at forbidden\.example\.test is issue ";"/,
  )
  assert.match(
    String(await caa('others.example.test')),
    /^caa: .* issue "other\.test", and lets others issue but not this server/,
  )
  assert.match(String(await caa('critical.example.test')), /^caa: .* critical property "tbs"/)
  // The parents of example.test are of nobody here: what cannot be asked forbids.
  assert.match(String(await caa('www.example.test')), /^dns: The question "CAA test" .* REFUSED/)
})

test('the resolver that is set gives the addresses of web servers too', BIND, async (t) => {
  const http = await httpServer(t, (_, response) => response.end(KEY_AUTHORIZATION))
  const at = (name: string) => look(validation(server?.address, http), challengeFor('http-01', name))

  assert.equal((await at('www.example.test')).result, 'valid')
  assert.equal((await at('alias.example.test')).result, 'valid')
  const [missing, refused] = [await at('missing.example.test'), await at('www.nowhere.test')]
  assert.match(failureOf(missing), /^dns: .*the name has no address \(no A and no AAAA record\)/)
  assert.match(failureOf(refused), /^dns: .*came back with REFUSED/)
  for (const [result, cameBack] of [
    [missing, 'the name has no address'],
    [refused, 'REFUSED'],
  ] as const) {
    assert.doesNotMatch(failureOf(result), /127\.0\.0\.1/)
    assert.deepEqual(
      result.steps.map((step) => [step.from, step.cameBack]),
      [[server?.address, cameBack]],
    )
  }
})

test('an answer that is too large for one packet is fetched whole', BIND, async () => {
  const { dnsResolver } = await import('../../../../src/protocols/acme/validation/dns-resolver.ts')
  const { records } = await dnsResolver([server?.address ?? '']).txt('large.example.test', AbortSignal.timeout(60_000))

  assert.deepEqual(
    records.map(({ length }) => length),
    [5000],
  )
})

test(
  'of the names of one order each name and parent is asked for CAA once, and the nearest that has records still counts',
  BIND,
  async (t) => {
    const counted = await countingRelay(t, server?.port ?? 0)
    const question = { wildcard: false, accountUri: ACCOUNT, identities: ['ca.test'] }
    const numbered = Array.from({ length: 95 }, (_, at) => `n${at}.deep.shared.test`)
    const names = [...numbered, 'own.deep.shared.test', 'near.deep.shared.test', 'a.near.deep.shared.test']
    const check = async () => {
      const caa = validation(counted.address).newCaaCheck()
      const signal = AbortSignal.timeout(60_000)
      const one = (value: string, wildcard = false) =>
        caa({ ...question, wildcard, identifier: { type: 'dns', value } }, signal)
      return Promise.all([...names.map((name) => one(name)), one('n0.deep.shared.test', true)])
    }

    const results = await check()

    const forbidden = results.flatMap((result, at) => (result.result === 'failed' ? [names[at]] : []))
    assert.deepEqual(forbidden, names.slice(-2))
    const parents = ['CAA deep.shared.test', 'CNAME deep.shared.test', 'CAA shared.test']
    const wanted = [...names.map((name) => `CAA ${name}`), ...parents].sort()
    assert.deepEqual(counted.questions.toSorted(), wanted)
    const lines = results.flatMap(({ steps }) => steps).filter((step) => step.asked === 'CAA shared.test')
    assert.equal(lines.length, 96)
    assert.equal(lines.filter(({ cameBack }) => cameBack === '1 record').length, 1)
    assert.equal(lines.filter(({ cameBack }) => /^1 record, as asked for another name/.test(cameBack)).length, 95)
    await check()
    assert.equal(counted.questions.length, 2 * wanted.length, 'another order asks anew')
  },
)

test('a parent that cannot be asked for CAA forbids every name below it', BIND, async (t) => {
  const counted = await countingRelay(t, server?.port ?? 0)
  const caa = validation(counted.address).newCaaCheck()
  const signal = AbortSignal.timeout(60_000)

  const results = await Promise.all(
    ['a', 'b', 'c'].map((name) =>
      caa(
        {
          ...{ wildcard: false, accountUri: ACCOUNT, identities: ['ca.test'] },
          identifier: { type: 'dns', value: `${name}.elsewhere.test` },
        },
        signal,
      ),
    ),
  )

  for (const result of results)
    assert.match(failureOf(result), /^dns: The question "CAA test" .* came back with REFUSED/)
  const names = ['a', 'b', 'c'].map((name) => `CAA ${name}.elsewhere.test`)
  const parents = ['CAA elsewhere.test', 'CNAME elsewhere.test', 'CAA test']
  assert.deepEqual(new Set(counted.questions), new Set([...names, ...parents]))
})

test('a resolver that is silent, or answers with rubbish, is an answer of its own', async (t) => {
  const [silent, rubbish] = [await udpServer(t), await udpServer(t, Buffer.from('rubbish'))]
  const why = async (resolver: string, signal: AbortSignal) =>
    failureOf(await validation(resolver).validate(challengeFor('dns-01'), signal))

  assert.match(await why(silent, AbortSignal.timeout(300)), /came back with TIMEOUT|no whole answer within/)
  assert.match(await why(rubbish, AbortSignal.timeout(20_000)), /^dns: .*came back with/)
  assert.match(
    await why('127.0.0.1:1', AbortSignal.timeout(20_000)),
    /^dns: .*came back with nobody there \(connection refused\)/,
  )
})

test('each look-up asks anew and from another port, also where the resolver that asks has asked before', async (t) => {
  const { dnsResolver } = await import('../../../../src/protocols/acme/validation/dns-resolver.ts')
  const ports: number[] = []
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  t.after(() => {
    socket.close()
  })
  // Answers each question that there is no such name, for an hour.
  socket.on('message', (question, { port, address }) => {
    ports.push(port)
    const answer = Buffer.from(question)
    answer.writeUInt16BE(0x8183, 2)
    socket.send(answer, port, address)
  })
  const resolver = dnsResolver([`127.0.0.1:${socket.address().port}`])

  for (let at = 0; at < 4; at++) {
    const { cameBack } = await resolver.txt('same.example.test', AbortSignal.timeout(60_000))
    assert.equal(cameBack, 'NXDOMAIN')
  }

  assert.equal(ports.length, 4)
  assert.ok(new Set(ports).size > 1, `always from ${ports[0]}`)
})

const KINDS: Readonly<Record<number, string>> = { 5: 'CNAME', 257: 'CAA' }

/** Passes questions on to a name server, and its answers back: what was asked, once for each message with an id of its own. */
async function countingRelay(t: TestContext, port: number) {
  const questions: string[] = []
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const known = new Set<string>()
  const upstream = new Set<ReturnType<typeof createSocket>>()
  socket.on('message', (message, from) => {
    const labels: string[] = []
    let at = 12
    for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
      labels.push(message.toString('latin1', at + 1, at + 1 + length))
      at += 1 + length
    }
    const question = `${KINDS[message.readUInt16BE(at + 1)]} ${labels.join('.').toLowerCase()}`
    // A question that is repeated because its answer was slow is no other.
    const id = `${message.readUInt16BE(0)} ${from.port} ${question}`
    if (!known.has(id)) questions.push(question)
    known.add(id)
    const asking = createSocket('udp4')
    upstream.add(asking)
    asking.on('message', (answer) => socket.send(answer, from.port, from.address)).send(message, port, '127.0.0.1')
  })
  t.after(() => {
    socket.close()
    for (const one of upstream) one.close()
  })
  return { address: `127.0.0.1:${socket.address().port}`, questions }
}

async function udpServer(t: TestContext, answer?: Uint8Array): Promise<string> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  socket.on('message', (_, { port, address }) => {
    if (answer !== undefined) socket.send(answer, port, address)
  })
  t.after(() => {
    socket.close()
  })
  return `127.0.0.1:${socket.address().port}`
}
