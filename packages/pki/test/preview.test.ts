import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NULL_PARAMETERS } from '@chancery/x509'
import {
  type CertificateRequest,
  encodeDraft,
  fillTemplate,
  lintDraft,
  type Overrides,
  type Profile,
  preview,
} from '../src/index.ts'
import { cn, dns, email, ip, keyOf, NOW, requestOf, rootCa, starter } from './world.ts'

const ca = rootCa()
const key = keyOf('ecdsa-p256')
const shown = (profile: Profile, request: Partial<CertificateRequest>, overrides?: Overrides, issuer = ca.issuer) =>
  preview({
    request: requestOf(request),
    template: { name: 'Test', profile },
    issuer,
    keyIdentifier: key.keyIdentifier,
    now: NOW,
    ...(overrides && { overrides }),
  })

test('a preview shows the certificate that would be made, but for its serial number', () => {
  const request = { subjectAltNames: [dns('www.example.com')] }
  const { encoded, problems, findings } = shown(starter('Web Server'), request)
  assert.ok(encoded)
  const { serialNumber } = encoded.draft
  const draft = fillTemplate({ profile: starter('Web Server'), request: requestOf(request) }, ca.issuer, {
    serialNumber,
    keyIdentifier: key.keyIdentifier,
    now: NOW,
  })

  assert.deepEqual([problems, findings], [[], []])
  assert.equal(encoded.tbs.toHex(), lintDraft(encodeDraft(draft), ca.issuer).tbs.toHex())
})

test('a preview tells what is not taken over', () => {
  const { ignored, ignoredNames } = shown(starter('Web Server'), {
    subject: [cn('www.example.com'), { type: 'organizationName', value: 'Example' }],
    subjectAltNames: [dns('www.example.com'), email('a@example.com')],
    extensions: [{ id: '2.5.29.19', critical: true, value: NULL_PARAMETERS }],
  })

  assert.deepEqual(ignored, [{ id: '2.5.29.19', critical: true }])
  assert.deepEqual(ignoredNames, ['organizationName=Example', 'email:a@example.com'])
})

test('a preview throws nothing: what would be refused stands in it as problems', () => {
  const { encoded, problems } = shown(
    { ...starter('Web Server'), keyTypes: ['rsa-2048'] },
    { subjectAltNames: [dns('a_b.example')] },
  )

  assert.deepEqual(
    problems.map(({ field }) => field),
    ['/publicKey', '/subjectAltNames/0'],
  )
  assert.ok(encoded)
})

test('a preview without a certificate says why there is none', () => {
  const expired = { ...ca.issuer, certificate: { ...ca.issuer.certificate, notAfter: NOW - 1000 } }
  const { encoded, problems, findings } = shown(
    starter('Web Server'),
    { subjectAltNames: [dns('a.example')] },
    undefined,
    expired,
  )

  assert.equal(encoded, undefined)
  assert.deepEqual(problems, [{ detail: 'The CA certificate is not valid now.' }])
  assert.deepEqual(findings, [])
})

test('a preview has the lints’ words for a certificate that would not be signed', () => {
  const profile: Profile = {
    ...starter('Web Server'),
    keyUsage: { bits: ['keyEncipherment'], rsaBits: [], critical: true },
  }
  const { findings } = shown(profile, { subjectAltNames: [ip('10.0.0.1')] })

  assert.deepEqual(
    findings.map(({ lint, severity, detail }) => [lint, severity, detail]),
    [
      ['commonNameIsInSan', 'warning', '"www.example.com" is not.'],
      ['ecKeysDoNotEncipher', 'error', 'Leave out keyEncipherment.'],
    ],
  )
})

test('a preview takes the approver’s overrides, and tells those that cannot be', () => {
  const good = shown(starter('Web Server'), {}, { subjectAltNames: [{ type: 'dns', value: 'a.example' }] })
  const bad = shown(starter('Web Server'), {}, { subjectAltNames: [{ type: 'upn', value: 'a@b.example' }] })

  assert.ok(good.encoded?.tbs.toHex().includes(new TextEncoder().encode('a.example').toHex()))
  assert.deepEqual(
    bad.problems.map(({ field }) => field),
    ['/subjectAltNames/0'],
  )
})

test('while its addresses name this machine only, every preview says so', () => {
  const local = {
    ...ca.issuer,
    addresses: {
      crl: 'http://localhost:8080/crl/1.crl',
      ocsp: 'http://localhost:8080/ocsp/1',
      aia: 'http://localhost:8080/aia/1.cer',
      cps: 'http://localhost:8080/cps/1',
    },
  }
  const { findings } = shown(starter('Web Server'), { subjectAltNames: [dns('www.example.com')] }, undefined, local)

  assert.deepEqual(
    findings.map(({ lint }) => lint),
    ['addressesCanBeReached'],
  )
})

test('a preview of ten thousand names says that they are too many, and does no more', () => {
  const subjectAltNames = Array.from({ length: 10_000 }, (_, at) => dns(`${at}.example`))

  const { encoded, problems } = shown(starter('Web Server'), { subjectAltNames })

  assert.deepEqual(
    problems.map(({ field }) => field),
    ['/subjectAltNames'],
  )
  assert.equal(encoded, undefined)
})
