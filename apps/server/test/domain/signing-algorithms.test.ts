import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeCertificationRequest, type SignatureAlgorithm, signatureAlgorithmOf } from '@chancery/x509'
import { needs } from '../../../../test/support/system-program.ts'
import { renewAuthority } from '../../src/authorities/renew-authority.ts'
import { type Ca, intermediateOf, issued, rootOf, stateOf } from '../support/authorities.ts'
import { opensslText, opensslVerify } from '../support/openssl.ts'
import { crlOctets, publishedCrl } from '../support/published.ts'
import { refreshCrls } from '../support/rounds.ts'
import { type World, world } from '../support/world.ts'

const withOpenssl = needs('openssl')

/** What OpenSSL calls the signature of a certificate or CRL. */
async function signedBy(command: 'x509' | 'crl', der: Uint8Array): Promise<string> {
  const text = await opensslText(command, der)
  const [, algorithm, hash] = /Signature Algorithm: (\S+)(?:\s+Hash Algorithm: (\S+))?/.exec(text) ?? []
  return hash === undefined ? `${algorithm}` : `${algorithm} ${hash}`
}

function requestSignature({ generation: { csr } }: Ca): SignatureAlgorithm | undefined {
  return signatureAlgorithmOf(decodeCertificationRequest(csr).signatureAlgorithm)
}

/** By what is signed whatever a CA signs: a leaf, a CA below it, its OCSP responder, its CRL. */
async function signaturesOf(here: World, ca: Ca): Promise<readonly string[]> {
  const { certificate } = await issued(here, ca)
  const below = await intermediateOf(here, ca, `Below ${ca.authority.name} ${here.newId()}`)
  const responder = await here.domain.stores.serviceCertificates.current(ca.generation.id, 'ocsp-responder')
  const issuedResponder = await here.domain.stores.certificates.find(responder?.certificate ?? '')
  const crl = await crlOctets(here, ca)
  return Promise.all([
    signedBy('x509', certificate.der),
    signedBy('x509', below.certificate.der),
    signedBy('x509', issuedResponder?.der ?? new Uint8Array()),
    signedBy('crl', crl),
  ])
}

const CHOICES: readonly (readonly ['rsa-2048' | 'ecdsa-p256', SignatureAlgorithm, string])[] = [
  ['rsa-2048', 'rsa-pss-sha384', 'rsassaPss sha384'],
  ['rsa-2048', 'rsa-sha512', 'sha512WithRSAEncryption'],
  ['ecdsa-p256', 'ecdsa-sha384', 'ecdsa-with-SHA384'],
]
for (const [keyType, signatureAlgorithm, said] of CHOICES)
  test(`a CA that signs by ${signatureAlgorithm} does so in whatever it signs`, withOpenssl, async (t) => {
    const here = await world(t)
    const root = await rootOf(here, 'Root', { keyType, signatureAlgorithm, pathLength: null })
    const child = await intermediateOf(here, root, 'Child', { keyType, signatureAlgorithm, pathLength: 1 })

    const signatures = [...(await signaturesOf(here, root)), ...(await signaturesOf(here, child))]

    assert.deepEqual(new Set(signatures), new Set([said]))
    assert.equal(await signedBy('x509', root.certificate.der), said)
    assert.equal(requestSignature(child), signatureAlgorithm)
    const { certificate } = await issued(here, child)
    const how = { roots: [root.certificate.der], chain: [child.certificate.der], at: here.now() }
    assert.equal(await opensslVerify(certificate.der, how), '')
    await here.checkInvariants()
  })

test(
  'a CA for which nobody chose signs by the default of its key, and a template chooses for its own',
  withOpenssl,
  async (t) => {
    const here = await world(t)
    const root = await rootOf(here, 'Root', { keyType: 'ecdsa-p384' })
    const chosen = await rootOf(here, 'Chosen', { keyType: 'ecdsa-p256', signatureAlgorithm: 'ecdsa-sha512' })
    const profile = { ...chosen.template.profile, signatureAlgorithm: 'ecdsa-sha256' } as const

    const usual = await signaturesOf(here, root)
    const own = await issued(here, { template: { ...chosen.template, profile } })
    const others = await issued(here, chosen)

    assert.deepEqual(new Set(usual), new Set(['ecdsa-with-SHA384']))
    assert.equal(await signedBy('x509', own.certificate.der), 'ecdsa-with-SHA256')
    assert.equal(await signedBy('x509', others.certificate.der), 'ecdsa-with-SHA512')
  },
)

test(
  'a renewal says how the key signs from now on; unsaid, it goes on as before, where its type can',
  withOpenssl,
  async (t) => {
    const here = await world(t)
    const { domain, act } = here
    const root = await rootOf(here, 'Root', { signatureAlgorithm: 'ecdsa-sha512' })
    const child = await intermediateOf(here, root, 'Child')
    const renew = async (ca: Ca, asked: Parameters<typeof renewAuthority>[1]) => {
      await renewAuthority(ca.authority, asked, act(), domain.authorities)
      return stateOf(domain, ca.authority)
    }
    const leafOf = async (ca: Ca) => signedBy('x509', (await issued(here, ca)).certificate.der)

    const childNow = await renew(child, { key: 'same', signatureAlgorithm: 'ecdsa-sha384' })
    const childLeaf = await leafOf(childNow)
    const childNext = await renew(child, { key: 'new', keyType: 'ecdsa-p521' })
    const same = await renew(root, { key: 'same' })
    const other = await renew(root, { key: 'new', keyType: 'ed25519' })
    await refreshCrls(here)

    assert.equal(childLeaf, 'ecdsa-with-SHA384')
    assert.equal(requestSignature(childNow), 'ecdsa-sha384')
    assert.equal(
      await signedBy('x509', childNow.certificate.der),
      'ecdsa-with-SHA512',
      'its parent signs as the parent does',
    )
    assert.equal(childNext.generation.signatureAlgorithm, 'ecdsa-sha384')
    assert.equal(await leafOf(childNext), 'ecdsa-with-SHA384')
    assert.equal(await signedBy('x509', same.certificate.der), 'ecdsa-with-SHA512')
    assert.equal(other.generation.signatureAlgorithm, undefined)
    assert.equal(await leafOf(other), 'ED25519')
    assert.equal(await signedBy('crl', await publishedCrl(here, root)), 'ecdsa-with-SHA512')
    await here.checkInvariants()
  },
)

test(
  'a certificate of before a key signs otherwise is valid below both of its certificates',
  withOpenssl,
  async (t) => {
    const here = await world(t)
    const root = await rootOf(here, 'Root')
    const { certificate: before } = await issued(here, root)

    await renewAuthority(
      root.authority,
      { key: 'same', signatureAlgorithm: 'ecdsa-sha384' },
      here.act(),
      here.domain.authorities,
    )
    const after = await stateOf(here.domain, root.authority)

    assert.equal(await signedBy('x509', after.certificate.der), 'ecdsa-with-SHA384')
    assert.equal(await signedBy('x509', before.der), 'ecdsa-with-SHA256')
    assert.equal(requestSignature(after), 'ecdsa-sha384')
    assert.equal(await opensslVerify(before.der, { roots: [after.certificate.der], at: here.now() }), '')
  },
)
