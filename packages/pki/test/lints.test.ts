import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeExtension, PolicyConstraints } from '@chancery/x509'
import { encodeDraft, fillTemplate, findings, lintDraft, Refusal } from '../src/index.ts'
import { LINTS } from '../src/lint-table.ts'
import { CERTIFICATE_FIELDS } from '../src/lints/lint-row.ts'
import { CASES } from './lint-cases/cases.ts'
import { findingsOf } from './lint-cases/lint-case.ts'
import { cn, dns, fillOf, requestOf, rootCa, starter } from './world.ts'

test('every lint has its cases, and there is no other', () => {
  const names = LINTS.map(([name]) => name)

  assert.deepEqual(Object.keys(CASES).toSorted(), names.toSorted())
})

for (const [name, lint] of LINTS) {
  const { breaks, keeps } = CASES[name] ?? { breaks: [], keeps: [] }

  test(`${name} finds each certificate that breaks it`, () => {
    assert.ok(breaks.length > 0)
    for (const [at, described] of breaks.entries()) {
      const found = findingsOf(described).find((finding) => finding.lint === name)

      assert.ok(found, `case ${at} is not found`)
      assert.equal(found.severity, lint.severity ?? 'error')
      assert.equal(found.cites, lint.cites)
    }
  })

  test(`${name} lets pass what keeps it`, () => {
    assert.ok(keeps.length > 0)
    for (const [at, described] of keeps.entries()) {
      const found = findingsOf(described).find((finding) => finding.lint === name)

      assert.equal(found, undefined, `case ${at}: ${found?.detail}`)
    }
  })
}

test('each lint says where its rule stands, in one form', () => {
  for (const [name, { cites, requires }] of LINTS) {
    assert.match(
      cites,
      /^(?:RFC \d+ (?:§\d+(?:\.\d+)*|Appendix [A-Z]\.\d)|CA\/Browser Forum Baseline Requirements §\d+(?:\.\d+)+|FIPS 186-4 §B\.3\.1|CVE-\d+-\d+|Apple HT\d+|Microsoft .*|Chancery)$/,
      name,
    )
    assert.match(requires, /^[A-Za-z].*\.$/, name)
  }
})

test('each finding names a field of the certificate', () => {
  const fields: ReadonlySet<string> = new Set(CERTIFICATE_FIELDS)

  for (const [name, { breaks }] of Object.entries(CASES))
    for (const { lint, field } of breaks.flatMap(findingsOf)) {
      const [first = ''] = field.split('.')
      // These two name any extension.
      const isNamed = lint === 'criticalExtensionsAreKnown' || lint === 'extensionsDecode'
      assert.ok(isNamed ? first !== '' : fields.has(first), `${lint} of ${name}: ${field}`)
    }
})

test('a finding names the part of the field that is to blame', () => {
  const constrained = rootCa({ nameConstraints: { permitted: [{ type: 'dns', value: 'example.com' }], excluded: [] } })
  const subject = [cn('Somebody'), { type: 'countryName', value: 'd1' }]
  const subjectAltNames = [dns('a.example.com'), dns('a.example.org')]
  const web = starter('Web Server')
  const profile = { ...web, subject: { ...web.subject, fromRequest: 'any' as const } }
  const policyConstraints = makeExtension(PolicyConstraints, { requireExplicitPolicy: 0 })

  const told = [
    ...findingsOf({ profile, request: { subject, subjectAltNames }, ca: constrained }),
    ...findingsOf({ extensions: [policyConstraints] }),
  ]

  assert.deepEqual(
    told.filter(({ severity }) => severity === 'error').map(({ lint, field }) => [lint, field]),
    [
      ['countriesHaveTwoLetters', 'subject.countryName'],
      ['namesArePermitted', 'subjectAltName.1'],
      ['policyLimitsAreCritical', 'policyConstraints'],
      ['policyLimitsAreForCas', 'policyConstraints'],
    ],
  )
})

