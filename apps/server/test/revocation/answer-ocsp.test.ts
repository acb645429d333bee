import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KeyUnavailable } from '@chancery/keys'
import { decodeOcspResponse, encodeOcspRequest, HASH_OIDS, makeCertId } from '@chancery/x509'
import { ocspAnswers } from '../../src/revocation/answer-ocsp.ts'
import { DatabaseUnavailable, isUnavailable } from '../../src/store/database-errors.ts'

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
    isUnavailable: () => false,
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

test('while the database is away everybody is told to try later, and one line tells of it', async () => {
  let isAway = true
  const reports: unknown[] = []
  const answers = ocspAnswers({
    openGeneration: () => Promise.reject(new KeyUnavailable('the key is away')),
    responderOf: () => Promise.reject(new KeyUnavailable('the key is away')),
    statusOfSerial: async () => undefined,
    revocationVersion: async () => {
      if (isAway) throw new DatabaseUnavailable('no connection')
      return 1
    },
    now: () => 1_800_000_000_000,
    isUnavailable,
    report: (error) => reports.push(error),
  })
  const askAll = async () => {
    const all = await Promise.all([1n, 2n, 3n].map((serial) => answers.answer(AT, requestFor(serial))))
    return all.map(({ der }) => decodeOcspResponse(der).status)
  }

  const first = await askAll()
  const told = reports.length
  isAway = false
  await askAll()
  isAway = true
  const again = await askAll()

  assert.deepEqual([...first, ...again], Array(6).fill('tryLater'))
  assert.deepEqual([told, reports.length], [1, 2], 'once for each outage')
})

test('a fault of ours is no reason to try later, and each is told of', async () => {
  const reports: unknown[] = []
  const answers = ocspAnswers({
    openGeneration: () => Promise.reject(new Error('a fault')),
    responderOf: () => Promise.reject(new Error('a fault')),
    statusOfSerial: async () => undefined,
    revocationVersion: async () => 1,
    now: () => 1_800_000_000_000,
    isUnavailable,
    report: (error) => reports.push(error),
  })

  const statuses: string[] = []
  for (const serial of [1n, 2n])
    statuses.push(decodeOcspResponse((await answers.answer(AT, requestFor(serial))).der).status)

  assert.deepEqual(statuses, ['internalError', 'internalError'])
  assert.equal(reports.length, 2)
})

test('what is asked in one turn of the event loop is answered at one go, by one look at the revocations', async () => {
  let looks = 0
  const answered: bigint[] = []
  const answers = ocspAnswers({
    openGeneration: () => Promise.reject(new KeyUnavailable('the key is away')),
    responderOf: () => Promise.reject(new KeyUnavailable('the key is away')),
    statusOfSerial: async () => undefined,
    revocationVersion: async () => ++looks,
    now: () => 1_800_000_000_000,
    isUnavailable,
    report: () => {},
  })
  const ask = async (serial: bigint): Promise<void> => {
    await answers.answer(AT, requestFor(serial))
    answered.push(serial)
  }

  const first = ask(1n)
  // As on the same turn the next connection is read, after all that the first could do.
  await new Promise<void>((resolve) => process.nextTick(resolve))
  const second = ask(2n)
  assert.deepEqual(answered, [])
  await Promise.all([first, second])

  assert.deepEqual([looks, answered], [1, [1n, 2n]])
})
