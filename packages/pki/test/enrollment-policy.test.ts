import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EXTENDED_KEY_USAGES, makeName } from '@chancery/x509'
import {
  approve,
  decide,
  type Enrollment,
  type Evidence,
  type Grant,
  type GrantId,
  grantToSystem,
  intermediateProfile,
  OCSP_RESPONDER_PROFILE,
  type Profile,
  Refusal,
  type RefusalCode,
} from '../src/index.ts'
import { cn, DAY, dns, email, ip, keyOf, NOW, requestOf, starter, templateOf } from './world.ts'

const webServer = starter('Web Server')
const csr: Enrollment['evidence'] = { by: 'submitted-csr', request: 'request-1', account: 'alice' }
const token: Enrollment['evidence'] = { by: 'api-token', account: 'alice', token: 'token-1' }
const approval = { account: 'bob', approvedAt: NOW }
const yes = { approval, mayUsePrivileged: false }

const enrollment = (options: Partial<Enrollment> = {}): Enrollment => ({
  request: requestOf({ subjectAltNames: [dns('www.example.com')] }),
  evidence: token,
  template: templateOf(webServer),
  tenant: 'tenant-1',
  grantId: 'grant-1' as GrantId,
  now: NOW,
  ...options,
})
const withProfile = (change: Partial<Profile>) => templateOf({ ...webServer, ...change })

function granted(options: Partial<Enrollment> = {}): Grant {
  const decision = decide(enrollment(options))
  assert.equal(decision.decision, 'granted')
  return decision.decision === 'granted' ? decision.grant : assert.fail()
}

