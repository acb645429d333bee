import assert from 'node:assert/strict'
import { test } from 'node:test'
import { needs, run } from '../../../test/support/system-program.ts'
import {
  ATTRIBUTE_TYPES,
  algorithmIdentifier,
  assembleSigned,
  attributeTypeName,
  attributeTypeOid,
  attributeValues,
  decodeCertificationRequest,
  EMPTY_NAME,
  encodeCertificationRequestInfo,
  makeName,
  Name,
  NameSyntaxError,
  nameIsWithin,
  namesMatch,
  nameToString,
  parseNameString,
  type Rdn,
} from '../src/index.ts'
import { fileMadeBy } from './support/openssl-files.ts'
import { SAMPLE_KEY } from './support/sample-certificate.ts'

const cn = (value: string): Rdn => [{ type: '2.5.4.3', value }]
const name = (text: string) => makeName(parseNameString(text))

/** Values with everything that RFC 4514 §2.4 escapes. */
const AWKWARD = [
  'plain',
  'a,b',
  'a+b',
  'a"b"',
  'a\\b',
  'a<b>c',
  'a;b',
  'a=b',
  '#first',
  'not#first',
  ' space first',
  'space last ',
  '  two  spaces  ',
  ' ',
  'line\nbreak',
  'tab\there',
  'Lučić',
  '世界 🌍',
  'James "Jim" Smith, III',
  'C:\\path\\',
]

test('a name is written as OpenSSL writes it by RFC 2253', needs('openssl'), async () => {
  for (const value of AWKWARD) {
    const subject = makeName([[{ type: '2.5.4.6', value: 'SE' }], [{ type: '2.5.4.10', value: 'Example' }], cn(value)])

    const theirs = await opensslSubject(subject)

    assert.equal(nameToString(subject), theirs)
  }
})

test('the text of a name is read back as the same name', () => {
  for (const value of AWKWARD) {
    const written = makeName([[{ type: '2.5.4.10', value: 'Example' }], cn(value)])

    assert.deepEqual(makeName(parseNameString(nameToString(written))), written)
  }
})

test('a name with several attributes in one part is sorted as DER asks and read back', needs('openssl'), async () => {
  const subject = makeName([
    [{ type: '2.5.4.10', value: 'Example' }],
    [
      { type: '2.5.4.5', value: '42' },
      { type: '2.5.4.3', value: 'a' },
    ],
  ])

  // OpenSSL reverses the order within the part too, which means nothing.
  assert.equal(await opensslSubject(subject), 'serialNumber=42+CN=a,O=Example')
  assert.equal(nameToString(Name.decode(subject.der)), 'CN=a+serialNumber=42,O=Example')
})

test(
  'every attribute is encoded with the string type and identifier that OpenSSL gives it',
  needs('openssl'),
  async () => {
    const theirNames: Readonly<Record<string, string>> = { userId: 'UID' }
    const values: Readonly<Record<string, string>> = { countryName: 'SE', jurisdictionCountryName: 'SE' }
    const attributes = ATTRIBUTE_TYPES.map(({ type, oid }) => ({ type, oid, value: values[type] ?? `${type} 1` }))
    const subj = attributes.map(({ type, value }) => `/${theirNames[type] ?? type}=${value}`).join('')

    const theirs = decodeCertificationRequest(
      await fileMadeBy(
        {},
        [
          ['openssl', 'ecparam', '-genkey', '-noout', '-name', 'prime256v1', '-out', 'key.pem'],
          ['openssl', 'req', '-new', '-key', 'key.pem', '-utf8', '-subj', subj, '-outform', 'DER', '-out', 'r.der'],
        ],
        'r.der',
      ),
    ).subject
    const ours = makeName(attributes.map(({ oid, value }) => [{ type: oid, value }]))

    const perAttribute = (whole: Name) => Array.from(Name.decode(whole.der).rdns, (rdn) => makeName([rdn]).der.toHex())
    assert.deepEqual(perAttribute(theirs), perAttribute(ours))
    assert.equal(theirs.der.toHex(), ours.der.toHex())
  },
)

