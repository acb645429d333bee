import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  type Certificate,
  type GeneralName,
  makeExtension,
  makeName,
  NULL_PARAMETERS,
  parseNameString,
  SubjectAltName,
} from '@chancery/x509'
import {
  encodeDraft,
  fillTemplate,
  findings,
  intermediateProfile,
  type SubjectAttribute,
  type Subtree,
} from '../src/index.ts'
import { isExcluded, isPermitted, nameRules } from '../src/name-constraints.ts'
import { openOpenssl, type Verdict } from './openssl.ts'
import {
  type Ca,
  certify,
  cn,
  dns,
  email,
  fillOf,
  ip,
  keyOf,
  requestOf,
  rootCa,
  starter,
  subordinate,
  uri,
} from './world.ts'

/** A CA with these constraints and a certificate with these names: is it valid? OpenSSL is asked the same. */
interface Row {
  readonly permitted?: readonly Subtree[]
  readonly excluded?: readonly Subtree[]
  readonly names?: readonly GeneralName[]
  readonly subject?: readonly SubjectAttribute[]
  readonly valid: boolean
  /** OpenSSL accepts it, and why we do not. */
  readonly stricter?: string
}

const tree =
  (type: Subtree['type']) =>
  (value: string): Subtree => ({ type, value })
const [inDns, inMail, inUri, inIp, inName] = [
  tree('dns'),
  tree('email'),
  tree('uri'),
  tree('ip'),
  tree('directoryName'),
]
const dn = (text: string): GeneralName => ({ type: 'directoryName', value: makeName(parseNameString(text)) })
const organization = (value: string): SubjectAttribute => ({ type: 'organizationName', value })
const mail = (value: string): SubjectAttribute => ({ type: 'emailAddress', value })

