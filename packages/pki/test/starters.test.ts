import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EXTENDED_KEY_USAGES, type GeneralName, type KeyType } from '@chancery/x509'
import {
  checkProfile,
  encodeDraft,
  fillRoot,
  fillTemplate,
  findings,
  intermediateProfile,
  isPrivileged,
  lintDraft,
  OCSP_RESPONDER_PROFILE,
  STARTERS,
} from '../src/index.ts'
import { cn, dns, email, fillOf, keyOf, NOW, nextSerial, requestOf, rootCa } from './world.ts'

const TESTED: readonly KeyType[] = [
  'rsa-2048',
  'ecdsa-p256',
  'ecdsa-p384',
  'ecdsa-p521',
  'ed25519',
  'ml-dsa-44',
  'slh-dsa-sha2-128f',
]

test('there are the ten starters, and each may be stored', () => {
  const names = STARTERS.map(({ name }) => name)

  assert.deepEqual(names, [
    'Web Server',
    'Client Authentication',
    'Web Server and Client',
    'S/MIME',
    'Code Signing',
    'Document Signing',
    'Certificate Authority',
    'OpenVPN Server',
    'OpenVPN Client',
    'Device (SCEP)',
  ])
  for (const { name, profile } of STARTERS) assert.deepEqual(checkProfile(profile), [], name)
})

test('only Certificate Authority is privileged among the starters', () => {
  const privileged = STARTERS.filter(({ profile }) => isPrivileged(profile)).map(({ name }) => name)

  assert.deepEqual(privileged, ['Certificate Authority'])
})

test('no lint, not even a warning, finds anything in what the starters make of each key type that they take', () => {
  const ca = rootCa()
  const names: readonly GeneralName[] = [dns('www.example.com'), email('alice@example.com')]
  let made = 0
  for (const { name, profile } of STARTERS) {
    for (const keyType of TESTED.filter((type) => profile.keyTypes.includes(type))) {
      const key = keyOf(keyType)
      const request = requestOf({ key, subject: [cn('www.example.com')], subjectAltNames: names })

      const draft = fillTemplate({ profile, request }, ca.issuer, fillOf(key))

      assert.deepEqual(findings(encodeDraft(draft).tbs, ca.issuer), [], `${name}, ${keyType}`)
      made += 1
    }
  }
  assert.equal(made, 6 * 4 + 7 * 3 + 1 + 6 * 2)
})

test('no lint finds anything in an OCSP responder, an intermediate and a root', () => {
  const ca = rootCa()
  for (const keyType of TESTED) {
    const key = keyOf(keyType)
    const request = requestOf({ key, subject: [cn('A name')] })
    const responder = fillTemplate({ profile: OCSP_RESPONDER_PROFILE, request }, ca.issuer, fillOf(key))
    const intermediate = fillTemplate({ profile: intermediateProfile(), request }, ca.issuer, fillOf(key))
    const root = fillRoot({
      subject: [cn('Root')],
      publicKey: key.publicKey,
      keyIdentifier: key.keyIdentifier,
      serialNumber: nextSerial(),
      now: NOW,
    })

    assert.deepEqual(lintDraft(encodeDraft(responder), ca.issuer).warnings, [], keyType)
    assert.deepEqual(lintDraft(encodeDraft(intermediate), ca.issuer).warnings, [], keyType)
    assert.deepEqual(lintDraft(encodeDraft(root), 'self').warnings, [], keyType)
  }
})

test('a Web Server certificate has keyEncipherment for RSA keys only', () => {
  const ca = rootCa()
  const [webServer] = STARTERS
  const usageOf = (keyType: KeyType) => {
    const request = requestOf({ key: keyOf(keyType), subjectAltNames: [dns('www.example.com')] })
    const draft = fillTemplate({ profile: webServer.profile, request }, ca.issuer, fillOf(keyOf(keyType)))
    return draft.extensions.find(({ id }) => id === '2.5.29.15')?.value.toHex()
  }

  assert.equal(usageOf('rsa-2048'), '030205a0')
  assert.equal(usageOf('ecdsa-p256'), '03020780')
})

test('OCSPSigning stands in no stored template', () => {
  const problems = checkProfile({
    ...(STARTERS[0]?.profile ?? OCSP_RESPONDER_PROFILE),
    extendedKeyUsage: { purposes: [EXTENDED_KEY_USAGES.OCSPSigning], critical: false },
  })

  assert.equal(problems[0]?.field, '/extendedKeyUsage/purposes/0')
})
