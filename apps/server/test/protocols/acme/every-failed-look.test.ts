import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { after, type TestContext, test } from 'node:test'
import { createServer as createTls } from 'node:tls'
import type { ChallengeType } from '@chancery/pki'
import { until } from '../../../../../test/support/until.ts'
import type { ExchangeStep } from '../../../src/exchanges/exchange-log.ts'
import {
  type ChallengeToValidate,
  type ChallengeValidation,
  VALIDATION_ERROR_TYPES,
  type ValidationErrorType,
} from '../../../src/protocols/acme/challenge-validation.ts'
import { countRuns } from './counted-runs.ts'

// Before anything of the looking is loaded: what is counted is counted from the beginning.
const counted = await countRuns()

const { acmeWorld } = await import('./acme-world.ts')
const { DnsFailure } = await import('../../../src/protocols/acme/validation/dns-resolver.ts')
const { runValidations } = await import('../../../src/protocols/acme/validation/run-validations.ts')
const { challengeValidation } = await import('../../../src/protocols/acme/validation/validate-challenge.ts')
const { selfSigned } = await import('./validation/challenge-certificates.ts')
const looking = await import('./validation/looking-world.ts')
const { httpServer, listening, lookingAt, NOBODY_WAITS, resolverOf, tcpServer } = looking

type Zone = Parameters<typeof resolverOf>[0]
type Looks = (challenge: ChallengeToValidate, signal: AbortSignal) => ReturnType<ChallengeValidation['validate']>

/** A look that fails: what is wrong, as what it fails, words of it, by which challenge, and what looks at it. */
interface FailedLook {
  readonly what: string
  readonly as: ValidationErrorType
  readonly words: RegExp
  readonly type: ChallengeType
  readonly looks: (t: TestContext, name: string) => Promise<Looks>
}

const at = async (...world: Parameters<typeof lookingAt>): Promise<Looks> => lookingAt(...world).validate

/** A look that needs nothing but the DNS. */
const byDns = async (zone: Zone | ((challenge: ChallengeToValidate) => Zone), caa?: () => Promise<never>) => {
  const nowhere = () => assert.fail('nothing but the DNS is to be asked')
  const looks: Looks = (challenge, signal) => {
    const dns = resolverOf(typeof zone === 'function' ? zone(challenge) : zone)
    const all = {
      ...NOBODY_WAITS,
      dns: { ...dns, ...(caa && { txt: caa }) },
      fetch: nowhere,
      handshake: nowhere,
      whyNeverReached: nowhere,
      httpPort: 80,
      tlsPort: 443,
    }
    return challengeValidation(all).validate(challenge, signal)
  }
  return looks
}

const caaOf = (name: string, tag: string, value: string) => (challenge: ChallengeToValidate) => ({
  txt: { [`_acme-challenge.${name}`]: [createHash('sha256').update(challenge.keyAuthorization).digest('base64url')] },
  caa: { [name]: [{ critical: true, tag, value }] },
})