const ROWS: readonly Row[] = [
  // DNS: zero or more labels to the left.
  { permitted: [inDns('example.com')], names: [dns('example.com')], valid: true },
  { permitted: [inDns('example.com')], names: [dns('a.b.example.com')], valid: true },
  { permitted: [inDns('example.com')], names: [dns('WWW.EXAMPLE.com')], valid: true },
  { permitted: [inDns('EXAMPLE.com')], names: [dns('www.example.com')], valid: true },
  { permitted: [inDns('example.com')], names: [dns('badexample.com')], valid: false },
  { permitted: [inDns('example.com')], names: [dns('example.com.evil.org')], valid: false },
  { permitted: [inDns('host.example.com')], names: [dns('host1.example.com')], valid: false },
  { permitted: [inDns('example.com')], names: [dns('example.com'), dns('example.org')], valid: false },
  {
    permitted: [inDns('example.com'), inDns('example.org')],
    names: [dns('example.com'), dns('example.org')],
    valid: true,
  },
  { permitted: [inDns('')], names: [dns('example.com')], valid: true },
  { permitted: [inDns('example.com')], names: [dns('*.example.com')], valid: true },
  { permitted: [inDns('www.example.com')], names: [dns('*.example.com')], valid: false },
  { excluded: [inDns('example.com')], names: [dns('www.example.com')], valid: false },
  { excluded: [inDns('example.com')], names: [dns('example.com')], valid: false },
  { excluded: [inDns('example.com')], names: [dns('example.org')], valid: true },
  { excluded: [inDns('')], names: [dns('example.org')], valid: false },
  { excluded: [inDns('')], names: [ip('10.0.0.1')], valid: true },
  {
    permitted: [inDns('example.com')],
    excluded: [inDns('www.example.com')],
    names: [dns('www.example.com')],
    valid: false,
  },
  {
    permitted: [inDns('example.com')],
    excluded: [inDns('www.example.com')],
    names: [dns('mail.example.com')],
    valid: true,
  },
  {
    excluded: [inDns('www.example.com')],
    names: [dns('*.example.com')],
    valid: false,
    stricter: 'the wildcard stands for the excluded name',
  },
  { excluded: [inDns('a.www.example.com')], names: [dns('*.example.com')], valid: true },
  // A leading dot, unknown to RFC 5280 for DNS, written by many.
  { permitted: [inDns('.example.com')], names: [dns('www.example.com')], valid: true },
  { permitted: [inDns('.example.com')], names: [dns('example.com')], valid: false },
  { excluded: [inDns('.example.com')], names: [dns('a.example.com')], valid: false },
  // Constraints bind only names of their type.
  { permitted: [inDns('example.com')], names: [email('a@example.org')], valid: true },
  { permitted: [inDns('example.com')], names: [ip('192.0.2.1')], valid: true },
  { permitted: [inIp('192.0.2.0/24')], names: [dns('example.org')], valid: true },
  // Addresses.
  { permitted: [inIp('192.0.2.0/24')], names: [ip('192.0.2.200')], valid: true },
  { permitted: [inIp('192.0.2.0/24')], names: [ip('192.0.3.1')], valid: false },
  { permitted: [inIp('192.0.2.0/24')], names: [ip('2001:db8::1')], valid: false },
  { permitted: [inIp('2001:db8::/32')], names: [ip('2001:db8:1::1')], valid: true },
  { permitted: [inIp('2001:db8::/32')], names: [ip('192.0.2.1')], valid: false },
  { permitted: [inIp('10.0.0.0/8'), inIp('2001:db8::/32')], names: [ip('10.1.2.3'), ip('2001:db8::1')], valid: true },
  { excluded: [inIp('0.0.0.0/0')], names: [ip('10.1.2.3')], valid: false },
  { excluded: [inIp('0.0.0.0/0')], names: [ip('::1')], valid: true },
  {
    excluded: [inIp('10.0.0.0/8')],
    names: [ip('::ffff:10.0.0.1')],
    valid: false,
    stricter: 'it is the same machine in the other version',
  },
  {
    excluded: [inIp('::ffff:10.0.0.0/104')],
    names: [ip('10.0.0.1')],
    valid: false,
    stricter: 'it is the same machine in the other version',
  },
  { excluded: [inIp('10.0.0.0/8')], names: [ip('::ffff:192.0.2.1')], valid: true },
  { permitted: [inIp('10.1.2.3/32')], names: [ip('10.1.2.3')], valid: true },
  { permitted: [inIp('10.1.2.3/32')], names: [ip('10.1.2.4')], valid: false },
  { permitted: [inIp('10.0.0.0/9')], names: [ip('10.128.0.0')], valid: false },
  // Mail: a mailbox, a host, the hosts below.
  { permitted: [inMail('root@example.com')], names: [email('root@example.com')], valid: true },
  { permitted: [inMail('root@example.com')], names: [email('root@EXAMPLE.com')], valid: true },
  { permitted: [inMail('root@example.com')], names: [email('alice@example.com')], valid: false },
  { permitted: [inMail('root@example.com')], names: [email('ROOT@example.com')], valid: false },
  { permitted: [inMail('example.com')], names: [email('alice@example.com')], valid: true },
  { permitted: [inMail('example.com')], names: [email('alice@mail.example.com')], valid: false },
  { permitted: [inMail('.example.com')], names: [email('alice@mail.example.com')], valid: true },
  { permitted: [inMail('.example.com')], names: [email('alice@example.com')], valid: false },
  { permitted: [inMail('example.com')], names: [email('alice@badexample.com')], valid: false },
  { excluded: [inMail('example.com')], names: [email('alice@Example.com')], valid: false },
  { excluded: [inMail('example.com')], names: [email('alice@mail.example.com')], valid: true },
  {
    excluded: [inMail('root@example.com')],
    names: [email('ROOT@example.com')],
    valid: false,
    stricter: 'many systems deliver both to one mailbox',
  },
  // Mail addresses in the subject.
  { permitted: [inMail('example.com')], subject: [cn('Alice'), mail('alice@example.com')], valid: true },
  { permitted: [inMail('example.com')], subject: [cn('Alice'), mail('alice@example.org')], valid: false },
  {
    permitted: [inMail('example.com')],
    subject: [cn('Alice'), mail('alice@example.org')],
    names: [email('alice@example.com')],
    valid: false,
  },
  // URIs: the host.
  { permitted: [inUri('example.com')], names: [uri('https://example.com/x')], valid: true },
  { permitted: [inUri('example.com')], names: [uri('https://EXAMPLE.com:8443/x')], valid: true },
  { permitted: [inUri('example.com')], names: [uri('https://www.example.com/x')], valid: false },
  { permitted: [inUri('.example.com')], names: [uri('https://www.example.com/x')], valid: true },
  { permitted: [inUri('.example.com')], names: [uri('https://example.com/x')], valid: false },
  { permitted: [inUri('.example.com')], names: [uri('https://example.com@evil.org/')], valid: false },
  { permitted: [inUri('example.com')], names: [uri('urn:x:y')], valid: false },
  { permitted: [inUri('example.com')], names: [uri('http://10.0.0.1/')], valid: false },
  { excluded: [inUri('example.com')], names: [uri('https://example.com/x')], valid: false },
  { excluded: [inUri('example.com')], names: [uri('https://example.org/x')], valid: true },
  { excluded: [inUri('example.com')], names: [uri('urn:x:y')], valid: false },
  // Directory names: the subject too.
  { permitted: [inName('O=Example')], subject: [organization('Example'), cn('Alice')], valid: true },
  { permitted: [inName('O=Example')], subject: [organization('EXAMPLE'), cn('Alice')], valid: true },
  { permitted: [inName('O=Example')], subject: [organization('Other'), cn('Alice')], valid: false },
  { permitted: [inName('O=Example')], subject: [cn('Alice')], valid: false },
  { permitted: [inName('O=Example')], subject: [], names: [dns('a.example')], valid: true },
  { permitted: [inName('O=Example')], subject: [organization('Example')], names: [dn('CN=Bob,O=Other')], valid: false },
  {
    permitted: [inName('O=Example')],
    subject: [organization('Example')],
    names: [dn('CN=Bob,O=Example')],
    valid: true,
  },
  { excluded: [inName('O=Example')], subject: [organization('Example'), cn('Alice')], valid: false },
  { excluded: [inName('O=Example')], subject: [organization('Other'), cn('Alice')], valid: true },
  // What looks like a host in a common name.
  { permitted: [inDns('example.com')], subject: [cn('www.example.org')], valid: false },
  { permitted: [inDns('example.com')], subject: [cn('www.example.com')], valid: true },
  { permitted: [inDns('example.com')], subject: [cn('Alice Smith')], valid: true },
  { excluded: [inDns('example.org')], subject: [cn('www.example.org')], valid: false },
  {
    permitted: [inDns('example.com')],
    subject: [cn('www.example.org')],
    names: [dns('example.com')],
    valid: false,
    stricter: 'some clients still read the common name',
  },
  {
    permitted: [inIp('192.0.2.0/24')],
    subject: [cn('10.0.0.1')],
    valid: false,
    stricter: 'some clients still read the common name',
  },
]

