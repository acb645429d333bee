import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seededRandom } from '../../../test/support/seeded-random.ts'
import { decodePem, encodePem, PemError } from '../src/index.ts'
import { fuzz } from './support/fuzz-targets.ts'
import { SAMPLE_CERTIFICATE } from './support/sample-certificate.ts'

test('structures that somebody changed are read or refused with a DerError, and what is read is written as it was', () => {
  for (const [name, { read, refused }] of fuzz(1, 150))
    assert.ok(read > 10 && refused > 10, `${name}: ${read} read, ${refused} refused`)
})

test('PEM text that somebody changed is read or refused with a PemError', () => {
  const random = seededRandom(2)
  const text = `${encodePem('CERTIFICATE', SAMPLE_CERTIFICATE)}notes\n${encodePem('X509 CRL', SAMPLE_CERTIFICATE)}`
  const pieces = [
    '-----',
    '-----BEGIN ',
    '-----END X-----',
    '\n',
    '\r',
    ' ',
    '=',
    '==',
    ':',
    'Proc-Type: 4',
    '\0',
    '\u2028',
    '\ud800',
  ]
  const outcomes = { read: 0, refused: 0 }
  for (let round = 0; round < 3000; round++) {
    const from = random.number(text.length)
    const to = from + random.number(random.pick([1, 3, 80]))
    const changed = text.slice(0, from) + random.pick(pieces).repeat(random.number(3)) + text.slice(to)
    try {
      decodePem(changed)
      outcomes.read++
    } catch (error) {
      assert.ok(error instanceof PemError, JSON.stringify(changed))
      outcomes.refused++
    }
  }
  assert.ok(outcomes.read > 100 && outcomes.refused > 100, JSON.stringify(outcomes))
})
