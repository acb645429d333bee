import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BasicConstraints, ExtendedKeyUsage, findExtension, KeyUsage, NameConstraints } from '@chancery/x509'
import { type AuthorityRequest, Refusal, requestedByAuthority } from '../src/index.ts'
import { keyOf, NOW } from './world.ts'

const { publicKey, keyIdentifier } = keyOf('ecdsa-p256')
const asked = (chosen: Partial<AuthorityRequest> = {}) =>
  requestedByAuthority({ publicKey, keyIdentifier, now: NOW, ...chosen })

function refusalOf(chosen: Partial<AuthorityRequest>): Refusal {
  try {
    asked(chosen)
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
  assert.fail('it was not refused')
}

test('a CSR asks for all that was chosen, critical where a certificate has it so', () => {
  const extensions = asked({
    pathLength: 1,
    keyUsage: ['keyCertSign', 'cRLSign', 'digitalSignature'],
    extendedKeyUsage: ['1.3.6.1.5.5.7.3.1'],
    nameConstraints: { permitted: [{ type: 'dns', value: 'example.com' }], excluded: [] },
  })

  assert.deepEqual(findExtension(extensions, KeyUsage), ['digitalSignature', 'keyCertSign', 'cRLSign'])
  assert.deepEqual(findExtension(extensions, ExtendedKeyUsage), ['1.3.6.1.5.5.7.3.1'])
  assert.equal(findExtension(extensions, BasicConstraints)?.pathLength, 1)
  assert.deepEqual(findExtension(extensions, NameConstraints)?.permitted?.[0]?.base, {
    type: 'dns',
    value: 'example.com',
  })
  const critical = extensions.filter((extension) => extension.critical).map(({ id }) => id)
  assert.deepEqual(critical, [KeyUsage.id, BasicConstraints.id, NameConstraints.id])
})

test('a CSR asks for nothing that only its signer can say', () => {
  const names = asked().map(({ id }) => id)

  assert.deepEqual(names, ['2.5.29.14', '2.5.29.15', '2.5.29.19'])
})

test('name constraints that are none are refused at their field', () => {
  const { code, problems } = refusalOf({
    nameConstraints: {
      permitted: [{ type: 'dns', value: 'example.com' }],
      excluded: [
        { type: 'ip', value: '10.0.0.0/8' },
        { type: 'ip', value: '10.0.0.1/8' },
      ],
    },
  })

  assert.equal(code, 'not-permitted')
  assert.deepEqual(
    problems.map(({ field }) => field),
    ['/nameConstraints/excluded/1'],
  )
})

test('what no CA may have is not asked for', () => {
  const cases = [
    refusalOf({ keyUsage: ['cRLSign'] }),
    refusalOf({ keyUsage: ['keyCertSign', 'keyEncipherment'] }),
    refusalOf({ nameConstraints: { permitted: [], excluded: [] } }),
  ]

  assert.deepEqual(
    cases.map(({ problems: [problem] }) => [problem?.field, problem?.lint]),
    [
      ['keyUsage', 'caMaySign'],
      ['keyUsage', 'ecKeysDoNotEncipher'],
      ['/nameConstraints', undefined],
    ],
  )
})