const openssl = await openOpenssl()
after(openssl.close)

const root = rootCa()
const leafKey = keyOf('ecdsa-p256', 2)
const caKey = keyOf('ecdsa-p256', 1)
for (const row of ROWS) {
  test(`${titleOf(row)} is ${row.valid ? 'valid' : 'refused'}${row.stricter ? `, though not by OpenSSL: ${row.stricter}` : ', as OpenSSL says'}`, async () => {
    const ca = constrainedCa(row)
    const draft = leafOf(row, ca)

    const found = findings(encodeDraft(draft).tbs, ca.issuer).map(({ lint }) => lint)

    assert.equal(!found.includes('namesArePermitted') && !found.includes('namesAreNotExcluded'), row.valid)
    const verdict = await askOpenssl(ca, certify(draft, ca.key))
    assert.equal(verdict.valid, row.valid || row.stricter !== undefined, verdict.words)
  })
}

test('a host that stands in the common name as well is said to be outside once', () => {
  const ca = constrainedCa({ permitted: [inDns('example.com')], valid: true })
  const draft = leafOf({ names: [dns('www.example.org')], subject: [cn('www.example.org')], valid: false }, ca)

  const [finding] = findings(encodeDraft(draft).tbs, ca.issuer)

  assert.deepEqual([finding?.lint, finding?.detail], ['namesArePermitted', '"dns:www.example.org" is not.'])
})

test('the constraints of every CA above bind, not only those of the issuer', async () => {
  const upper = constrainedCa({ permitted: [inDns('example.com')], valid: true })
  const lower = subordinate(upper, intermediateProfile(), 'Lower', keyOf('ecdsa-p256', 3), true)
  const draft = leafOf({ names: [dns('example.org')], valid: false }, lower)

  const found = findings(encodeDraft(draft).tbs, lower.issuer).map(({ lint }) => lint)

  assert.ok(found.includes('namesArePermitted'))
  const verdict = await askOpenssl(lower, certify(draft, lower.key))
  assert.match(verdict.words, /permitted subtree violation/)
})

