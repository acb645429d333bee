import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { type Certificate, EXTENDED_KEY_USAGES } from '@chancery/x509'
import { mutateDer } from '../../../test/support/mutate-der.ts'
import { type SeededRandom, seededRandom } from '../../../test/support/seeded-random.ts'
import {
  approve,
  checkProfile,
  encodeDraft,
  fillTemplate,
  findings,
  type Grant,
  type GrantId,
  intermediateProfile,
  isPrivileged,
  lintDraft,
  OCSP_RESPONDER_PROFILE,
  type Profile,
  preview,
  Refusal,
  SAN_TYPES,
  STARTERS,
} from '../src/index.ts'
import { hostileNumber, hostileRequest, hostileText } from './fuzz-requests.ts'
import {
  type Ca,
  certify,
  dns,
  fillOf,
  keyOf,
  NOW,
  requestOf,
  rootCa,
  starter,
  subordinate,
  templateOf,
} from './world.ts'

/** How often something came to an end in each way. */
export interface Tally {
  passed: number
  refused: number
}

/** A template as lax as an officer may make it, but for names: those below ok.example. */
const LAX: Profile = {
  ...starter('Client Authentication'),
  subject: { fromRequest: 'any', required: [], fixed: [] },
  subjectAltNames: { fromRequest: SAN_TYPES, required: false, fixed: [], fromCommonName: true },
  validity: { default: { days: 30 }, maximum: { days: 90 }, backdateMinutes: 5, beyondIssuer: 'clamp' },
  copyExtensions: ['1.3.6.1.5.5.7.1.24', '1.2.3.4'],
  allow: {
    dns: ['**.ok.example', 'ok.example'],
    ip: ['192.0.2.0/24'],
    email: ['**.ok.example'],
    upn: ['ok.example'],
    uri: ['https://**.ok.example'],
  },
}

const CONSTRAINED = {
  nameConstraints: {
    permitted: [
      { type: 'dns', value: 'example.com' },
      { type: 'ip', value: '10.0.0.0/8' },
      { type: 'directoryName', value: 'O=Example' },
      { type: 'email', value: '.example.com' },
    ],
    excluded: [{ type: 'uri', value: 'example.com' }],
  },
} as const

/**
 * Asks for certificates that nobody may have. What is not refused is signed, and OpenSSL must not take it for a CA, or for a
 * host, address or mailbox outside the rules.
 */
export function fuzzRequests(seed: number, rounds: number): Tally {
  const random = seededRandom(seed)
  const ca = rootCa()
  const tally: Tally = { passed: 0, refused: 0 }
  for (let round = 0; round < rounds; round++) {
    const request = hostileRequest(random)
    const told = () => `seed ${seed}, round ${round}: ${JSON.stringify(request, (_, value) => plain(value))}`
    const template = templateOf(LAX)
    attempt(told, () => preview({ request, template, issuer: ca.issuer, keyIdentifier: new Uint8Array(20), now: NOW }))
    const certificate = attempt(told, () => issued(grantedFor(request, LAX), ca))
    if (certificate === undefined) {
      tally.refused++
      continue
    }
    tally.passed++
    checkHarmless(certificate, told)
  }
  return tally
}

function checkHarmless(certificate: Certificate, told: () => string): void {
  const read = new X509Certificate(certificate.der)
  const always = { subject: 'always' } as const
  assert.equal(read.ca, false, told())
  assert.equal(read.checkHost('www.bank.example', always), undefined, told())
  assert.equal(read.checkHost('bank.example', always), undefined, told())
  assert.equal(read.checkEmail('root@bank.example', always), undefined, told())
  assert.equal(read.checkIP('10.6.6.6'), undefined, told())
  assert.equal(read.checkIP('::ffff:10.6.6.6'), undefined, told())
  assert.deepEqual(read.keyUsage, [EXTENDED_KEY_USAGES.clientAuth], told())
  const known = new Set(['1.3.6.1.5.5.7.1.24', '1.2.3.4', ...ORDINARY])
  for (const { id } of certificate.extensions) assert.ok(known.has(id), `${id}: ${told()}`)
  assert.ok(certificate.notAfter - certificate.notBefore < 90 * 86_400_000, told())
}
const ORDINARY = [14, 15, 17, 19, 31, 35, 37].map((arc) => `2.5.29.${arc}`).concat('1.3.6.1.5.5.7.1.1')

/** Profiles as somebody sends them. */
export interface SentProfiles {
  /** What is changed: JSON. */
  readonly bodies: readonly object[]
  /** The profile that it says; `undefined` for what is none. */
  read(body: unknown): Profile | undefined
}

