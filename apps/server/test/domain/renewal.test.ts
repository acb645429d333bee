import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  AuthorityKeyIdentifier,
  CrlNumber,
  decodeCertificateList,
  decodeTbsCertificate,
  findExtension,
  SubjectKeyIdentifier,
} from '@chancery/x509'
import { needs } from '../../../../test/support/system-program.ts'
import { importAuthority } from '../../src/authorities/import-authority.ts'
import { renewAuthority } from '../../src/authorities/renew-authority.ts'
import { revoke } from '../../src/revocation/revoke.ts'
import { intermediateOf, issued, pemOf, requestFor, rootOf, stateOf } from '../support/authorities.ts'
import { opensslCrl, opensslOcsp, opensslText, opensslVerify } from '../support/openssl.ts'
import { opensslCa } from '../support/openssl-ca.ts'
import { publishedCrl } from '../support/published.ts'
import { refreshCrls } from '../support/rounds.ts'
import { type World, world } from '../support/world.ts'

const DAY = 86_400_000
const YEAR = 365 * DAY

type Asked = Parameters<typeof renewAuthority>[1]
const renew = async (
  here: World,
  { authority }: Pick<Awaited<ReturnType<typeof rootOf>>, 'authority'>,
  asked: Asked,
) => {
  const state = (await here.domain.stores.authorities.find(authority.id)) ?? authority
  assert.deepEqual(await renewAuthority(state, asked, here.act(), here.domain.authorities), { state: 'renewed' })
  return stateOf(here.domain, authority)
}

test(
  'a root renewed with its key has the same generation, name, key and rules, and a new end',
  needs('openssl'),
  async (t) => {
    const here = await world(t)
    const rules = {
      pathLength: 2,
      keyUsage: ['keyCertSign', 'cRLSign', 'digitalSignature'],
      extendedKeyUsage: ['1.3.6.1.5.5.7.3.1'],
      nameConstraints: {
        permitted: [
          { type: 'dns', value: 'example.com' },
          { type: 'ip', value: '10.0.0.0/8' },
          { type: 'directoryName', value: 'O=Example' },
        ],
        excluded: [{ type: 'email', value: 'example.org' }],
      },
    } as const
    const root = await rootOf(here, 'Root', { ...rules, keyType: 'rsa-2048', signatureAlgorithm: 'rsa-pss-sha512' })
    here.advance(YEAR)

    const after = await renew(here, root, { key: 'same' })

    assert.equal(after.generation.id, root.generation.id)
    assert.equal(after.certificate.notAfter, root.certificate.notAfter + YEAR)
    assert.notEqual(after.certificate.serialNumber, root.certificate.serialNumber)
    assert.deepEqual(after.certificate.subject.der, root.certificate.subject.der)
    assert.deepEqual(after.certificate.publicKey.der, root.certificate.publicKey.der)
    assert.deepEqual(after.certificate.extensions, root.certificate.extensions)
    assert.deepEqual(after.certificate.signatureAlgorithm, root.certificate.signatureAlgorithm)
    assert.equal(await opensslVerify(after.certificate.der, { roots: [after.certificate.der], at: here.now() }), '')
  },
)

test('what is said at a renewal counts, the rest stays', needs('openssl'), async (t) => {
  const here = await world(t)
  const root = await rootOf(here, 'Root', { pathLength: 2, keyUsage: ['keyCertSign', 'cRLSign'] })

  const after = await renew(here, root, {
    key: 'same',
    pathLength: null,
    validity: { days: 100 },
    nameConstraints: { permitted: [{ type: 'dns', value: 'example.com' }], excluded: [] },
  })

  const text = await opensslText('x509', after.certificate.der)
  assert.match(text, /CA:TRUE\s*\n/)
  assert.match(text, /Permitted:\s+DNS:example.com/)
  assert.match(text, /Certificate Sign, CRL Sign\s*\n/)
  assert.equal(after.certificate.notAfter - after.certificate.notBefore, 100 * DAY - 1000)
})

test(
  'certificates of before a renewal with the same key are valid below both certificates',
  needs('openssl'),
  async (t) => {
    const here = await world(t)
    const root = await rootOf(here)
    const { certificate: old } = await issued(here, root)
    const after = await renew(here, root, { key: 'same' })
    const { certificate: fresh } = await issued(here, root)

    for (const leaf of [old, fresh]) {
      for (const top of [root.certificate, after.certificate]) {
        assert.equal(await opensslVerify(leaf.der, { roots: [top.der], at: here.now() }), '')
      }
    }
    await here.checkInvariants()
  },
)