/** Forms without rules in RFC 5280, which no other program is asked about. */
test('user principal names are bound as mail addresses are, and otherNames of an unknown kind always refused', () => {
  const upn = (value: string): GeneralName => ({ type: 'upn', value })
  const rules = nameRules({
    permitted: [{ base: upn('corp.example') }, { base: upn('.sub.example') }],
    excluded: [
      { base: upn('root@corp.example') },
      { base: { type: 'otherName', typeId: '1.2.3', value: NULL_PARAMETERS } },
    ],
  })
  const judged = (name: GeneralName) => [isPermitted(rules, name), isExcluded(rules, name)]

  assert.deepEqual(judged(upn('alice@CORP.example')), [true, false])
  assert.deepEqual(judged(upn('alice@a.sub.example')), [true, false])
  assert.deepEqual(judged(upn('alice@other.example')), [false, false])
  assert.deepEqual(judged(upn('ROOT@corp.example')), [true, true])
  assert.deepEqual(judged({ type: 'otherName', typeId: '1.2.3', value: NULL_PARAMETERS }), [true, true])
  assert.deepEqual(judged({ type: 'otherName', typeId: '1.2.4', value: NULL_PARAMETERS }), [true, false])
})

function constrainedCa({ permitted = [], excluded = [] }: Row): Ca {
  const profile = intermediateProfile({ pathLength: null, nameConstraints: { permitted, excluded } })
  return subordinate(root, profile, 'Constrained', caKey, true)
}

function leafOf({ names = [], subject = [cn('Alice')] }: Row, ca: Ca) {
  const profile = {
    ...starter('Client Authentication'),
    subject: { fromRequest: 'any', required: [], fixed: [] },
  } as const
  const draft = fillTemplate({ profile, request: requestOf({ key: leafKey, subject }) }, ca.issuer, fillOf(leafKey))
  // Put in as they are: what is under test is the lint, not the judges before it.
  const san = names.length === 0 ? [] : [makeExtension(SubjectAltName, names, subject.length === 0)]
  return { ...draft, extensions: [...draft.extensions, ...san] }
}

async function askOpenssl({ issuer }: Ca, leaf: Certificate): Promise<Verdict> {
  const verdict = await openssl.verify(issuer.chain, leaf)
  if (!verdict.valid) assert.match(verdict.words, /subtree violation|unsupported or invalid name|unsupported name/)
  return verdict
}

function titleOf({ permitted = [], excluded = [], names = [], subject }: Row): string {
  const list = (trees: readonly Subtree[]) => trees.map(({ type, value }) => `${type}:${value}`).join(' ')
  const certificate = [
    ...(subject ?? []).map(({ type, value }) => `${type}=${value}`),
    ...names.map((name) =>
      'value' in name && typeof name.value === 'string' ? `${name.type}:${name.value}` : name.type,
    ),
  ]
  return [
    `${certificate.join(' ') || 'a certificate without names'} below`,
    ...(permitted.length > 0 ? [`permitted ${list(permitted)}`] : []),
    ...(excluded.length > 0 ? [`excluded ${list(excluded)}`] : []),
  ].join(' ')
}

test('what excludes a name excludes it in every form in which somebody may read it', () => {
  const excludes = (base: GeneralName, name: GeneralName) => isExcluded(nameRules({ excluded: [{ base }] }), name)
  const upn = (value: string): GeneralName => ({ type: 'upn', value })

  assert.equal(excludes(upn('xn--bcher-kva.example'), upn('a@BÜCHER.example')), true)
  assert.equal(excludes(upn('bank.example'), upn('a@\uff42ank.example')), true)
  assert.equal(excludes(upn('root@bank.example'), upn('Root@\uff42ank.example')), true)
  assert.equal(excludes(dns('bank.example.'), dns('www.bank.example')), true)
  assert.equal(excludes(dns('www.bank.example'), dns('w*.bank.example')), true)
  assert.equal(excludes(dns('www.bank.example'), dns('w*.a.bank.example')), false)
  assert.equal(excludes(dns('bank.example'), dns('foo_bar.bank.example')), true)
})
