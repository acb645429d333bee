import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { Refusal } from '@chancery/pki'
import { needs } from '../../../../test/support/system-program.ts'
import { readCsr } from '../../src/enrollment/read-csr.ts'
import { inFolder, succeed } from '../support/requests.ts'

const openssl = needs('openssl')
const P256 = ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'] as const
const RSA = ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'] as const
const ANOTHER_KEY = 'Make a key of RSA (rsaEncryption), ECDSA, Ed25519, ML-DSA or SLH-DSA, and a new request with it.'

interface Strange {
  /** As `openssl genpkey` takes it. */
  readonly key: readonly string[]
  /** How it writes its point. */
  readonly point?: 'compressed'
  /** How the request is signed, as `openssl req` takes it. */
  readonly signed?: readonly string[]
  readonly code: 'bad-key' | 'bad-csr'
  readonly detail: string
}

const STRANGE: Readonly<Record<string, Strange>> = {
  'a curve that is spelt out': {
    key: [...P256, '-pkeyopt', 'ec_param_enc:explicit'],
    code: 'bad-key',
    detail: `The key in it cannot be read: algorithm.parameters: a curve spelt out in numbers; a key that names its curve is due. ${ANOTHER_KEY}`,
  },
  'a compressed point': {
    key: P256,
    point: 'compressed',
    code: 'bad-key',
    detail: `The key in it cannot be read: key: a compressed point; an uncompressed one is due. ${ANOTHER_KEY}`,
  },
  'a key for RSASSA-PSS alone': {
    key: ['-algorithm', 'RSA-PSS', '-pkeyopt', 'rsa_keygen_bits:2048'],
    signed: ['-sigopt', 'rsa_pss_saltlen:digest'],
    code: 'bad-key',
    detail: `The key in it is of an algorithm that is not taken here: RSASSA-PSS (1.2.840.113549.1.1.10). ${ANOTHER_KEY}`,
  },
  'a key of Ed448': {
    key: ['-algorithm', 'ED448'],
    code: 'bad-key',
    detail: `The key in it is of an algorithm that is not taken here: Ed448 (1.3.101.113). ${ANOTHER_KEY}`,
  },
  'a signature by SHA-1': {
    key: RSA,
    signed: ['-sha1'],
    code: 'bad-csr',
    detail:
      'It is signed by an algorithm that is not accepted: SHA-1 with RSA (1.2.840.113549.1.1.5). Sign it with SHA-256, SHA-384 or SHA-512.',
  },
  'the longest salt of RSASSA-PSS': {
    key: RSA,
    signed: ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:max'],
    code: 'bad-csr',
    detail:
      'It is signed by RSASSA-PSS with parameters that are not accepted. Use SHA-256, SHA-384 or SHA-512 for the message and the mask alike, and a salt as long as the digest (OpenSSL: -sigopt rsa_pss_saltlen:digest).',
  },
}

for (const [what, { code, detail, ...made }] of Object.entries(STRANGE))
  test(`a request with ${what} is refused for that, and not for a false signature`, openssl, async () => {
    const refused = await readCsr(await requestBy(made)).catch((error: unknown) => error)

    assert.ok(refused instanceof Refusal, String(refused))
    assert.equal(refused.code, code)
    assert.equal(refused.message, `The certification request cannot be used. ${detail}`)
    assert.deepEqual(
      refused.problems.map((problem) => [problem.field, problem.detail]),
      [['/csr', detail]],
    )
  })

test(
  'a request whose algorithm has parameters that it does not have is told of these, not of its algorithm',
  openssl,
  async () => {
    const pem = await requestBy({ key: P256 })
    const der = Buffer.from(pem.replace(/-.*-|\s/g, ''), 'base64')
    const withNull = Buffer.from(der.toString('hex').replace(ECDSA_SHA256, ECDSA_SHA256_NULL), 'hex')
    // 30 81 and the length in one octet.
    withNull.writeUInt8(withNull.readUInt8(2) + 2, 2)

    await assert.rejects(
      readCsr(withNull),
      /signed by .*1\.2\.840\.10045\.4\.3\.2.* with parameters that this algorithm does not have/,
    )
  },
)
/** AlgorithmIdentifier of ecdsa-with-SHA256, whose parameters are absent (RFC 5758 §3.2), and with a NULL. */
const ECDSA_SHA256 = '300a06082a8648ce3d040302'
const ECDSA_SHA256_NULL = '300c06082a8648ce3d0403020500'

test('a request that is signed by RSASSA-PSS as the advice says is taken', openssl, async () => {
  const signed = ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:digest']

  assert.equal((await readCsr(await requestBy({ key: RSA, signed }))).subject[0]?.value, 'x')
})

function requestBy({ key, point, signed = [] }: Pick<Strange, 'key' | 'point' | 'signed'>): Promise<string> {
  return inFolder(async (folder) => {
    const file = join(folder, 'key.pem')
    await succeed('openssl', ['genpkey', ...key, '-out', file])
    if (point !== undefined) await succeed('openssl', ['ec', '-in', file, '-conv_form', point, '-out', file])
    return succeed('openssl', ['req', '-new', '-key', file, '-subj', '/CN=x', ...signed])
  })
}