function refusal(act: () => unknown): Refusal {
  try {
    act()
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
  assert.fail('nothing was refused')
}
const refused = (act: () => unknown): readonly [RefusalCode, ...(string | undefined)[]] => {
  const { code, problems } = refusal(act)
  return [code, ...problems.map(({ field }) => field)]
}

test('a program with an API token is granted what its template allows, at once', () => {
  const grant = granted()

  assert.deepEqual(
    { ...grant, request: undefined, profile: undefined },
    {
      id: 'grant-1',
      tenant: 'tenant-1',
      authority: 'authority',
      template: 'template-1',
      profile: undefined,
      request: undefined,
      evidence: token,
      patience: 'machine',
    },
  )
  assert.equal(grant.profile, webServer)
})

test('a submitted CSR waits for a person', () => {
  assert.deepEqual(decide(enrollment({ evidence: csr })), { decision: 'needs-approval' })
})

test('a disabled template issues nothing, neither at once nor by approval', () => {
  const template = templateOf(webServer, { enabled: false })

  assert.equal(refusal(() => decide(enrollment({ template }))).code, 'not-permitted')
  assert.equal(refusal(() => decide(enrollment({ template, evidence: csr }))).code, 'not-permitted')
  assert.equal(refusal(() => approve({ ...enrollment({ template }), ...yes })).code, 'not-permitted')
})

test('a bad key is refused when the CSR is submitted, bad names only when somebody would approve them', () => {
  const template = withProfile({ keyTypes: ['rsa-2048'] })
  const names = requestOf({ subjectAltNames: [dns('not a name')] })

  assert.deepEqual(
    refused(() => decide(enrollment({ template, evidence: csr }))),
    ['bad-key', '/publicKey'],
  )
  assert.equal(decide(enrollment({ request: names, evidence: csr })).decision, 'needs-approval')
  assert.deepEqual(
    refused(() => approve({ ...enrollment({ request: names }), ...yes })),
    ['name-not-allowed', '/subjectAltNames/0'],
  )
})

test('only administrators approve under a privileged template', () => {
  const template = templateOf(starter('Certificate Authority'))
  const asked = enrollment({ template, request: requestOf({ subject: [cn('Sub CA')] }), evidence: csr })

  assert.equal(decide(asked).decision, 'needs-approval')
  assert.deepEqual(
    refused(() => approve({ ...asked, ...yes })),
    ['forbidden', '/template'],
  )
  assert.ok(approve({ ...asked, ...yes, mayUsePrivileged: true }))
})

test('nobody’s token issues at once under a privileged template: a request is submitted, and signed', () => {
  const template = templateOf(starter('Certificate Authority'))
  const request = requestOf({ subject: [cn('Sub CA')] })

  const refusedAtOnce = refusal(() => decide(enrollment({ template, request })))

  assert.equal(refusedAtOnce.code, 'forbidden')
  assert.match(refusedAtOnce.message, /Submit the CSR/)
  assert.equal(refusedAtOnce.problems[0]?.field, '/template')
})

test('an approval stands in the grant, which then has the patience of people', () => {
  const grant = approve({ ...enrollment({ evidence: csr }), ...yes })

  assert.deepEqual([grant.approval, grant.patience, grant.evidence], [approval, 'person', csr])
})

test('overrides take the place of what was requested, and the approver has the last word', () => {
  const { request } = approve({
    ...enrollment({ wishes: { subject: [cn('wish.example.com')], validity: { days: 30 } } }),
    ...yes,
    overrides: {
      validity: { days: 7 },
      subjectAltNames: [
        { type: 'dns', value: 'Bücher.example' },
        { type: 'ip', value: '2001:DB8:0::1' },
      ],
    },
  })

  assert.deepEqual(request.subject, [cn('wish.example.com')])
  assert.deepEqual(request.subjectAltNames, [dns('xn--bcher-kva.example'), ip('2001:db8::1')])
  assert.deepEqual(request.validity, { days: 7 })
})

test('overrides that a template does not take or that cannot be read are refused with their place', () => {
  const overriding = (overrides: Parameters<typeof approve>[0]['overrides']) => () =>
    approve({ ...enrollment(), ...yes, ...(overrides && { overrides }) })

  assert.deepEqual(
    refused(
      overriding({
        subjectAltNames: [
          { type: 'dns', value: 'a.example' },
          { type: 'email', value: 'a@b.example' },
        ],
      }),
    ),
    ['name-not-allowed', '/subjectAltNames/1'],
  )
  assert.deepEqual(refused(overriding({ subject: [{ type: 'organizationName', value: 'X' }] })), [
    'name-not-allowed',
    '/subject/0',
  ])
  assert.deepEqual(refused(overriding({ subjectAltNames: [{ type: 'ip', value: '1.2.3' }] })), [
    'name-not-allowed',
    '/subjectAltNames/0',
  ])
  assert.deepEqual(refused(overriding({ validity: { notBefore: NOW - DAY, notAfter: NOW - 1 } })), [
    'not-permitted',
    '/validity',
  ])
})

test('allow rules bind requests, wishes and overrides alike', () => {
  const allow = { dns: ['**.example.com'], ip: [], email: [], upn: [], uri: [] }
  const template = withProfile({ allow })
  const evil = [{ type: 'dns', value: 'evil.org' }] as const

  assert.ok(granted({ template }))
  assert.deepEqual(
    refused(() => decide(enrollment({ template, wishes: { subjectAltNames: evil } }))),
    ['name-not-allowed', '/subjectAltNames'],
  )
  assert.deepEqual(
    refused(() => approve({ ...enrollment({ template }), ...yes, overrides: { subjectAltNames: evil } })),
    ['name-not-allowed', '/subjectAltNames'],
  )
  assert.deepEqual(
    refused(() =>
      decide(
        enrollment({
          template,
          request: requestOf({ subject: [cn('evil.org')], subjectAltNames: [dns('www.example.com')] }),
        }),
      ),
    ),
    ['name-not-allowed', '/subject'],
  )
  assert.deepEqual(
    refused(() =>
      decide(
        enrollment({
          template,
          request: requestOf({ subject: [cn('10.0.0.1')], subjectAltNames: [dns('www.example.com')] }),
        }),
      ),
    ),
    ['name-not-allowed', '/subject'],
  )
  assert.deepEqual(
    refused(() => decide(enrollment({ template, request: requestOf({ subjectAltNames: [ip('10.0.0.1')] }) }))),
    ['name-not-allowed', '/subjectAltNames'],
  )
})

test('a mail address in the subject obeys the rules for mail', () => {
  const template = withProfile({
    subject: { fromRequest: 'any', required: [], fixed: [] },
    allow: { dns: ['**.example.com'], ip: [], email: ['example.com'], upn: [], uri: [] },
  })
  const asking = (value: string) =>
    enrollment({
      template,
      request: requestOf({ subject: [{ type: 'emailAddress', value }], subjectAltNames: [dns('www.example.com')] }),
    })

  assert.ok(decide(asking('alice@example.com')))
  assert.deepEqual(
    refused(() => decide(asking('alice@evil.org'))),
    ['name-not-allowed', '/subject'],
  )
})

test('names that are the same twice are refused, however they are spelt', () => {
  const request = requestOf({
    subjectAltNames: [dns('www.example.com'), ip('::1'), dns('WWW.Example.com'), ip('0:0::1')],
  })

  assert.deepEqual(
    refused(() => decide(enrollment({ request }))),
    ['not-permitted', '/subjectAltNames/2', '/subjectAltNames/3'],
  )
})

test('what a template requires and does not get is refused', () => {
  const template = withProfile({ subject: { fromRequest: ['commonName'], required: ['commonName'], fixed: [] } })
  const request = requestOf({ subject: [] })

  assert.deepEqual(
    refused(() => decide(enrollment({ template, request }))),
    ['not-permitted', '/subject', '/subjectAltNames'],
  )
  assert.deepEqual(
    refusal(() => decide(enrollment({ template, request }))).problems.map(({ detail }) => detail),
    [
      'The subject has no commonName, which the template requires. Add one.',
      'There is no subject alternative name, and the template requires one. Add one of these types: dns, ip.',
    ],
  )
})

test('a template never takes more names than a certificate should have', () => {
  const subjectAltNames = Array.from({ length: 251 }, (_, at) => dns(`h${at}.example.com`))

  assert.deepEqual(
    refused(() => decide(enrollment({ request: requestOf({ subjectAltNames }) }))),
    ['not-permitted', '/subjectAltNames'],
  )
  assert.ok(granted({ request: requestOf({ subjectAltNames: subjectAltNames.slice(1) }) }))
})

test('a subject of too many attributes is refused with how many there are', () => {
  const subject = Array.from({ length: 51 }, (_, at) => ({ type: 'organizationalUnitName', value: `Unit ${at}` }))

  const { message, problems } = refusal(() => decide(enrollment({ request: requestOf({ subject }) })))

  assert.equal(message, 'There are 51 subject attributes, and 50 are the most. Leave some out.')
  assert.deepEqual(
    problems.map(({ field }) => field),
    ['/subject'],
  )
})

test('the gravest problem gives the refusal its code, and all of them are told', () => {
  const template = withProfile({ keyTypes: ['rsa-2048'] })
  const request = requestOf({ subject: [{ type: 'no such attribute', value: 'x' }], subjectAltNames: [dns('a_b')] })
  const found = refusal(() => approve({ ...enrollment({ template, request }), ...yes }))

  assert.equal(found.code, 'bad-key')
  assert.deepEqual(
    found.problems.map(({ field }) => field),
    ['/publicKey', '/subject/0/type', '/subjectAltNames/0'],
  )
  assert.ok(found.problems.every((problem) => !('code' in problem)))
})

test('the installation is granted its responder and, by one click, its intermediates', () => {
  const ask = {
    tenant: 'tenant-1',
    authority: 'authority',
    grantId: 'grant-2' as GrantId,
    request: requestOf({ subject: [cn('A')] }),
  }
  const evidence = (purpose: 'ocsp-responder' | 'intermediate-ca', account?: string): Evidence & { by: 'system' } => ({
    by: 'system',
    purpose,
    ...(account && { account }),
  })

  const responder = grantToSystem({ ...ask, evidence: evidence('ocsp-responder'), profile: OCSP_RESPONDER_PROFILE })
  const intermediate = grantToSystem({
    ...ask,
    evidence: evidence('intermediate-ca', 'alice'),
    profile: intermediateProfile(),
  })

  assert.deepEqual([responder.patience, responder.template, intermediate.patience], ['machine', undefined, 'person'])
  assert.equal(
    refusal(() =>
      grantToSystem({
        ...ask,
        request: requestOf({ subject: [] }),
        evidence: evidence('ocsp-responder'),
        profile: OCSP_RESPONDER_PROFILE,
      }),
    ).code,
    'not-permitted',
  )
})

test('names of types that a template does not take are left out, not refused', () => {
  const directory = { type: 'directoryName', value: makeName([]) } as const
  const request = requestOf({ subjectAltNames: [dns('www.example.com'), email('not an address'), directory] })

  assert.ok(granted({ request }))
})

test('a common name obeys the rules for hosts in every form that software takes for one', () => {
  const template = withProfile({ allow: { dns: ['**.example.com'], ip: [], email: [], upn: [], uri: [] } })
  const asking = (value: string) =>
    enrollment({ template, request: requestOf({ subject: [cn(value)], subjectAltNames: [dns('www.example.com')] }) })

  assert.ok(decide(asking('www.example.com')))
  assert.ok(decide(asking('The web server')))
  for (const name of ['foo_bar.bank.example', 'w*.bank.example', 'www.bank.example..', 'a@bank_1.example'])
    assert.deepEqual(
      refused(() => decide(asking(name))),
      ['name-not-allowed', '/subject'],
    )
})

test('purposes, bits and extensions by which others are vouched for make a template privileged', () => {
  const purposes = [
    EXTENDED_KEY_USAGES.timeStamping,
    EXTENDED_KEY_USAGES.anyExtendedKeyUsage,
    EXTENDED_KEY_USAGES.msEnrollmentAgent,
    EXTENDED_KEY_USAGES.msCTLSign,
    '1.3.6.1.4.1.311.10.12.1',
    '1.3.6.1.5.5.7.3.28',
  ]
  for (const purpose of purposes) {
    const template = withProfile({ extendedKeyUsage: { purposes: [purpose], critical: true } })
    assert.equal(refusal(() => decide(enrollment({ template }))).code, 'forbidden')
  }
  for (const bit of ['keyCertSign', 'cRLSign'] as const) {
    const template = withProfile({ keyUsage: { bits: [], rsaBits: [bit], critical: true } })
    assert.equal(refusal(() => decide(enrollment({ template }))).code, 'forbidden')
  }
  for (const id of ['2.5.29.19', '2.5.29.37', '2.5.29.10', '1.3.6.1.4.1.311.21.10', '1.3.6.1.4.1.311.25.2']) {
    assert.equal(
      refusal(() => decide(enrollment({ template: withProfile({ copyExtensions: [id] }) }))).code,
      'forbidden',
    )
  }
})

test('a key of the right type is all that is asked of a key', () => {
  assert.ok(granted({ request: requestOf({ key: keyOf('ml-dsa-44'), subjectAltNames: [dns('www.example.com')] }) }))
})

test('a stranger’s request waits for a person where the template takes such, and nowhere else', () => {
  const evidence: Enrollment['evidence'] = { by: 'web-form', request: 'request-1' }
  const open = templateOf(webServer, { enrollment: { publicRequests: true } })
  const privileged = templateOf(starter('Certificate Authority'), { enrollment: { publicRequests: true } })

  assert.equal(decide(enrollment({ evidence, template: open })).decision, 'needs-approval')
  assert.equal(refusal(() => decide(enrollment({ evidence }))).code, 'not-permitted')
  const outside = { evidence, template: privileged }
  assert.equal(refusal(() => decide(enrollment(outside))).code, 'forbidden')
  assert.equal(refusal(() => approve({ ...enrollment(outside), ...yes, mayUsePrivileged: true })).code, 'forbidden')
})

test('a claim is granted at once by the yes that was said before, with the names that were approved', () => {
  const evidence: Enrollment['evidence'] = { by: 'claim', request: 'request-1', claim: 'claim-1', approval }
  const wishes = { subject: [], subjectAltNames: [{ type: 'dns', value: 'approved.example.com' }] } as const

  const grant = granted({ evidence, wishes })

  assert.deepEqual([grant.approval, grant.patience], [approval, 'person'])
  assert.deepEqual(grant.request.subjectAltNames, [dns('approved.example.com')])
  const privileged = { evidence, template: templateOf(starter('Certificate Authority')) }
  assert.equal(refusal(() => decide(enrollment(privileged))).code, 'forbidden')
})

test('an ACME order is granted at once, and never under a privileged template', () => {
  const evidence = { by: 'acme-order', order: 'order-1', account: 'account-1', policy: 'policy-1' } as const

  const grant = granted({ evidence })

  assert.deepEqual([grant.evidence, grant.patience, grant.approval], [evidence, 'machine', undefined])
  const privileged = { evidence, template: templateOf(starter('Certificate Authority')) }
  assert.equal(refusal(() => decide(enrollment(privileged))).code, 'forbidden')
})

test('a renewal is granted where the template lets certificates renew themselves; for more names a person is asked', () => {
  const evidence = { by: 'renewal', certificate: 'old', csr: '00', supersedes: false } as const
  const renewal = { withinDays: 30, copyNames: false, revokeOld: false }
  const open = templateOf(webServer, { enrollment: { publicRequests: false, renewal } })
  const privileged = templateOf(starter('Certificate Authority'), { enrollment: { publicRequests: false, renewal } })

  assert.equal(granted({ evidence, template: open }).patience, 'person')
  const more = { evidence: { ...evidence, request: 'request-1' }, template: open }
  assert.equal(decide(enrollment(more)).decision, 'needs-approval')
  assert.equal(refusal(() => decide(enrollment({ evidence }))).code, 'not-permitted')
  const outside = { evidence, template: privileged }
  assert.equal(refusal(() => decide(enrollment(outside))).code, 'forbidden')
})
