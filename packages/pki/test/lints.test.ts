import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeDraft, fillTemplate, findings, lintDraft, Refusal } from '../src/index.ts'
import { LINTS } from '../src/lint-table.ts'
import { CASES } from './lint-cases/cases.ts'
import { findingsOf } from './lint-cases/lint-case.ts'
import { dns, fillOf, requestOf, rootCa, starter } from './world.ts'

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
        error.problems.map(({ field, cites }) => [field, cites]),
        [
          ['serialNumberFits', 'RFC 5280 §4.1.2.2'],
          ['serialNumberIsUnpredictable', 'CA/Browser Forum Baseline Requirements §7.1'],
        ],
      )
      return true
    },
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
