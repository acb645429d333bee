import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { X509Crl } from '../../../test/support/peculiar-x509.ts'
import { needs, run } from '../../../test/support/system-program.ts'
import {
  AuthorityKeyIdentifier,
  type CrlFields,
  CrlNumber,
  type CrlReason,
  CrlWriter,
  decodeCertificateList,
  findExtension,
  makeExtension,
  SubjectKeyIdentifier,
} from '../src/index.ts'
import {
  AUTHORITY_KINDS,
  type AuthorityKind,
  identifierOf,
  type OpensslAuthority,
  opensslAuthority,
} from './support/openssl-authority.ts'

/** GnuTLS compares with the clock. */
const THIS_UPDATE = Math.floor(Date.now() / 1000) * 1000 - 3_600_000
const NEXT_UPDATE = THIS_UPDATE + 7 * 86_400_000
const REVOKED_AT = Date.UTC(2026, 10, 20, 23, 59, 58)

/** serial number, revocation time, reason, invalidity date; what `openssl ca` calls it in its database */
const ENTRIES: readonly (readonly [bigint, number, CrlReason?, number?])[] = [
  [1n, REVOKED_AT],
  [0x7fn, REVOKED_AT, 'keyCompromise'],
  [0x80n, Date.UTC(1950, 0, 1), 'cACompromise'],
  [0xffffn, Date.UTC(2049, 11, 31, 23, 59, 59), 'affiliationChanged'],
  [0x1234567890abcdefn, REVOKED_AT, 'superseded'],
  [0xf234567890abcdefn, REVOKED_AT, 'cessationOfOperation'],
  [0x7c0102030405060708090a0b0c0d0e0fn, REVOKED_AT, 'certificateHold'],
  [0xfc0102030405060708090a0b0c0d0e0fn, REVOKED_AT, 'keyCompromise', Date.UTC(2026, 9, 1, 12, 0, 0)],
  [(1n << 159n) - 1n, REVOKED_AT],
]

/** The same facts as the database of `openssl ca`. */
const DATABASE = ENTRIES.map(([serial, at, reason, since]) => {
  const hex = serial.toString(16).toUpperCase()
  const why =
    since !== undefined ? `,keyTime,${digits(since)}Z` : reason === undefined ? '' : `,${OPENSSL_REASON(reason)}`
  return `R\t300101000000Z\t${digits(at).slice(2)}Z${why}\t${hex.padStart(hex.length + (hex.length % 2), '0')}\tunknown\t/CN=${hex}\n`
}).join('')

function OPENSSL_REASON(reason: CrlReason): string {
  return reason === 'cACompromise' ? 'CACompromise' : reason
}
function digits(at: number): string {
  return new Date(at).toISOString().replace(/\..*$|[-:T]/g, '')
}

const CONFIGURATION = `
[ca]
default_ca = authority
[authority]
database = database
crlnumber = crlnumber
certificate = ca.pem
private_key = ca.key
default_md = sha256
crl_extensions = extensions
[extensions]
authorityKeyIdentifier = keyid
`

const authorities = new Map<AuthorityKind, OpensslAuthority>()
before(async () => {
  if (needs('openssl').skip !== false) return
  for (const kind of AUTHORITY_KINDS) authorities.set(kind, await opensslAuthority(kind))
})
after(async () => {
  for (const authority of authorities.values()) await authority.dispose()
})
function authority(kind: AuthorityKind): OpensslAuthority {
  const found = authorities.get(kind)
  assert.ok(found)
  return found
}

function fieldsOf(from: OpensslAuthority, more: Partial<CrlFields> = {}): CrlFields {
  const keyIdentifier = findExtension(from.certificate.extensions, SubjectKeyIdentifier)
  assert.ok(keyIdentifier)
  return {
    signatureAlgorithm: identifierOf(from),
    issuer: from.certificate.subject,
    thisUpdate: THIS_UPDATE,
    nextUpdate: NEXT_UPDATE,
    extensions: [makeExtension(AuthorityKeyIdentifier, { keyIdentifier }), makeExtension(CrlNumber, 0x0102030405n)],
    ...more,
  }
}