test(
  'the name of an imported CA is kept octet for octet, in whatever order and encoding it is',
  needs('openssl'),
  async (t) => {
    const here = await world(t)
    // A common name in front, and two attributes in one RDN: what nobody would write today.
    const outer = await opensslCa(t, { subject: '/CN=Old Root/O=Office+OU=Seals/C=DE' })
    const authority = await importAuthority(
      { key: outer.key, certificate: pemOf(outer.certificate) },
      here.act(),
      here.domain.authorities,
    )
    const ca = await stateOf(here.domain, authority)

    const same = await renew(here, ca, { key: 'same' })
    const other = await renew(here, ca, { key: 'new', keyType: 'ed25519' })

    assert.equal(outer.certificate.subject.rdns.length, 3)
    for (const { certificate } of [same, other]) {
      assert.deepEqual(certificate.subject.der, outer.certificate.subject.der)
      assert.deepEqual(certificate.issuer.der, outer.certificate.subject.der)
    }
    const { certificate } = await issued(here, other)
    assert.deepEqual(certificate.issuer.der, outer.certificate.subject.der)
    assert.equal(await opensslVerify(certificate.der, { roots: [other.certificate.der], at: here.now() }), '')
  },
)

test(
  'with a new key a generation opens: new certificates come from it, the old one answers for its own',
  needs('openssl'),
  async (t) => {
    const here = await world(t)
    const { revocations } = here.domain.stores
    const root = await rootOf(here)
    const old = await issued(here, root)
    await refreshCrls(here)

    const after = await renew(here, root, { key: 'new', keyType: 'ecdsa-p384' })
    const fresh = await issued(here, after)
    await revoke({ certificate: old.id, reason: 'superseded' }, here.act(), revocations)
    here.advance(11_000)
    await refreshCrls(here)

    assert.deepEqual([after.generation.number, after.generation.keyType], [2, 'ecdsa-p384'])
    assert.notEqual(after.generation.publicId, root.generation.publicId)
    assert.match(await opensslText('x509', fresh.certificate.der), new RegExp(`/crl/${after.generation.publicId}.crl`))
    assert.equal(await opensslVerify(fresh.certificate.der, { roots: [after.certificate.der], at: here.now() }), '')
    assert.equal((await opensslCrl(await publishedCrl(here, root), root.certificate.der)).entries.size, 1)
    assert.equal((await opensslCrl(await publishedCrl(here, after), after.certificate.der)).entries.size, 0)
    const ask = (ca: typeof root, leaf: typeof old) => {
      const at = { tenant: here.tenant, generation: ca.generation.id }
      const answer = async (request: Uint8Array) => (await here.installation.ocsp.answer(at, request)).der
      return opensslOcsp({ issuer: ca.certificate.der, leaf: leaf.certificate.der }, answer, { at: here.now() })
    }
    assert.match(await ask(root, old), /: revoked/)
    assert.match(await ask(after, fresh), /: good/)
    const strange = { tenant: here.tenant, generation: after.generation.id }
    const wrong = await opensslOcsp(
      { issuer: root.certificate.der, leaf: old.certificate.der },
      async (request) => (await here.installation.ocsp.answer(strange, request)).der,
      { at: here.now() },
    )
    assert.match(wrong, /unauthorized/)
    await here.checkInvariants()
  },
)

test('an old generation makes CRLs until it has expired, and none afterwards', async (t) => {
  const here = await world(t)
  const root = await rootOf(here, 'Root', { validity: { days: 30 } })
  await renew(here, root, { key: 'new' })
  const numberOf = async () =>
    findExtension(decodeCertificateList(await publishedCrl(here, root)).extensions, CrlNumber)

  await refreshCrls(here)
  const numbers = [await numberOf()]
  for (let at = 0; at < 7; at++) {
    here.advance(4 * DAY)
    await refreshCrls(here)
    numbers.push(await numberOf())
  }
  here.advance(4 * DAY)
  await refreshCrls(here)

  assert.equal(new Set(numbers).size, 8, 'one each half of its life')
  assert.deepEqual(
    numbers,
    numbers.toSorted((a, b) => Number((a ?? 0n) - (b ?? 0n))),
  )
  assert.equal(await numberOf(), numbers.at(-1))
  assert.deepEqual(here.reports, [])
})

