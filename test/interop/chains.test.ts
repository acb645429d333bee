import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { KeyType, SignatureAlgorithm } from '@chancery/x509'
import { type RunningChancery, runChancery } from '../support/running-chancery.ts'
import { chainUnder, JUDGES, nodeAndPeculiarAccept, programsAccept } from './chain-checks.ts'
import { makeAuthority, makeTemplate, type TestAuthority } from './programs/chancery-api.ts'
import { gnutlsVerifies } from './programs/gnutls.ts'
import { opensslVerifies } from './programs/openssl.ts'
import { CLASSICAL_KEY_TYPES, REQUEST_FORMS, REQUESTERS } from './programs/requests.ts'

let chancery: RunningChancery
before(async () => {
  chancery = await runChancery()
})
after(() => chancery.stop())

const EXTENSIONS = 'subjectAltName,basicConstraints,extendedKeyUsage'

/** Finding the primes of larger RSA keys takes seconds. */
const QUICKLY_MADE = CLASSICAL_KEY_TYPES.filter((keyType) => keyType !== 'rsa-3072' && keyType !== 'rsa-4096')

/** Who stands between root and leaf: each kind, those that are made quickly more often. */
const BETWEEN = ['ecdsa-p256', 'ecdsa-p384', 'ecdsa-p521', 'ed25519', 'rsa-2048', 'rsa-3072'] as const

for (const [at, keyType] of CLASSICAL_KEY_TYPES.entries()) {
  const between = turn(BETWEEN, at)
  const leaf = turn(CLASSICAL_KEY_TYPES, at + 4)
  const requester = turn(REQUESTERS, at)
  test(
    `OpenSSL, GnuTLS and NSS accept a leaf (${leaf} by ${requester}) under ${between} under ${keyType}`,
    JUDGES,
    async (t) => {
      const authority = await hierarchy(keyType, between)

      const chain = await chainUnder(t, chancery, authority, { keyType: leaf, requester, form: 'requested extensions' })

      await programsAccept(chain)
      await nodeAndPeculiarAccept(chain)
    },
  )
}

test(
  'a request by any program, with any key that it makes, becomes a certificate for the host that it names',
  JUDGES,
  async (t) => {
    const authority = await hierarchy('ecdsa-p384', 'ecdsa-p256')

    for (const [at, keyType] of QUICKLY_MADE.entries())
      for (const requester of REQUESTERS) {
        const form = turn(REQUEST_FORMS, at)
        await t.test(`${requester}, ${keyType}, ${form}`, async (t) => {
          const { bench, files } = await chainUnder(t, chancery, authority, { keyType, requester, form })

          await opensslVerifies(bench, files)
          await gnutlsVerifies(bench, files)
          const said = await bench.succeed('openssl', 'x509', '-in', 'leaf.pem', '-noout', '-ext', EXTENSIONS)
          const address = form === 'requested extensions' ? ', IP Address:192.0.2.1' : ''
          assert.match(said, new RegExp(`DNS:www\\.example\\.com${address}\\n`))
          assert.match(said, /CA:FALSE/, 'whatever was requested')
          assert.match(said, /TLS Web Server Authentication\s*\n/, 'and nothing else')
        })
      }
  },
)

/** How a CA can be told to sign beside the default of its key, and what OpenSSL says of that. */
const CHOSEN_SIGNATURES: readonly (readonly [KeyType, SignatureAlgorithm, RegExp])[] = [
  ['rsa-2048', 'rsa-pss-sha256', /Signature Algorithm: rsassaPss\s+Hash Algorithm: sha256/],
  ['rsa-2048', 'rsa-pss-sha384', /Signature Algorithm: rsassaPss\s+Hash Algorithm: sha384/],
  ['rsa-2048', 'rsa-pss-sha512', /Signature Algorithm: rsassaPss\s+Hash Algorithm: sha512/],
  ['rsa-2048', 'rsa-sha384', /Signature Algorithm: sha384WithRSAEncryption/],
  ['rsa-2048', 'rsa-sha512', /Signature Algorithm: sha512WithRSAEncryption/],
  ['ecdsa-p256', 'ecdsa-sha512', /Signature Algorithm: ecdsa-with-SHA512/],
  ['ecdsa-p384', 'ecdsa-sha256', /Signature Algorithm: ecdsa-with-SHA256/],
]

for (const [keyType, signatureAlgorithm, said] of CHOSEN_SIGNATURES)
  test(
    `a CA with ${keyType} that signs by ${signatureAlgorithm} is accepted with its CRL and OCSP answers`,
    JUDGES,
    async (t) => {
      const made = { keyType, signatureAlgorithm }
      const root = await makeAuthority(chancery, { name: `Root ${keyType} ${signatureAlgorithm}`, ...made })
      const wish = { name: `Issuing ${keyType} ${signatureAlgorithm}`, ...made, parent: root }
      const authority = await makeAuthority(chancery, wish)

      const leaf = { keyType: 'ecdsa-p256', requester: 'openssl', form: 'common name alone' } as const
      const chain = await chainUnder(t, chancery, authority, leaf)

      const { bench, files } = chain
      for (const file of ['root.pem', files.issuer, files.leaf])
        assert.match(await bench.succeed('openssl', 'x509', '-in', file, '-noout', '-text'), said, file)
      for (const file of files.crlFiles)
        assert.match(
          await bench.succeed('openssl', 'crl', '-inform', 'DER', '-in', file, '-noout', '-text'),
          said,
          file,
        )
      await programsAccept(chain)
      await nodeAndPeculiarAccept(chain)
    },
  )

test(
  'a template chooses RSASSA-PSS for its certificates, and the CA goes on signing the rest as before',
  JUDGES,
  async (t) => {
    const authority = await hierarchy('rsa-2048', 'rsa-2048')
    const template = await makeTemplate(chancery, authority, 'PSS Server', { signatureAlgorithm: 'rsa-pss-sha256' })

    const leaf = { keyType: 'rsa-2048', requester: 'certtool', form: 'requested extensions', template } as const
    const chain = await chainUnder(t, chancery, authority, leaf)

    const said = await chain.bench.succeed('openssl', 'x509', '-in', 'leaf.pem', '-noout', '-text')
    assert.match(said, /Signature Algorithm: rsassaPss\s+Hash Algorithm: sha256/)
    await programsAccept(chain)
    await nodeAndPeculiarAccept(chain)
  },
)

let hierarchies = 0

async function hierarchy(root: KeyType, issuing: KeyType): Promise<TestAuthority> {
  const number = ++hierarchies
  const parent = await makeAuthority(chancery, { name: `Root ${number}`, keyType: root })
  return makeAuthority(chancery, { name: `Issuing ${number}`, keyType: issuing, parent })
}

function turn<T>(list: readonly T[], at: number): T {
  const found = list[at % list.length]
  if (found === undefined) throw new TypeError('an empty list has no turns')
  return found
}