const HTTP: readonly FailedLook[] = [
  look('another answer', 'incorrectResponse', /answered with status 404/, 'http-01', async (t) =>
    at({ http: await httpServer(t, (_, response) => response.writeHead(404).end('nothing')) }),
  ),
  look('a name without address', 'dns', /no A and no AAAA record/, 'http-01', () =>
    at({}, { zone: { addresses: {} } }),
  ),
  look('a forbidden address', 'connection', /none that this server may connect to/, 'http-01', () =>
    at({}, { rules: { allowedNetworks: [] } }),
  ),
  look('a server that is silent', 'connection', /it took more than 10000 ms/, 'http-01', async (t) =>
    at({ http: await tcpServer(t, () => {}) }),
  ),
  look('redirects without end', 'incorrectResponse', /redirects more than 10 times/, 'http-01', async (t) =>
    at({ http: await httpServer(t, (_, response) => response.writeHead(302, { location: '/again' }).end()) }),
  ),
  look('nobody there', 'connection', /connection refused/, 'http-01', () => at({ http: 1 })),
  look('what speaks no HTTP', 'connection', /does not speak HTTP/, 'http-01', async (t) =>
    at({ http: await tcpServer(t, (socket) => socket.end('220 mail.test ESMTP\r\n')) }),
  ),
  look('https that is none', 'tls', /the TLS handshake failed/, 'http-01', async (t, name) => {
    const plain = await tcpServer(t, (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    const location = `https://${name}:${plain}/`
    return at({ http: await httpServer(t, (_, response) => response.writeHead(302, { location }).end()), tls: plain })
  }),
  look(
    'another host that is not there',
    'connection',
    /Why is told of look\d+\.example alone/,
    'http-01',
    async (t) => {
      const location = 'http://another.example:1/'
      return at({ http: await httpServer(t, (_, response) => response.writeHead(302, { location }).end()), also: [1] })
    },
  ),
  look('a resolver that fails', 'dns', /came back with SERVFAIL/, 'http-01', () =>
    at({}, { rules: { lookup: () => Promise.reject(new DnsFailure('SERVFAIL')) } }),
  ),
]

const OTHERS: readonly FailedLook[] = [
  look('a certificate for no challenge', 'incorrectResponse', /did not agree on acme-tls/, 'tls-alpn-01', async (t) =>
    at({
      tls: await listening(
        t,
        createTls(await selfSigned()).on('tlsClientError', () => {}),
      ),
    }),
  ),
  look('no record', 'dns', /There is no TXT record/, 'dns-01', () => byDns({})),
  look('another record', 'incorrectResponse', /has to be ".*" but|has to be "/, 'dns-01', (_, name) =>
    byDns({ txt: { [`_acme-challenge.${name}`]: ['an older one'] } }),
  ),
  look('name servers that fail', 'dns', /The question "TXT/, 'dns-01', (_, name) =>
    byDns({ txt: { [`_acme-challenge.${name}`]: new DnsFailure('REFUSED') } }),
  ),
  look('no record that stays', 'dns', /There is no TXT record/, 'dns-persist-01', () => byDns({})),
  look('a record that stays for somebody else', 'unauthorized', /names another issuer/, 'dns-persist-01', (_, name) =>
    byDns({ txt: { [`_validation-persist.${name}`]: ['other.example; accounturi=x'] } }),
  ),
  look('CAA that nobody understands', 'caa', /critical property "tbs"/, 'dns-01', (_, name) =>
    byDns(caaOf(name, 'tbs', 'x')),
  ),
  look('CAA for others', 'caa', /lets others issue/, 'dns-01', (_, name) =>
    byDns(caaOf(name, 'issue', 'other.example')),
  ),
  look('what no answer could prove', 'rejectedIdentifier', /does not prove a wildcard/, 'http-01', async () => {
    const validate = await at({})
    return (challenge, signal) => validate({ ...challenge, wildcard: true }, signal)
  }),
  look('an answer that never comes', 'dns', /no whole answer within/, 'dns-01', async () => {
    const hanging = await byDns({}, () => new Promise(() => {}))
    return (challenge) => hanging(challenge, AbortSignal.timeout(50))
  }),
  look('a fault of ours', 'serverInternal', /The server failed while it looked/, 'dns-01', () =>
    byDns({}, () => Promise.reject(new TypeError('a mistake'))),
  ),
]

function look(
  what: string,
  as: ValidationErrorType,
  words: RegExp,
  type: ChallengeType,
  looks: FailedLook['looks'],
): FailedLook {
  return { what, as, words, type, looks }
}

let looks: Looks = () => assert.fail('nothing is looked at yet')
const acme = await acmeWorld(
  { after, fullName: 'every failed look' },
  {
    startJob: (work) =>
      runValidations({
        ...work,
        validation: { ...work.validation, validate: (challenge, signal) => looks(challenge, signal) },
        pace: { pausesMs: [] },
      }),
  },
)
const policy = await acme.newPolicy({
  challenges: ['http-01', 'dns-01', 'tls-alpn-01', 'dns-persist-01'],
  caaIdentities: ['ca.example'],
})
const client = await policy.client()

for (const [index, row] of [...HTTP, ...OTHERS].entries())
  test(`the client and the administrator are told alike of: ${row.what} (${row.type})`, async (t) => {
    const name = `look${index}.example`
    looks = await row.looks(t, name)
    const order = await client.order(name)
    const [authorization] = order.body.authorizations
    const { challenges } = (await client.show(authorization)).body
    const challenge = challenges.find(({ type }: { readonly type: string }) => type === row.type)

    await client.post(challenge.url, {})

    const told: ExchangeStep[] = []
    const url = String(order.headers['location'])
    const subject = url.split('/').at(-1) ?? ''
    await until(async () => {
      told.push(...(await acme.steps({ subject })).filter(({ step }) => step === `${row.type} ${name}`))
      return told.length > 0
    })
    const { status, challenges: [shown] = [] } = (await client.show(authorization)).body
    assert.deepEqual(
      [status, shown.status, shown.error.type],
      ['invalid', 'invalid', `urn:ietf:params:acme:error:${row.as}`],
    )
    assert.match(shown.error.detail, row.words)
    const { error, ...ofOrder } = (await client.show(url)).body
    assert.deepEqual([ofOrder.status, error.type, error.detail], ['invalid', shown.error.type, shown.error.detail])
    assert.deepEqual(error.subproblems, [{ ...shown.error, identifier: { type: 'dns', value: name } }])
    assert.deepEqual(
      told.map(({ said, problem, refused }) => [said, problem, refused]),
      [[`invalid after 1 attempts: ${shown.error.detail}`, row.as, true]],
    )
    assert.doesNotMatch(
      shown.error.detail,
      /127\.0\.0\.1|192\.0\.2\.53/,
      'the operator’s addresses are not for clients',
    )
  })

test('every place of the looking where a look fails is in the table', async () => {
  const folder = new URL('../../../src/protocols/acme/validation/', import.meta.url)
  // trace.ts only makes what they tell.
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && name !== 'trace.ts')

  const { missed, reached } = await counted.places(
    files.map((name) => `protocols/acme/validation/${name}`),
    /(?<!function )\b((?:failure|finalFailure|dnsFailure)\()/,
  )

  assert.deepEqual(missed, [])
  assert.deepEqual([...new Set([...HTTP, ...OTHERS].map(({ as }) => as))].sort(), [...VALIDATION_ERROR_TYPES].sort())
  assert.ok(reached.length >= 20, `${reached.length}`)
})