/** All that the product itself makes, and the laxest. */
export const PROFILES: readonly Profile[] = [
  ...STARTERS.map(({ profile }) => profile),
  LAX,
  intermediateProfile(CONSTRAINED),
  OCSP_RESPONDER_PROFILE,
]

/** Changes profiles that are sent. One that may be stored never makes a fault of a request, and never an unprivileged CA. */
export function fuzzProfiles(seed: number, rounds: number, { bodies, read }: SentProfiles): Tally {
  const random = seededRandom(seed)
  const words = wordsOf(bodies)
  const ca = rootCa()
  const tally: Tally = { passed: 0, refused: 0 }
  for (let round = 0; round < rounds; round++) {
    const body = structuredClone(random.pick(bodies))
    for (let times = 1 + random.number(3); times > 0; times--) mutateJson(body, random, words)
    const sent = JSON.stringify(body)
    const told = () => `seed ${seed}, round ${round}: ${sent}`
    const profile = attempt(told, () => read(JSON.parse(sent)))
    if (profile === undefined || checkOf(profile, told).length > 0) {
      tally.refused++
      continue
    }
    tally.passed++
    checkStored(profile, requestOf({ subjectAltNames: [dns('www.example.com')] }), ca, told)
    checkStored(profile, hostileRequest(random), ca, told)
  }
  return tally
}

function checkStored(profile: Profile, request: Grant['request'], ca: Ca, told: () => string): void {
  const template = templateOf(profile)
  attempt(told, () => preview({ request, template, issuer: ca.issuer, keyIdentifier: new Uint8Array(20), now: NOW }))
  const certificate = attempt(told, () => issued(grantedFor(request, profile), ca))
  if (certificate === undefined) return
  assert.ok(isPrivileged(profile) || !new X509Certificate(certificate.der).ca, told())
}

/** Certificates with all that templates put into them: names of every kind, policies with notices, extensions of others. */
const FULL_REQUEST = requestOf({
  subject: [
    { type: 'commonName', value: 'a.ok.example' },
    { type: 'organizationName', value: 'Älice' },
    { type: 'countryName', value: 'SE' },
  ],
  subjectAltNames: [
    dns('a.ok.example'),
    { type: 'ip', value: '192.0.2.1' },
    { type: 'email', value: 'a@b.ok.example' },
    { type: 'uri', value: 'https://a.ok.example/' },
    { type: 'upn', value: 'a@ok.example' },
  ],
})
const LINTED: readonly Profile[] = [
  {
    ...LAX,
    policies: [{ policy: '1.2.3.4', cps: true, userNotice: 'é' }],
    extraExtensions: [{ id: '1.3.6.1.5.5.7.1.24', critical: false, value: 'MAMCAQU=' }],
  },
  OCSP_RESPONDER_PROFILE,
]

/** Lints of bytes that somebody changed: findings, and nothing else. */
export function fuzzLints(seed: number, rounds: number): Tally {
  const random = seededRandom(seed)
  const issuers: readonly Ca[] = [
    rootCa(),
    subordinate(rootCa(), intermediateProfile(CONSTRAINED), 'Constrained', keyOf('ecdsa-p256', 1)),
  ]
  const samples = [
    ...issuers.map(({ issuer }) => issuer.certificate.tbs),
    ...LINTED.map((profile) => issued(grantedFor(FULL_REQUEST, profile), rootCa()).tbs),
  ]
  const tally: Tally = { passed: 0, refused: 0 }
  for (let round = 0; round < rounds; round++) {
    const changed = mutateDer(random.pick(samples), random, samples)
    const issuer = random.number(3) === 0 ? 'self' : random.pick(issuers).issuer
    const before = process.threadCpuUsage()
    const found = attempt(
      () => `seed ${seed}: ${changed.toHex()}`,
      () => findings(changed, issuer),
    )
    assert.ok(process.threadCpuUsage(before).user < 1_000_000, `slow: ${changed.toHex()}`)
    if (found?.some(({ lint }) => lint === 'certificateDecodes')) tally.refused++
    else tally.passed++
  }
  return tally
}

/** What `act` returns; `undefined` for a refusal. Anything else that is thrown fails. */
function attempt<T>(told: () => string, act: () => T): T | undefined {
  try {
    return act()
  } catch (error) {
    if (error instanceof Refusal) return undefined
    throw new Error(told(), { cause: error })
  }
}

function checkOf(profile: Profile, told: () => string): ReturnType<typeof checkProfile> {
  const problems = attempt(told, () => checkProfile(profile))
  assert.ok(problems, told())
  return problems
}