test(
  'a name that GnuTLS wrote with PrintableStrings is read, and matches ours with UTF8Strings',
  needs('certtool'),
  async () => {
    const template = 'dn="cn=Nikos,o=Ex,st=Attiki,C=GR"\n'

    const request = await fileMadeBy(
      { 't.cfg': template },
      [
        ['certtool', '--generate-privkey', '--key-type=ecdsa', '--curve=secp256r1', '--outfile', 'k.pem'],
        [
          'certtool',
          '--generate-request',
          '--load-privkey',
          'k.pem',
          '--template',
          't.cfg',
          '--outder',
          '--outfile',
          'r.der',
        ],
      ],
      'r.der',
    )

    const { subject } = decodeCertificationRequest(request)
    assert.equal(nameToString(subject), 'CN=Nikos,O=Ex,ST=Attiki,C=GR')
    assert.ok(namesMatch(makeName(subject.rdns), subject))
  },
)

test('values in other string types, and values that are no strings, are read, shown and kept', () => {
  const t61 = '310c300a06035504031403fc6265'
  const bmp = '310d300b06035504031e0400fc0062'
  const bits = '310b3009060355042d03020780'
  const der = Uint8Array.fromHex(`30${((t61 + bmp + bits).length / 2).toString(16)}${t61}${bmp}${bits}`)

  const read = Name.decode(der)

  assert.deepEqual(attributeValues(read, '2.5.4.3'), ['übe', 'üb'])
  assert.deepEqual(attributeValues(read, '2.5.4.45'), ['#03020780'])
  assert.equal(nameToString(read), '2.5.4.45=#03020780,CN=üb,CN=übe')
  assert.deepEqual(parseNameString('2.5.4.45=#03020780'), [read.rdns[2]])
  assert.equal(makeName([...read.rdns.slice(2)]).der.toHex(), `300d${bits}`)
  assert.equal(Name.encode(read).toHex(), der.toHex())
})

test('text that begins with # is text, not bytes, unless it was read as bytes', () => {
  const tricky = makeName([cn('#0c0141')])

  assert.equal(nameToString(tricky), 'CN=\\#0c0141')
  assert.deepEqual(attributeValues(Name.decode(tricky.der), '2.5.4.3'), ['#0c0141'])
  assert.deepEqual(parseNameString('CN=#0c0141'), [cn('A')])
})

test('text is read with spaces around its signs, any case of attribute names, and object identifiers', () => {
  const expected = [[{ type: '2.5.4.10', value: 'Example, Inc.' }], cn('a b')]

  for (const text of [
    'CN=a b,O=Example\\, Inc.',
    'cn = a b , o = Example\\2c Inc.',
    ' commonName=a b,2.5.4.10=Example\\, Inc.',
    'CN=a\\ b,organizationname=Example\\2C Inc.',
  ])
    assert.deepEqual(parseNameString(text), expected)
  assert.deepEqual(parseNameString('CN=\\C4\\8D\\ '), [cn('č ')])
  assert.deepEqual(parseNameString('CN='), [cn('')])
  assert.deepEqual(parseNameString(''), [])
  assert.equal(nameToString(EMPTY_NAME), '')
  assert.equal(EMPTY_NAME.der.toHex(), '3000')
})

const MALFORMED: readonly (readonly [text: string, message: RegExp])[] = [
  ['example.com', /expected "type=value" at character 1/],
  ['CN=a,', /expected "type=value" at character 6/],
  ['CN=a+', /expected "type=value" at character 6/],
  [',CN=a', /"" at character 1 is not the name|",CN" at character 1/],
  ['XX=a', /"XX" at character 1 is not the name of an attribute/],
  ['1.2.=a', /"1\.2\." at character 1/],
  ['CN=a"b', /needs a "\\" before it/],
  ['CN=a;O=b', /";" at character 5 needs/],
  ['CN=a\\', /escapes neither/],
  ['CN=a\\x', /escapes neither/],
  ['CN=\\ff', /not UTF-8/],
  ['CN=#', /pairs of hexadecimal digits/],
  ['CN=#0', /pairs of hexadecimal digits/],
  ['CN=#zz', /pairs of hexadecimal digits/],
  ['CN=#0c02', /not one DER value/],
  ['CN=#0c0141ff', /not one DER value/],
]
for (const [text, message] of MALFORMED) {
  test(`"${text}" is no distinguished name`, () => {
    assert.throws(
      () => parseNameString(text),
      (error) => error instanceof NameSyntaxError && message.test(error.message),
    )
  })
}

