import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import type { CaaQuestion } from '../../../../src/protocols/acme/challenge-validation.ts'
import { checkCaa } from '../../../../src/protocols/acme/validation/caa.ts'
import { type CaaProperty, DnsFailure } from '../../../../src/protocols/acme/validation/dns-resolver.ts'
import { parseIssueValue } from '../../../../src/protocols/acme/validation/issue-value.ts'
import { newTrace } from '../../../../src/protocols/acme/validation/trace.ts'
import { challengeValidation } from '../../../../src/protocols/acme/validation/validate-challenge.ts'
import {
  ACCOUNT,
  challengeFor,
  failureOf,
  KEY_AUTHORIZATION,
  NOBODY_WAITS,
  resolverOf,
  type Zone,
} from './looking-world.ts'

const QUESTION: CaaQuestion = {
  identifier: { type: 'dns', value: 'www.sub.example.com' },
  wildcard: false,
  method: 'http-01',
  accountUri: ACCOUNT,
  identities: ['ca.example', 'also.ca.example'],
}

function caa(...lines: readonly string[]): readonly CaaProperty[] {
  return lines.map((line) => {
    const [, flags = '0', tag = '', value = ''] = /^(\d+) (\S+) (.*)$/.exec(line) ?? []
    return { critical: (Number(flags) & 128) !== 0, tag, value }
  })
}

const FOR_WILDCARD: CaaQuestion = { ...QUESTION, wildcard: true }
const { method: _, ...APPROVED_BEFOREHAND } = QUESTION

async function judged(zone: NonNullable<Zone['caa']>, question: CaaQuestion = QUESTION) {
  const dns = resolverOf({ caa: zone })
  const result = await checkCaa(question, dns, newTrace(), AbortSignal.timeout(10_000))
  const answer = result.result === 'valid' ? 'allowed' : `${result.error.type}: ${result.error.detail}`
  return { answer, asked: dns.asked }
}

test('without any records everybody may issue, and every parent was asked', async () => {
  const { answer, asked } = await judged({})

  assert.equal(answer, 'allowed')
  assert.deepEqual(asked, ['CAA www.sub.example.com', 'CAA sub.example.com', 'CAA example.com', 'CAA com'])
})

test('the records of the nearest name count, and those above it do not', async () => {
  const zone = { 'sub.example.com': caa('0 issue other.example'), 'example.com': caa('0 issue ca.example') }

  const { answer, asked } = await judged(zone)

  assert.match(
    answer,
    /^caa: CAA at sub\.example\.com is issue "other\.example", and lets others issue but not this server\./,
  )
  assert.match(answer, /Add a record such as: sub\.example\.com\. CAA 0 issue "ca\.example"$/)
  assert.deepEqual(asked, ['CAA www.sub.example.com', 'CAA sub.example.com'])
})

test('a name server that does not answer forbids, also on the way up', async () => {
  const failing = { 'example.com': new DnsFailure('SERVFAIL') }

  assert.match((await judged(failing)).answer, /^dns: The question "CAA example\.com".* came back with SERVFAIL/)
  assert.equal((await judged({ ...failing, 'sub.example.com': caa('0 issue ca.example') })).answer, 'allowed')
})

test('CAA that nobody answers in time forbids as a question to the DNS that failed, for orders and challenges alike', async () => {
  const dns = { ...resolverOf({ txt: { '_acme-challenge.www.sub.example.com': [DIGEST] } }), caa: () => HANGING }
  const nowhere = async () => assert.fail('nothing but the DNS is to be asked')
  const validation = challengeValidation({
    ...NOBODY_WAITS,
    dns,
    fetch: nowhere,
    handshake: nowhere,
    whyNeverReached: nowhere,
    httpPort: 80,
    tlsPort: 443,
  })
  const challenge = challengeFor('dns-01', QUESTION.identifier.value, {
    settings: { caaIdentities: QUESTION.identities, homeLabNames: false },
  })

  for (const result of [
    await validation.newCaaCheck()(QUESTION, AbortSignal.timeout(50)),
    await validation.validate(challenge, AbortSignal.timeout(50)),
  ])
    assert.match(
      failureOf(result),
      /^dns: CAA of www\.sub\.example\.com: there was no whole answer within \d+ seconds\.$/,
    )
})
const HANGING = new Promise<never>(() => {})
const DIGEST = createHash('sha256').update(KEY_AUTHORIZATION).digest('base64url')