function grantedFor(request: Grant['request'], profile: Profile): Grant {
  return approve({
    request,
    evidence: { by: 'submitted-csr', request: 'request', account: 'account' },
    template: templateOf(profile),
    tenant: 'tenant',
    grantId: 'grant' as GrantId,
    approval: { account: 'account', approvedAt: NOW },
    mayUsePrivileged: isPrivileged(profile),
    now: NOW,
  })
}

function issued(grant: Grant, ca: Ca): Certificate {
  const key = { keyIdentifier: new Uint8Array(20).fill(9) }
  const draft = fillTemplate(grant, ca.issuer, fillOf(key))
  lintDraft(encodeDraft(draft), ca.issuer)
  return certify(draft, ca.key)
}

/** Texts that stand in profiles, by the name of their field: a change to one of these often makes another profile that can be. */
type Words = ReadonlyMap<string, readonly string[]>

function wordsOf(value: unknown, name = '', words = new Map<string, string[]>()): Words {
  if (typeof value === 'string') words.set(name, [...(words.get(name) ?? []), value])
  if (typeof value === 'object' && value !== null) {
    for (const [key, inside] of Object.entries(value)) wordsOf(inside, Array.isArray(value) ? name : key, words)
  }
  return words
}

/** Changes one value somewhere inside: text and numbers to odd ones, lists by leaving out, doubling and adding. */
function mutateJson(value: object, random: SeededRandom, words: Words, name = ''): void {
  const keys = Object.keys(value).concat(Array.isArray(value) ? [] : OPTIONAL)
  const key = random.pick(keys)
  const field = Array.isArray(value) ? name : key
  const inside: unknown = Reflect.get(value, key)
  if (Array.isArray(inside) && (inside.length === 0 || random.number(2) === 0)) mutateList(inside, field, random, words)
  else if (typeof inside === 'object' && inside !== null) mutateJson(inside, random, words, field)
  else if (inside !== undefined || random.number(4) === 0)
    Reflect.set(value, key, otherValue(field, inside, random, words))
}

/** Fields that may be absent, and a value of their type. */
const OPTIONAL = ['pathLength', 'notAfter', 'signatureAlgorithm', 'userNotice', 'hours', 'days', 'maximum']

function otherValue(name: string, value: unknown, random: SeededRandom, words: Words): unknown {
  if (typeof value === 'boolean') return !value
  if (typeof value === 'number' || NUMBERS.includes(name)) return random.pick([0, 1, 5, 100, hostileNumber(random)])
  if (name === 'notAfter') return random.pick(['2027-01-01T00:00:00Z', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z'])
  if (name === 'maximum') return { days: hostileNumber(random) }
  return value === null ? null : textOf(name, random, words)
}
const NUMBERS = ['pathLength', 'hours', 'days']

function textOf(name: string, random: SeededRandom, words: Words): string {
  const fitting = words.get(name)
  if (fitting !== undefined && random.number(3) > 0) return random.pick(fitting)
  return random.pick([...WORDS, hostileText(random)])
}

function mutateList(list: unknown[], name: string, random: SeededRandom, words: Words): void {
  const at = random.number(list.length)
  switch (list.length === 0 ? 3 : random.number(5)) {
    case 0:
      list.splice(at, 1)
      return
    case 1:
      list.push(structuredClone(list[at]))
      return
    case 2:
      list.reverse()
      return
    default:
      list.push(entryOf(name, random, words))
  }
}

function entryOf(name: string, random: SeededRandom, words: Words): unknown {
  const text = hostileText(random)
  switch (name) {
    case 'fixed':
      return { type: random.pick(['commonName', 'C', ...SAN_TYPES]), value: text }
    case 'extraExtensions':
      return {
        id: random.pick(WORDS),
        critical: random.number(2) === 0,
        value: random.pick(['BQA=', 'MAMBAf8=', '', text]),
      }
    case 'policies':
      return { policy: random.pick(WORDS), cps: true, userNotice: text }
    case 'permitted':
    case 'excluded':
      return { type: random.pick(['dns', 'email', 'uri', 'ip', 'upn', 'directoryName']), value: text }
    default:
      return textOf(name, random, words)
  }
}

const WORDS = [
  '2.5.29.19',
  '2.5.29.10',
  '2.5.29.17',
  '2.5.29.31',
  '2.5.29.36',
  '1.3.6.1.5.5.7.1.24',
  '2.5.29.37.0',
  '1.2.3.4',
  '1.3.6.1.5.5.7.3.9',
  '1.3.6.1.5.5.7.3.8',
  'keyCertSign',
  'digitalSignature',
  'directoryName',
  'rsa-sha256',
  'refuse',
  'http://a.example/x',
  '**.example.com',
  '10.0.0.0/8',
  '__proto__',
  'constructor',
]

function plain(value: unknown): unknown {
  return value instanceof Uint8Array ? value.toHex() : value
}