function signedBy(from: OpensslAuthority, writer: CrlWriter): Uint8Array {
  return writer.finishSigned(from.sign(writer.finish()))
}

function withEntries(writer: CrlWriter, entries = ENTRIES): CrlWriter {
  for (const entry of entries) writer.add(...entry)
  return writer
}

/** The CRL that `openssl ca` makes from a database. */
async function opensslCrl(from: OpensslAuthority, database: string): Promise<Buffer> {
  await from.write('configuration', CONFIGURATION)
  await from.write('database', database)
  await from.write('crlnumber', '0102030405\n')
  const times = ['-crl_lastupdate', `${digits(THIS_UPDATE)}Z`, '-crl_nextupdate', `${digits(NEXT_UPDATE)}Z`]
  await from.openssl('ca', '-config', 'configuration', '-gencrl', ...times, '-out', 'crl.pem')
  await from.openssl('crl', '-in', 'crl.pem', '-outform', 'DER', '-out', 'crl.der')
  return from.read('crl.der')
}

describe('a CRL', needs('openssl', 'certtool'), () => {
  test('is octet for octet what OpenSSL makes of the same facts', async () => {
    const from = authority('rsa')
    const theirs = await opensslCrl(from, DATABASE)

    const ours = signedBy(from, withEntries(new CrlWriter(fieldsOf(from))))

    assert.equal(Buffer.from(ours).toString('hex'), theirs.toString('hex'))
  })

  test('without entries has no list of them, as OpenSSL has it', async () => {
    const from = authority('rsa')
    const theirs = await opensslCrl(from, '')

    const ours = signedBy(from, new CrlWriter(fieldsOf(from)))

    assert.equal(Buffer.from(ours).toString('hex'), theirs.toString('hex'))
    assert.deepEqual([...decodeCertificateList(ours).entries], [])
  })

  for (const kind of AUTHORITY_KINDS) {
    test(`signed with ${kind} is verified by OpenSSL and GnuTLS`, async () => {
      const from = authority(kind)
      const crl = signedBy(from, withEntries(new CrlWriter(fieldsOf(from))))
      const file = await from.write('ours.crl', crl)

      const openssl = await from.openssl(
        'crl',
        '-inform',
        'DER',
        '-in',
        file,
        '-CAfile',
        'ca.pem',
        '-verify',
        '-out',
        'ours.pem',
      )
      const trusted = ['--load-ca-certificate', from.path('ca.pem')]
      const gnutls = await run('certtool', ['--verify-crl', '--infile', from.path('ours.pem'), ...trusted])

      assert.match(openssl, /verify OK/)
      assert.match(String(gnutls.stdout), /Verification output: Verified/)
      assert.equal(gnutls.status, 0)
    })
  }

  test('reads the same to @peculiar/x509', () => {
    const from = authority('ec')

    const theirs = new X509Crl(signedBy(from, withEntries(new CrlWriter(fieldsOf(from)))))

    assert.equal(theirs.thisUpdate.getTime(), THIS_UPDATE)
    assert.equal(theirs.nextUpdate?.getTime(), NEXT_UPDATE)
    const seen = theirs.entries.map((entry) => [
      BigInt(`0x${entry.serialNumber}`),
      entry.revocationDate.getTime(),
      entry.reason,
      entry.invalidity?.getTime(),
    ])
    const numbers: Partial<Record<CrlReason, number>> = {
      keyCompromise: 1,
      cACompromise: 2,
      affiliationChanged: 3,
      superseded: 4,
      cessationOfOperation: 5,
      certificateHold: 6,
    }
    const expected = ENTRIES.map(([serial, at, reason, since]) => [serial, at, reason && numbers[reason], since])
    assert.deepEqual(seen, expected)
  })

  test('made by OpenSSL is read as it was meant', async () => {
    const from = authority('rsa')

    const list = decodeCertificateList(await opensslCrl(from, DATABASE))

    assert.equal(list.version, 2)
    assert.equal(list.thisUpdate, THIS_UPDATE)
    assert.equal(list.nextUpdate, NEXT_UPDATE)
    assert.equal(list.issuer.der.toHex(), from.certificate.subject.der.toHex())
    assert.equal(findExtension(list.extensions, CrlNumber), 0x0102030405n)
    const seen = [...list.entries].map((entry) => [
      entry.serialNumber,
      entry.revokedAt,
      entry.reason,
      entry.invalidityDate,
    ])
    const expected = ENTRIES.map(([serial, at, reason, since]) => [serial, at, reason, since])
    assert.deepEqual(seen, expected)
  })

  test('of any number of entries has lengths that OpenSSL accepts', async () => {
    const from = authority('ed25519')
    const counts = [2, 3, 4, 6, 7, 1700, 1800]

    for (const count of counts) {
      const writer = new CrlWriter(fieldsOf(from))
      for (let serial = 1n; serial <= count; serial++) writer.add((1n << 120n) + serial, REVOKED_AT)
      await from.write('ours.crl', signedBy(from, writer))
      const text = await from.openssl(
        'crl',
        '-inform',
        'DER',
        '-in',
        'ours.crl',
        '-CAfile',
        'ca.pem',
        '-verify',
        '-noout',
        '-text',
      )

      assert.match(text, /verify OK/)
      assert.equal(text.match(/Serial Number: /g)?.length, count)
    }
  })

  test('carries serial numbers of any length and sign, however they are given', async () => {
    const from = authority('ed25519')
    const serials = [
      0n,
      -1n,
      -128n,
      -129n,
      0xffn,
      0x100n,
      (1n << 159n) - 1n,
      1n << 160n,
      (1n << 192n) - 1n,
      1n << 192n,
      1n << 500n,
    ]
    const writer = withEntries(
      new CrlWriter(fieldsOf(from)),
      serials.map((serial) => [serial, REVOKED_AT]),
    )
    const octets = ['00', '0001', '7f', '80', '00000080', 'ff'.repeat(20)]
    for (const hex of octets) writer.add(Uint8Array.fromHex(hex), REVOKED_AT)
    const expected = [...serials, ...octets.map((hex) => BigInt(`0x${hex}`))]

    const crl = signedBy(from, writer)
    await from.write('ours.crl', crl)
    const tree = await from.openssl('asn1parse', '-inform', 'DER', '-in', 'ours.crl')

    const [, ...seen] = [...tree.matchAll(/INTEGER +:(-?)([0-9A-F]+)/g)].map(([, sign, hex]) =>
      sign === '-' ? -BigInt(`0x${hex}`) : BigInt(`0x${hex}`),
    )
    assert.deepEqual(seen, expected)
    assert.deepEqual(
      [...decodeCertificateList(crl).entries].map(({ serialNumber }) => serialNumber),
      expected,
    )
  })

  test('writes times from 2050 on as GeneralizedTime', async () => {
    const from = authority('ed25519')
    const times = [
      Date.UTC(1949, 11, 31, 23, 59, 59),
      Date.UTC(1950, 0),
      Date.UTC(2049, 11, 31),
      Date.UTC(2050, 0),
      Date.UTC(9999, 11, 31),
    ]
    const fields = fieldsOf(from, { nextUpdate: Date.UTC(2051, 1, 3, 4, 5, 6) })
    const writer = withEntries(
      new CrlWriter(fields),
      times.map((at, index) => [BigInt(index + 1), at]),
    )

    const crl = signedBy(from, writer)
    await from.write('ours.crl', crl)
    const tree = await from.openssl('asn1parse', '-inform', 'DER', '-in', 'ours.crl')

    const seen = [...tree.matchAll(/(UTCTIME|GENERALIZEDTIME) +:(\d+Z)/g)].map(([, type, value]) => `${type} ${value}`)
    assert.deepEqual(seen.slice(1), [
      'GENERALIZEDTIME 20510203040506Z',
      'GENERALIZEDTIME 19491231235959Z',
      'UTCTIME 500101000000Z',
      'UTCTIME 491231000000Z',
      'GENERALIZEDTIME 20500101000000Z',
      'GENERALIZEDTIME 99991231000000Z',
    ])
    assert.deepEqual(
      [...decodeCertificateList(crl).entries].map(({ revokedAt }) => revokedAt),
      times,
    )
  })
})