test('names match whatever their case, spaces and string types (RFC 5280 §7.1)', () => {
  const printable = Name.decode(Uint8Array.fromHex('30123110300e060355040a13074578616d706c65'))
  const same: readonly (readonly [string, string])[] = [
    ['CN=Example CA', 'CN=example ca'],
    ['CN=Example CA', 'CN=\\  Example   CA\\ '],
    ['CN=STRASSE', 'CN=straße'],
    ['CN=Ａ', 'CN=a'],
    ['CN=e\\CC\\81', 'CN=é'],
    ['CN=soft\\C2\\ADhyphen', 'CN=softhyphen'],
    ['CN=ΟΔΟΣ', 'CN=οδος'],
    ['O=x+CN=y', 'CN=Y+O=X'],
    ['emailAddress=A@EXAMPLE.COM', 'emailAddress=a@example.com'],
  ]
  const different: readonly (readonly [string, string])[] = [
    ['CN=Example CA', 'CN=ExampleCA'],
    ['CN=a', 'O=a'],
    ['CN=a,O=b', 'O=b,CN=a'],
    ['CN=a,O=b', 'CN=a'],
    ['CN=a,O=b', 'O=b'],
    ['CN=a+O=b', 'CN=a,O=b'],
    ['CN=a+CN=a', 'CN=a+CN=b'],
    ['CN=é', 'CN=e'],
    ['2.5.4.45=#03020780', '2.5.4.45=\\#03020780'],
  ]

  assert.ok(namesMatch(printable, name('O=Example')))
  for (const [a, b] of same) assert.ok(namesMatch(name(a), name(b)) && namesMatch(name(b), name(a)), `${a} = ${b}`)
  for (const [a, b] of different)
    assert.ok(!namesMatch(name(a), name(b)) && !namesMatch(name(b), name(a)), `${a} ≠ ${b}`)
})

test('a name is within another when it begins with all of it (RFC 5280 §4.2.1.10)', () => {
  const leaf = name('CN=www,OU=Web,O=Example,C=SE')

  assert.ok(nameIsWithin(leaf, name('O=EXAMPLE,C=se')))
  assert.ok(nameIsWithin(leaf, leaf))
  assert.ok(nameIsWithin(leaf, EMPTY_NAME))
  assert.ok(!nameIsWithin(leaf, name('O=Example')))
  assert.ok(!nameIsWithin(leaf, name('O=Other,C=SE')))
  assert.ok(!nameIsWithin(name('C=SE'), leaf))
})

test('a character that the string type of an attribute cannot hold is refused, with its place', () => {
  assert.throws(
    () => makeName([[{ type: '2.5.4.6', value: 'Ö' }]]),
    /value: a character that a PrintableString cannot hold/,
  )
  assert.throws(() => makeName([[{ type: attributeTypeOid('DC') ?? '', value: 'ö' }]]), /value: .*IA5String/)
  assert.throws(() => makeName([[]]), /without attributes/)
  assert.throws(
    () => Name.decode(Uint8Array.fromHex('30023100')),
    /0: a relative distinguished name without attributes/,
  )
})

test('attributes are found by name, short name and identifier, and each row is the only one of its kind', () => {
  assert.equal(attributeTypeOid('CN'), '2.5.4.3')
  assert.equal(attributeTypeOid('commonname'), '2.5.4.3')
  assert.equal(attributeTypeOid('1.2.3'), '1.2.3')
  assert.equal(attributeTypeOid('nonsense'), undefined)
  assert.equal(attributeTypeOid('__proto__'), undefined)
  assert.equal(attributeTypeName('2.5.4.97'), 'organizationIdentifier')
  assert.equal(attributeTypeName('1.2.3'), '1.2.3')
  for (const key of ['type', 'short', 'oid'] as const)
    assert.equal(new Set(ATTRIBUTE_TYPES.map((row) => row[key].toLowerCase())).size, ATTRIBUTE_TYPES.length)
})

async function opensslSubject(subject: Name): Promise<string> {
  const algorithm = algorithmIdentifier('ecdsa-sha256')
  const info = encodeCertificationRequestInfo({ subject, publicKey: SAMPLE_KEY, extensions: [] })
  const input = assembleSigned(info, algorithm, new Uint8Array(8))
  const options = ['-noout', '-subject', '-nameopt', 'RFC2253,utf8,-esc_msb']
  const { status, stdout, stderr } = await run('openssl', ['req', '-inform', 'DER', ...options], { input })
  assert.equal(status, 0, String(stderr))
  return stdout
    .toString()
    .replace(/^subject=/, '')
    .replace(/\n$/, '')
}
