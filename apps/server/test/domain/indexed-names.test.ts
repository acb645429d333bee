import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeExtension, makeName, SubjectAltName } from '@chancery/x509'
import { indexedNames } from '../../src/certificates/indexed-names.ts'
import { createTemplate } from '../../src/templates/templates.ts'
import { issued, requestFor, rootOf, starterProfile } from '../support/authorities.ts'
import { world } from '../support/world.ts'

const COMMON_NAME = '2.5.4.3'
const ORGANIZATION = '2.5.4.10'
const EMAIL_ADDRESS = '1.2.840.113549.1.9.1'

const nothing = makeName([])

test('every alternative name that a template can set is one to find the certificate by', () => {
  const desk = makeName([[{ type: ORGANIZATION, value: 'Example' }], [{ type: COMMON_NAME, value: 'Front Desk' }]])
  const extensions = [
    makeExtension(
      SubjectAltName,
      [
        { type: 'dns', value: 'WWW.example.com' },
        { type: 'ip', value: '192.0.2.1' },
        { type: 'email', value: 'Ann@example.com' },
        { type: 'uri', value: 'https://example.com/id' },
        { type: 'upn', value: 'ann@corp.example' },
        { type: 'registeredId', value: '1.2.3.4' },
        { type: 'directoryName', value: desk },
      ],
      false,
    ),
  ]

  assert.deepEqual(indexedNames({ subject: nothing, extensions }), [
    { type: 'dns', value: 'www.example.com' },
    { type: 'ip', value: '192.0.2.1' },
    { type: 'email', value: 'ann@example.com' },
    { type: 'uri', value: 'https://example.com/id' },
    { type: 'upn', value: 'ann@corp.example' },
    { type: 'registeredId', value: '1.2.3.4' },
    { type: 'directoryName', value: 'cn=front desk,o=example' },
    { type: 'commonName', value: 'front desk' },
  ])
})

test('of the subject the common name and the e-mail address are names to find it by, each once', () => {
  const subject = makeName([
    [{ type: ORGANIZATION, value: 'Example' }],
    [{ type: COMMON_NAME, value: 'Ann' }],
    [{ type: EMAIL_ADDRESS, value: 'ann@example.com' }],
  ])
  const extensions = [makeExtension(SubjectAltName, [{ type: 'email', value: 'ANN@example.com' }], false)]

  assert.deepEqual(indexedNames({ subject, extensions }), [
    { type: 'commonName', value: 'ann' },
    { type: 'email', value: 'ann@example.com' },
  ])
})

test('a certificate is found by the directory name, the registered id and the address that its template gives it', async (t) => {
  const here = await world(t)
  const root = await rootOf(here)
  const web = starterProfile('Web Server')
  const fixed = [
    { type: 'directoryName', value: 'CN=Front Desk,O=Example' },
    { type: 'registeredId', value: '1.2.3.4' },
  ] as const
  const profile = {
    ...web,
    subject: { ...web.subject, fixed: [{ type: 'emailAddress', value: 'desk@example.com' }] },
    subjectAltNames: { ...web.subjectAltNames, fixed },
  }
  const { domain, act } = here
  const template = await createTemplate(
    { authority: root.authority.id, name: 'Desk', description: '', enabled: true, profile },
    true,
    act(),
    domain.templates,
  )
  const { id } = await issued(here, { template }, await requestFor('www.example.com'))

  for (const name of ['cn=front desk', 'Front D', '1.2.3.', 'desk@example.com']) {
    const { items } = await domain.stores.certificates.list({ name }, here.now(), { limit: 10 })
    assert.deepEqual(
      items.map((item) => item.id),
      [id],
      name,
    )
  }
})
