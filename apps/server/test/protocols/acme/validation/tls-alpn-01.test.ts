import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { test } from 'node:test'
import { createServer, type TlsOptions } from 'node:tls'
import { reverseName } from '../../../../src/protocols/acme/validation/reverse-name.ts'
import { type CertificateWish, digestOf, selfSigned } from './challenge-certificates.ts'
import { challengeFor, failureOf, listening, look, lookingAt, TOKEN, tcpServer } from './looking-world.ts'

/** A TLS server that answers the challenge with such a certificate; its port and the names that it was asked for. */
async function challengeServer(t: TestContext, wish: CertificateWish, options: TlsOptions = {}) {
  const asked: string[] = []
  const received: string[] = []
  const server = createServer({
    ...(await selfSigned(wish)),
    ALPNCallback: ({ servername, protocols }) => {
      asked.push(`${servername} ${protocols.join(',')}`)
      return protocols[0]
    },
    ...options,
  })
  server.on('tlsClientError', () => {})
  server.on('secureConnection', (socket) =>
    socket.on('error', () => {}).on('data', (data) => received.push(data.toString())),
  )
  return { tls: await listening(t, server), asked, received }
}

test('a self-signed certificate with the digest, for the name alone, proves the name', async (t) => {
  const { tls, asked, received } = await challengeServer(t, {})

  const result = await look(lookingAt({ tls }), challengeFor('tls-alpn-01'))

  assert.equal(result.result, 'valid', JSON.stringify(result))
  assert.deepEqual(asked, ['www.example.com acme-tls/1'])
  assert.deepEqual(received, [])
  assert.deepEqual(
    result.steps.map(({ asked: question, from, cameBack }) => [question, from, cameBack]),
    [
      [
        `TLS handshake with www.example.com:${tls} for www.example.com by acme-tls/1`,
        `127.0.0.1:${tls}`,
        'the certificate of the challenge',
      ],
    ],
  )
})

test('an address is asked for by its reverse name and stands in the certificate as an address', async (t) => {
  const { tls, asked } = await challengeServer(t, { names: [{ type: 'ip', value: '127.0.0.1' }] })

  const result = await look(lookingAt({ tls }), challengeFor('tls-alpn-01', '127.0.0.1'))

  assert.equal(result.result, 'valid', JSON.stringify(result))
  assert.deepEqual(asked, ['1.0.0.127.in-addr.arpa acme-tls/1'])
  assert.equal(
    reverseName('2001:db8::567:89ab'),
    'b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa',
  )
})

test('letters of the name count the same in either case', async (t) => {
  const { tls } = await challengeServer(t, { names: [{ type: 'dns', value: 'WWW.example.COM' }] })

  assert.equal((await look(lookingAt({ tls }), challengeFor('tls-alpn-01'))).result, 'valid')
})

const WRONG: readonly (readonly [string, CertificateWish, RegExp])[] = [
  ['for another name', { names: [{ type: 'dns', value: 'other.test' }] }, /but it names "dns:other\.test"/],
  [
    'for another name too',
    {
      names: [
        { type: 'dns', value: 'www.example.com' },
        { type: 'dns', value: 'other.test' },
      ],
    },
    /names "dns:www\.example\.com" and 1 more/,
  ],
  ['for a wildcard', { names: [{ type: 'dns', value: '*.example.com' }] }, /names "dns:\*\.example\.com"/],
  ['for an address', { names: [{ type: 'ip', value: '127.0.0.1' }] }, /names "ip:127\.0\.0\.1"/],
  ['without names', { names: [] }, /but it names nothing/],
  ['without acmeIdentifier', { identifier: null }, /has no acmeIdentifier/],
  ['whose acmeIdentifier is not critical', { critical: false }, /is not critical/],
  [
    'with the digest of another account',
    { identifier: digestOf(`${TOKEN}.another`) },
    /it is for another challenge or account/,
  ],
  ['with a short digest', { identifier: new Uint8Array([0x04, 2, 1, 2]) }, /has 32 octets, not 2/],
  ['with a digest that is no octet string', { identifier: new Uint8Array([0x0c, 0]) }, /cannot be read/],
  ['with octets behind the digest', { identifier: Buffer.concat([digestOf('x'), Buffer.from([0])]) }, /cannot be read/],
  ['signed by another key', { signedBy: 'another key' }, /is not self-signed/],
  ['signed by another name', { signedBy: 'another name' }, /is not self-signed/],
]
for (const [what, wish, message] of WRONG) {
  test(`a certificate ${what} proves nothing`, async (t) => {
    const { tls } = await challengeServer(t, wish)

    const result = await look(lookingAt({ tls }), challengeFor('tls-alpn-01'))

    const detail = failureOf(result)
    assert.match(
      detail,
      /^incorrectResponse: TLS handshake with www\.example\.com:\d+ for www\.example\.com by acme-tls\/1: /,
    )
    assert.match(detail, message)
    assert.equal(result.steps[0]?.from, `127.0.0.1:${tls}`)
  })
}

