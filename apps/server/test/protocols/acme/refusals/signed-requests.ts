import { SHARED } from '../acme-world.ts'
import { b64, TestClient, testKey, type Wrongs } from '../test-client.ts'
import { NAME, ORDER, type RefusalRow, type RefusalWorld, row } from './refusal-row.ts'

const newOrder = (wrongs: Wrongs) => (world: RefusalWorld) =>
  world.client.post(world.client.directory.newOrder, ORDER, wrongs)

const body = (text: string) => (world: RefusalWorld) =>
  world.acme.send('POST', world.client.directory.newOrder, {
    body: text,
    headers: { 'content-type': 'application/jose+json' },
  })

/** newAccount with this in place of a key. */
const jwk = (value: unknown) => async (world: RefusalWorld) => {
  const someone = await TestClient.at(world.acme.send, world.policy.directory)
  return someone.post(someone.directory.newAccount, {}, { header: { jwk: value } })
}

const RSA = testKey('RS256').jwk
const EC = testKey('ES256').jwk
/** Base64url of so many octets, the first and the last of them these. */
const octets = (count: number, first: number, last = 1) =>
  b64(Buffer.concat([Buffer.of(first), Buffer.alloc(count - 2, 7), Buffer.of(last)]))

/** What is refused before anybody asks what a request is for: RFC 8555 §6. */
export const SIGNED_REQUESTS: readonly RefusalRow[] = [
  row('another media type', 'malformed', /jose\+json/, newOrder({ contentType: 'application/json' })),
  row('a body that is no JSON', 'malformed', /no JSON\./, body('x')),
  row('a body that is no object', 'malformed', /no JSON object/, body('[]')),
  row('a body without its parts', 'malformed', /no "protected"/, body('{}')),
  row('several signatures', 'malformed', /flattened/, newOrder({ tamper: (jws) => ({ ...jws, signatures: [] }) })),
  row('an unprotected header', 'malformed', /unprotected/, newOrder({ tamper: (jws) => ({ ...jws, header: {} }) })),
  row('padding', 'malformed', /base64url/, newOrder({ tamper: (jws) => ({ ...jws, signature: 'AA==' }) })),
  row('no signature', 'malformed', /not signed/, newOrder({ tamper: (jws) => ({ ...jws, signature: '' }) })),
  row(
    'a header that is no UTF-8',
    'malformed',
    /UTF-8/,
    newOrder({ tamper: (jws) => ({ ...jws, protected: b64(Buffer.of(0xff)) }) }),
  ),
  row('critical parameters', 'malformed', /critical/, newOrder({ header: { crit: [] } })),
  row('an unencoded payload', 'malformed', /b64/, newOrder({ header: { b64: true } })),
  row('a parameter that is no text', 'malformed', /"kid" is no text/, newOrder({ header: { kid: 1 } })),
  row('no algorithm', 'malformed', /no "alg"/, newOrder({ header: { alg: undefined } })),
  row('no address', 'malformed', /no "url"/, newOrder({ header: { url: undefined } })),
  row('a key beside an account', 'malformed', /not both/, newOrder({ header: { jwk: EC } })),
  row('no signature at all', 'badSignatureAlgorithm', /"none" is not taken/, newOrder({ header: { alg: 'none' } })),
  row('the algorithm of another key', 'badSignatureAlgorithm', /ES384/, newOrder({ header: { alg: 'ES384' } })),
  row('another address', 'unauthorized', /signed for/, (world) =>
    world.client.post(`${world.client.directory.newOrder}?x`, ORDER, { sentTo: world.client.directory.newOrder }),
  ),
  row('no nonce', 'badNonce', /no nonce/, newOrder({ header: { nonce: undefined } })),
  row('a nonce that is no base64url', 'malformed', /nonce/, newOrder({ nonce: 'a b' })),
  row('a nonce that was made up', 'badNonce', /Repeat/, newOrder({ nonce: 'AAAA' })),
  row('a key where an account is due', 'malformed', /use "kid"/, newOrder({ header: { kid: undefined, jwk: EC } })),
  row('an account where a key is due', 'malformed', /use "jwk"/, ({ client }) =>
    client.post(client.directory.newAccount, {}),
  ),
  row('an account that is not there', 'accountDoesNotExist', /Register/, ({ client }) =>
    client.post(client.directory.newOrder, ORDER, { header: { kid: client.kid.replace(/.$/, '!') } }),
  ),
  row('another key’s signature', 'malformed', /not by the key/, newOrder({ key: testKey() })),
  row('an account that is over', 'unauthorized', /register with another key/, async ({ policy }) => {
    const client = await policy.client()
    await client.post(client.kid, { status: 'deactivated' })
    return client.post(client.directory.newOrder, ORDER)
  }),
  row('a payload that is no object', 'malformed', /no JSON object/, ({ client }) =>
    client.post(client.directory.newOrder, '[]'),
  ),
  row('a change where nothing can be changed', 'malformed', /Nothing can be changed/, ({ client }) =>
    client.post(client.directory.newNonce, {}),
  ),
  row('a GET where a signed request is due', 'malformed', /by POST/, ({ acme, client }) =>
    acme.send('GET', client.directory.newOrder),
  ),
  row(
    'the directory of no policy',
    'malformed',
    /no ACME policy/,
    ({ acme, policy }) => acme.send('GET', policy.directory.replace(policy.policy.publicId, 'A'.repeat(16))),
    { nobodys: true },
  ),
  row(
    'an address where no policy can be',
    'malformed',
    /no ACME policy/,
    ({ client }) => client.post(client.directory.newOrder.replace(/\/acme\/[^/]+/, '/acme/x'), ORDER),
    { nobodys: true },
  ),
  row(
    'an unsigned request to the shared directory',
    'malformed',
    /by POST/,
    ({ acme }) => acme.send('GET', SHARED.replace('directory', 'new-order')),
    { nobodys: true },
  ),
  row('an empty payload of a key', 'malformed', /payload is empty/, async ({ acme, policy }) => {
    const someone = await TestClient.at(acme.send, policy.directory)
    return someone.show(someone.directory.newAccount)
  }),
  row('an empty payload of an account', 'malformed', /payload is empty/, ({ client }) =>
    client.show(client.directory.newOrder),
  ),
  row('a key that is no object', 'malformed', /no JSON object/, jwk('x')),
  row('a private key', 'badPublicKey', /private/, jwk({ ...EC, d: 'AA' })),
  row('a key without its members', 'malformed', /no "y"/, jwk({ kty: 'EC', crv: 'P-256', x: EC['x'] })),
  row('another curve', 'badPublicKey', /secp256k1/, jwk({ ...EC, crv: 'secp256k1' })),
  row('another Edwards curve', 'badPublicKey', /Ed448/, jwk({ kty: 'OKP', crv: 'Ed448', x: EC['x'] })),
  row('another kind of key', 'badPublicKey', /oct/, jwk({ kty: 'oct' })),
  row('numbers with zeros before them', 'malformed', /zero octets/, jwk({ ...RSA, n: octets(257, 0) })),
  row('a key that is too small', 'badPublicKey', /bits/, jwk({ ...RSA, n: octets(128, 0xff) })),
  row('an even exponent', 'badPublicKey', /exponent/, jwk({ ...RSA, e: 'Ag' })),
  row('no point of the curve', 'badPublicKey', /do not fit/, jwk({ ...EC, x: octets(32, 1), y: octets(32, 1) })),
  row('a member that is no base64url', 'malformed', /base64url/, jwk({ ...EC, x: '!' })),
  row('a coordinate that is too short', 'malformed', /coordinate/, jwk({ ...EC, x: octets(31, 1) })),
  row('too many requests', 'rateLimited', /Try again/, async ({ policy, acme }) => {
    const client = await policy.client()
    acme.validation.slow.add('often.example.org')
    const order = await client.order('often.example.org')
    const { challenges } = (await client.show(order.body.authorizations[0])).body
    for (let at = 0; at < 60; at++) await client.post(challenges[0].url, {})
    return client.post(challenges[0].url, {})
  }),
  row('a field that is no text', 'malformed', /"profile" is no text/, ({ client }) =>
    client.post(client.directory.newOrder, { ...ORDER, profile: 1 }),
  ),
  row('a field that is missing', 'malformed', /"certificate" is missing/, ({ client }) =>
    client.post(client.directory.revokeCert, {}),
  ),
  row('a field that is no list', 'malformed', /"identifiers" is no list/, ({ client }) =>
    client.post(client.directory.newOrder, { identifiers: NAME }),
  ),
]
