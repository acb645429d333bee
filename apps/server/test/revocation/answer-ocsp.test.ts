import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KeyUnavailable } from '@chancery/keys'
import { decodeOcspResponse, encodeOcspRequest, HASH_OIDS, makeCertId } from '@chancery/x509'
import { ocspAnswers } from '../../src/revocation/answer-ocsp.ts'

const AT = { tenant: 'tenant', generation: 'generation' }
const ZEROS = new Uint8Array(20)

/** DER of a request about one serial number. */
function requestFor(serialNumber: bigint): Uint8Array {
  const certId = makeCertId({
    hashAlgorithm: HASH_OIDS.sha1,
    issuerNameHash: ZEROS,
    issuerKeyHash: ZEROS,
    serialNumber,
  })
  return encodeOcspRequest({ requests: [{ certId }] })
}

test('who asks while the same question is being answered gets an OCSP answer too when that fails', async () => {
  const { promise: opened, reject: fail } = Promise.withResolvers<never>()
  const answers = ocspAnswers({
    openGeneration: () => opened,
    responderOf: () => opened,
    statusOfSerial: async () => undefined,
    revocationVersion: async () => 1,
    now: () => 1_800_000_000_000,
    report: () => {},
  })
  const request = requestFor(7n)

  const first = answers.answer(AT, request)
  await new Promise((resolve) => setTimeout(resolve, 20))
  const second = answers.answer(AT, request)
  await new Promise((resolve) => setTimeout(resolve, 20))
  fail(new KeyUnavailable('the key is away'))

  const statuses = (await Promise.all([first, second])).map(({ der }) => decodeOcspResponse(der).status)
  assert.deepEqual(statuses, ['tryLater', 'tryLater'])
})