test('a server that knows no acme-tls/1, or does not agree on it, proves nothing', async (t) => {
  const without = await challengeServer(t, {}, { ALPNCallback: undefined })
  const refusing = await challengeServer(t, {}, { ALPNCallback: () => undefined })
  const why = async (tls: number) => failureOf(await look(lookingAt({ tls }), challengeFor('tls-alpn-01')))

  assert.match(await why(without.tls), /^incorrectResponse: .*did not agree on acme-tls\/1/)
  assert.match(await why(refusing.tls), /^(tls|connection): /)
})

test('TLS below 1.2, silence, a closed port and what is no TLS are told apart', async (t) => {
  const old = await challengeServer(
    t,
    {},
    { maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' },
  )
  const plain = await tcpServer(t, (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  const closing = await tcpServer(t, (socket) => socket.destroy())
  const silent = await tcpServer(t, () => {})
  const why = async (tls: number) => failureOf(await look(lookingAt({ tls }), challengeFor('tls-alpn-01')))

  const [tooOld, noTls, closed, hanging, nobody] = await Promise.all([old.tls, plain, closing, silent, 1].map(why))

  assert.match(tooOld ?? '', /^tls: .*handshake failed/)
  assert.match(noTls ?? '', /^tls: .*handshake failed/)
  assert.match(closed ?? '', /^connection: /)
  assert.match(hanging ?? '', /^connection: .*took more than 10000 ms/)
  assert.match(nobody ?? '', /^connection: .*connection refused/)
})

test('a name that leads to a forbidden address is not connected to', async (t) => {
  const { tls, asked } = await challengeServer(t, {})
  const rules = { allowedNetworks: [] }

  const result = await look(lookingAt({ tls }, { rules }), challengeFor('tls-alpn-01'))

  assert.match(failureOf(result), /^connection: .* was not made: its address is none that .*\(final\)$/)
  assert.doesNotMatch(failureOf(result), /127\.0\.0\.1/)
  assert.deepEqual(
    result.steps.map(({ from, cameBack }) => [from, cameBack]),
    [['nobody', 'not fetched: www.example.com: 127.0.0.1 is this machine']],
  )
  assert.deepEqual(asked, [])
})

test('only a DNS challenge proves a wildcard, and none proves an address', async () => {
  const nowhere = lookingAt({})
  const why = async (...args: Parameters<typeof challengeFor>) => failureOf(await look(nowhere, challengeFor(...args)))

  assert.match(await why('http-01', 'example.com', { wildcard: true }), /^rejectedIdentifier: .*wildcard.*\(final\)$/)
  assert.match(await why('tls-alpn-01', 'example.com', { wildcard: true }), /^rejectedIdentifier: .*wildcard/)
  assert.match(await why('dns-01', '127.0.0.1'), /^rejectedIdentifier: .*address/)
  assert.match(await why('dns-persist-01', '::1'), /^rejectedIdentifier: .*address/)
})