test('an extension that is there twice makes the bytes no certificate', () => {
  const ca = rootCa()
  const draft = fillTemplate(
    { profile: starter('Web Server'), request: requestOf({ subjectAltNames: [dns('a.example')] }) },
    ca.issuer,
    fillOf(ca.key),
  )
  const { tbs } = encodeDraft(draft)

  const twice = Uint8Array.fromHex(tbs.toHex().replace('0603551d0e', '0603551d0f'))
  const [found, ...others] = findings(twice, ca.issuer)

  assert.equal(found?.lint, 'certificateDecodes')
  assert.match(found?.detail ?? '', /2\.5\.29\.15 is there twice/)
  assert.deepEqual(others, [])
})

test('a draft with errors is refused with one problem for each, and warnings stop nothing', () => {
  const ca = rootCa()
  const request = requestOf({ subjectAltNames: [dns('www.example.com')] })
  const draft = fillTemplate({ profile: starter('Web Server'), request }, ca.issuer, fillOf(ca.key))
  const warned = lintDraft(encodeDraft({ ...draft, notAfter: draft.notBefore + 1000 * 86_400_000 }), ca.issuer)

  assert.deepEqual(
    warned.warnings.map(({ lint }) => lint),
    ['serverValidityIsAccepted'],
  )
  assert.throws(
    () => lintDraft(encodeDraft({ ...draft, serialNumber: 0n }), ca.issuer),
    (error) => {
      assert.ok(error instanceof Refusal)
      assert.equal(error.code, 'lint')
      assert.deepEqual(
        error.problems.map(({ field, lint, cites }) => [field, lint, cites]),
        [
          ['serialNumber', 'serialNumberFits', 'RFC 5280 §4.1.2.2'],
          ['serialNumber', 'serialNumberIsUnpredictable', 'CA/Browser Forum Baseline Requirements §7.1'],
        ],
      )
      return true
    },
  )
})

test('what its type cannot hold is refused at the field in which it stands', () => {
  const ca = rootCa()
  const web = starter('Web Server')
  const profile = { ...web, subject: { ...web.subject, fromRequest: 'any' as const } }
  const refusal = (make: () => unknown) => {
    try {
      make()
    } catch (error) {
      assert.ok(error instanceof Refusal)
      return error.problems.map(({ field, rule, detail }) => [
        field,
        rule !== undefined,
        detail.endsWith('leave it out.'),
      ])
    }
    return assert.fail('it is not refused')
  }
  const filled = (...subject: { type: string; value: string }[]) =>
    refusal(() => fillTemplate({ profile, request: requestOf({ subject }) }, ca.issuer, fillOf(ca.key)))

  assert.deepEqual(filled(cn('Somebody'), { type: 'countryName', value: 'Ελ' }), [['subject.countryName', true, true]])
  assert.deepEqual(filled({ type: 'emailAddress', value: 'ä@example.com' }), [['subject.emailAddress', true, true]])
  assert.deepEqual(
    refusal(() => rootCa({ nameConstraints: { permitted: [{ type: 'dns', value: 'ä.example' }], excluded: [] } })),
    [['nameConstraints.permitted.base.dns', true, true]],
  )
})

test('bytes that somebody spoiled are told of, never thrown at the caller as a fault', () => {
  const ca = rootCa()
  const request = requestOf({ subjectAltNames: [dns('www.example.com')] })
  const profile = { ...starter('Web Server'), policies: [{ policy: '1.2.3', cps: true, userNotice: 'x' }] }
  const { tbs } = encodeDraft(fillTemplate({ profile, request }, ca.issuer, fillOf(ca.key)))
  let told = 0
  for (let at = 0; at < tbs.length; at++) {
    for (const octet of [0x00, 0x7f, 0x80, 0xff, (tbs[at] ?? 0) ^ 1]) {
      if (findings(tbs.with(at, octet), ca.issuer).length > 0) told += 1
    }
    assert.ok(findings(tbs.subarray(0, at), ca.issuer).length > 0, `cut at ${at}`)
  }
  assert.ok(told > tbs.length)
})