test('a CA below another is renewed by it, with the same key and with a new one', needs('openssl'), async (t) => {
  const here = await world(t)
  const root = await rootOf(here)
  const child = await intermediateOf(here, root)
  const { certificate: old } = await issued(here, child)
  here.advance(100 * DAY)

  const same = await renew(here, child, { key: 'same' })
  const other = await renew(here, child, { key: 'new' })
  const { certificate: fresh } = await issued(here, child, await requestFor('new.example.com'))

  assert.equal(same.certificate.notAfter, child.certificate.notAfter + 100 * DAY)
  assert.equal(same.generation.id, child.generation.id)
  assert.equal(other.generation.number, 2)
  const verify = (leaf: Uint8Array, ca: Uint8Array) =>
    opensslVerify(leaf, { roots: [root.certificate.der], chain: [ca], at: here.now() })
  assert.equal(await verify(old.der, child.certificate.der), '')
  assert.equal(await verify(old.der, same.certificate.der), '')
  assert.equal(await verify(fresh.der, other.certificate.der), '')
  assert.match(await verify(fresh.der, same.certificate.der), /unable to get local issuer|verification failed/)
  await here.checkInvariants()
})

test('what a renewal may not be leaves all as it was', async (t) => {
  const here = await world(t)
  const { domain, act } = here
  const root = await rootOf(here, 'Root', { pathLength: 1 })
  const child = await intermediateOf(here, root)
  const before = await domain.stores.authorities.generations(child.authority.id)
  const refused = (asked: Asked, code: string) =>
    assert.rejects(renewAuthority(child.authority, asked, act(), domain.authorities), { name: 'Refusal', code })

  await refused({ key: 'new', signatureAlgorithm: 'rsa-sha256' }, 'not-permitted')
  await refused(
    { key: 'same', validity: { notBefore: here.now() + 20 * YEAR, notAfter: here.now() + 21 * YEAR } },
    'not-permitted',
  )
  await refused(
    { key: 'new', validity: { notBefore: here.now() + 20 * YEAR, notAfter: here.now() + 21 * YEAR } },
    'not-permitted',
  )
  await revoke(
    { certificate: before[0]?.certificates[0]?.issuedAs ?? '', reason: 'keyCompromise' },
    act(),
    domain.stores.revocations,
  )
  await refused({ key: 'same' }, 'bad-key')

  assert.deepEqual(await domain.stores.authorities.generations(child.authority.id), before)
  const after = await renew(here, child, { key: 'new' })
  await issued(here, after)
  await here.checkInvariants()
})

test(
  'issuer name and key identifier of what is signed are those of the CA’s own certificate',
  needs('openssl'),
  async (t) => {
    const here = await world(t)
    // Its key identifier is none of the methods of RFC 5280: it can only be copied.
    const outer = await opensslCa(t, {
      subject: '/CN=Peculiar',
      extensions: [
        'basicConstraints=critical,CA:TRUE',
        'keyUsage=critical,keyCertSign,cRLSign',
        'subjectKeyIdentifier=0102030405060708090a',
      ],
    })
    const authority = await importAuthority(
      { key: outer.key, certificate: pemOf(outer.certificate) },
      here.act(),
      here.domain.authorities,
    )

    const ca = await stateOf(here.domain, authority)
    const { certificate } = await issued(here, ca)
    const renewed = await renew(here, ca, { key: 'same' })

    const { issuer, extensions } = decodeTbsCertificate(certificate.tbs)
    assert.deepEqual(issuer.der, outer.certificate.subject.der)
    const own = findExtension(outer.certificate.extensions, SubjectKeyIdentifier)
    assert.deepEqual(findExtension(extensions, AuthorityKeyIdentifier)?.keyIdentifier, own)
    assert.equal(own?.toHex(), '0102030405060708090a')
    assert.deepEqual(findExtension(renewed.certificate.extensions, SubjectKeyIdentifier), own)
    assert.equal(await opensslVerify(certificate.der, { roots: [renewed.certificate.der], at: here.now() }), '')
  },
)