const ANSWERS: readonly (readonly [string, readonly string[], 'allowed' | RegExp, CaaQuestion?])[] = [
  ['one of several issuers is us', ['0 issue other.example', '0 issue ca.example'], 'allowed'],
  ['another identity of ours', ['0 issue also.ca.example'], 'allowed'],
  ['our name in capitals, with white space around', ['0 issue \t CA.Example \t'], 'allowed'],
  ['nobody', ['0 issue ;'], /lets others issue/],
  ['an empty value', ['0 issue '], /lets others issue/],
  ['a malformed value', ['0 issue %%%%%'], /malformed/],
  ['a malformed one beside ours', ['0 issue %%%%%', '0 issue ca.example'], 'allowed'],
  ['our name with a semicolon behind it', ['0 issue ca.example;'], 'allowed'],
  ['parameters that mean nothing to us', ['0 issue ca.example; id=1; color=red'], 'allowed'],
  ['parameters that are malformed', ['0 issue ca.example; id'], /malformed/],
  ['no issue at all', ['0 iodef mailto:a@example.com'], 'allowed'],
  ['an unknown property', ['0 tbs unknown'], 'allowed'],
  ['an unknown critical property', ['128 tbs unknown', '0 issue ca.example'], /critical property "tbs"/],
  ['a known critical property', ['128 issue ca.example', '128 iodef mailto:a@example.com'], 'allowed'],
  ['issuewild for a plain name', ['0 issuewild other.example'], 'allowed'],
  [
    'issuewild in place of issue for a wildcard',
    ['0 issue other.example', '0 issuewild ca.example'],
    'allowed',
    FOR_WILDCARD,
  ],
  [
    'issuewild of somebody else for a wildcard',
    ['0 issue ca.example', '0 issuewild other.example'],
    /issuewild "other\.example"/,
    FOR_WILDCARD,
  ],
  ['issue for a wildcard without issuewild', ['0 issue ca.example'], 'allowed', FOR_WILDCARD],
  ['our account', [`0 issue ca.example; accounturi=${ACCOUNT}`], 'allowed'],
  ['another account', ['0 issue ca.example; accounturi=https://pki.example.com/acme/account/2'], /another account/],
  ['our account in other letters', [`0 issue ca.example; accounturi=${ACCOUNT.toUpperCase()}`], /another account/],
  ['two accounts', [`0 issue ca.example; accounturi=${ACCOUNT}; accounturi=${ACCOUNT}`], /another account/],
  [
    'our account in a second record',
    ['0 issue ca.example; accounturi=x:y', `0 issue ca.example; accounturi=${ACCOUNT}`],
    'allowed',
  ],
  ['our method', ['0 issue ca.example; validationmethods=dns-01,http-01'], 'allowed'],
  ['another method', ['0 issue ca.example; validationmethods=dns-01'], /does not allow the method http-01/],
  ['an empty list of methods', ['0 issue ca.example; validationmethods='], /does not allow the method/],
  [
    'methods for a name that a policy approved',
    ['0 issue ca.example; validationmethods=http-01'],
    /approved it beforehand/,
    APPROVED_BEFOREHAND,
  ],
]
for (const [what, lines, expected, question] of ANSWERS) {
  test(`CAA that says ${what} is ${expected === 'allowed' ? 'met' : 'not met'}`, async () => {
    const { answer } = await judged({ 'example.com': caa(...lines) }, question)

    if (expected === 'allowed') assert.equal(answer, 'allowed')
    else assert.match(answer, expected)
  })
}

test('neither addresses nor policies without an identity are asked about', async () => {
  const forbidding = { 'example.com': caa('0 issue ;'), '192.0.2.1': caa('0 issue ;') }

  assert.deepEqual(await judged(forbidding, { ...QUESTION, identities: [] }), { answer: 'allowed', asked: [] })
  const address = { identifier: { type: 'ip', value: '192.0.2.1' } } as const
  assert.deepEqual(await judged(forbidding, { ...QUESTION, ...address }), { answer: 'allowed', asked: [] })
})

test('the value of issue is read by its grammar alone', () => {
  const good = {
    ' ca1.example.net ; account = 230123 ;\tx-y=%!:<~ ': ['ca1.example.net', 'account=230123', 'x-y=%!:<~'],
  }
  for (const [text, [issuer, ...parameters]] of Object.entries(good)) {
    const read = parseIssueValue(text)
    assert.equal(read?.issuer, issuer)
    assert.deepEqual(
      read?.parameters.map(({ tag, value }) => `${tag}=${value}`),
      parameters,
    )
  }
  for (const bad of [
    'a b',
    '-a.example',
    'a..b',
    'a.example; =x',
    'a.example; x=y;',
    'a.example; x=y z',
    'ä.example',
    'a;x=ä',
  ]) {
    assert.equal(parseIssueValue(bad), undefined, bad)
  }
  assert.equal(parseIssueValue(`${'a-'.repeat(100_000)}`), undefined)
})
