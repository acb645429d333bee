import assert from 'node:assert/strict'
import { createHash, sign, verify } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { BasicOCSPResponse as PeculiarBasic, OCSPResponse as PeculiarResponse } from '@peculiar/asn1-ocsp'
import { AsnConvert } from '@peculiar/asn1-schema'
import { needs, run } from '../../../test/support/system-program.ts'
import {
  algorithmIdentifier,
  type BasicOcspResponse,
  type CertStatus,
  decodeCertificate,
  decodeOcspRequest,
  decodeOcspResponse,
  encodeOcspError,
  encodeOcspResponse,
  encodeOcspResponseData,
  OCSP_RESPONSE_STATUSES,
  type OcspRequest,
  type ResponderId,
  type ResponseData,
} from '../src/index.ts'
import {
  AUTHORITY_KINDS,
  type AuthorityKind,
  identifierOf,
  type OpensslAuthority,
  opensslAuthority,
} from './support/openssl-authority.ts'

/** Clients compare with the clock. */
const NOW = Math.floor(Date.now() / 1000) * 1000
const REVOKED_AT = NOW - 3_600_000
const SERIAL = '7C0102030405060708090A0B0C0D0E0F'

const authorities = new Map<AuthorityKind, OpensslAuthority>()
before(async () => {
  if (needs('openssl').skip !== false) return
  for (const kind of AUTHORITY_KINDS) {
    const authority = await opensslAuthority(kind)
    authorities.set(kind, authority)
    await authority.issue('leaf', `0x${SERIAL}`)
    await authority.openssl('ocsp', '-issuer', 'ca.pem', '-cert', 'leaf.pem', '-reqout', 'request.der')
  }
})
after(async () => {
  for (const authority of authorities.values()) await authority.dispose()
})

function authorityOf(kind: AuthorityKind): OpensslAuthority {
  const authority = authorities.get(kind)
  assert.ok(authority)
  return authority
}

async function requestTo(authority: OpensslAuthority): Promise<OcspRequest> {
  return decodeOcspRequest(new Uint8Array(await authority.read('request.der')))
}

function byKey({ certificate }: OpensslAuthority): ResponderId {
  return { type: 'byKey', keyHash: new Uint8Array(createHash('sha1').update(certificate.publicKey.key).digest()) }
}

function byName({ certificate }: OpensslAuthority): ResponderId {
  return { type: 'byName', name: certificate.subject }
}

function signedBy(
  authority: OpensslAuthority,
  data: ResponseData,
  certificates: readonly Uint8Array[] = [],
): Uint8Array {
  const responseData = encodeOcspResponseData(data)
  const signature = authority.sign(responseData)
  return encodeOcspResponse({ responseData, signatureAlgorithm: identifierOf(authority), signature, certificates })
}

function answer(request: OcspRequest, responderId: ResponderId, certStatus: CertStatus): ResponseData {
  const responses = request.requests.map(({ certId }) => ({
    certId,
    certStatus,
    thisUpdate: NOW,
    nextUpdate: NOW + 86_400_000,
  }))
  return { responderId, producedAt: NOW, responses, nonce: request.nonce }
}

function basicOf(der: Uint8Array): BasicOcspResponse {
  const response = decodeOcspResponse(der)
  assert.equal(response.status, 'successful')
  return response.basic
}

function digits(at: number): string {
  return new Date(at).toISOString().replace(/\..*$|[-:T]/g, '')
}

/** What `openssl ocsp` as a responder answers from a database line. */
async function opensslAnswer(
  authority: OpensslAuthority,
  database: string,
  ...options: readonly string[]
): Promise<Uint8Array> {
  await authority.write('database', database)
  const signer = ['-rsigner', 'ca.pem', '-rkey', 'ca.key', '-CA', 'ca.pem', '-ndays', '1']
  const files = ['-index', 'database', '-reqin', 'request.der', '-respout', 'theirs.der']
  await authority.openssl('ocsp', ...files, ...signer, ...options)
  return new Uint8Array(await authority.read('theirs.der'))
}

describe('an OCSP response', needs('openssl', 'ocsptool'), () => {
  const VALID = `V\t491231235959Z\t\t${SERIAL}\tunknown\t/CN=leaf\n`
  const REVOKED = `R\t491231235959Z\t${digits(REVOKED_AT).slice(2)}Z,keyCompromise\t${SERIAL}\tunknown\t/CN=leaf\n`
  const REVOKED_SILENTLY = REVOKED.replace(',keyCompromise', '')
  const cases: readonly (readonly [string, CertStatus, string, readonly string[]])[] = [
    ['good', { type: 'good' }, VALID, []],
    ['good, by key', { type: 'good' }, VALID, ['-resp_key_id']],
    ['good, without certificates', { type: 'good' }, VALID, ['-resp_no_certs']],
    ['revoked', { type: 'revoked', revokedAt: REVOKED_AT, reason: 'keyCompromise' }, REVOKED, []],
    ['revoked without a reason', { type: 'revoked', revokedAt: REVOKED_AT }, REVOKED_SILENTLY, []],
    ['unknown', { type: 'unknown' }, '', []],
  ]

  for (const [name, certStatus, database, options] of cases) {
    test(`that says ${name} is octet for octet what OpenSSL answers`, async () => {
      const authority = authorityOf('rsa')
      const theirs = await opensslAnswer(authority, database, ...options)
      const request = await requestTo(authority)

      const { producedAt, responses } = basicOf(theirs)
      const said = responses[0]
      assert.ok(said)
      const id = options.includes('-resp_key_id') ? byKey(authority) : byName(authority)
      const data = answer(request, id, certStatus)
      const times = { thisUpdate: said.thisUpdate, nextUpdate: said.nextUpdate }
      const certificates = options.includes('-resp_no_certs') ? [] : [authority.certificate.der]
      const ours = signedBy(
        authority,
        { ...data, producedAt, responses: data.responses.map((response) => ({ ...response, ...times })) },
        certificates,
      )

      assert.equal(ours.toHex(), theirs.toHex())
    })
  }

  for (const kind of AUTHORITY_KINDS) {
    test(`signed with ${kind} is accepted by OpenSSL for the request it answers`, async () => {
      const authority = authorityOf(kind)
      const request = await requestTo(authority)
      const says = async (certStatus: CertStatus) => {
        await authority.write('ours.der', signedBy(authority, answer(request, byKey(authority), certStatus)))
        const trusting = ['-respin', 'ours.der', '-CAfile', 'ca.pem', '-verify_other', 'ca.pem']
        const forRequest = await authority.openssl('ocsp', '-reqin', 'request.der', ...trusting)
        const about = ['-issuer', 'ca.pem', '-cert', 'leaf.pem', '-no_nonce']
        return `${forRequest}${await authority.openssl('ocsp', ...about, ...trusting)}`
      }

      const good = await says({ type: 'good' })
      const revoked = await says({ type: 'revoked', revokedAt: REVOKED_AT, reason: 'superseded' })
      const unknown = await says({ type: 'unknown' })

      assert.equal(good.match(/Response verify OK/g)?.length, 2)
      assert.match(good, /leaf.pem: good/)
      assert.doesNotMatch(good, /WARNING/)
      assert.match(revoked, /leaf.pem: revoked[\s\S]*Reason: superseded\n/)
      assert.match(unknown, /leaf.pem: unknown/)
    })

    test(`signed with ${kind} is verified by GnuTLS`, async () => {
      const authority = authorityOf(kind)
      const request = await requestTo(authority)
      const file = await authority.write(
        'ours.der',
        signedBy(authority, answer(request, byName(authority), { type: 'good' })),
      )

      const trust = ['--load-trust', authority.path('ca.pem')]
      const { status, stdout } = await run('ocsptool', ['--verify-response', '--load-response', file, ...trust])

      assert.match(String(stdout), /Verifying OCSP Response: Success/)
      assert.match(String(stdout), /Certificate Status: good/)
      assert.equal(status, 0)
    })
  }

  test('of a delegated responder brings the certificate that OpenSSL needs to accept it', async () => {
    const authority = authorityOf('ec')
    const request = await requestTo(authority)
    await authority.write('responder.cnf', 'extendedKeyUsage=OCSPSigning\nnoCheck=ignored\n')
    await authority.openssl(
      ...['req', '-new', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'responder.key', '-out', 'responder.csr'],
      ...['-subj', '/CN=Responder'],
    )
    await authority.openssl(
      ...['x509', '-req', '-in', 'responder.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-set_serial', '9'],
      ...['-extfile', 'responder.cnf', '-outform', 'DER', '-out', 'responder.der'],
    )
    const responder = decodeCertificate(new Uint8Array(await authority.read('responder.der')))
    const id: ResponderId = { type: 'byName', name: responder.subject }
    const responseData = encodeOcspResponseData(answer(request, id, { type: 'good' }))
    const signature = sign('sha256', responseData, String(await authority.read('responder.key')))
    const signatureAlgorithm = algorithmIdentifier('rsa-sha256')

    const alone = encodeOcspResponse({ responseData, signatureAlgorithm, signature })
    const whole = encodeOcspResponse({ responseData, signatureAlgorithm, signature, certificates: [responder.der] })
    await authority.write('alone.der', alone)
    await authority.write('whole.der', whole)

    const about = ['ocsp', '-issuer', 'ca.pem', '-cert', 'leaf.pem', '-no_nonce', '-CAfile', 'ca.pem', '-respin']
    await assert.rejects(authority.openssl(...about, 'alone.der'), /signer certificate not found/)
    assert.match(await authority.openssl(...about, 'whole.der'), /Response verify OK/)
  })

  test('repeats the octets of the question and the nonce', async () => {
    const authority = authorityOf('ec')
    const request = await requestTo(authority)

    const basic = basicOf(signedBy(authority, answer(request, byKey(authority), { type: 'good' })))

    assert.equal(basic.responses[0]?.certId.der.toHex(), request.requests[0]?.certId.der.toHex())
    assert.deepEqual(basic.nonce, request.nonce)
  })

  test('keeps the octets that were signed', async () => {
    const authority = authorityOf('ec')
    const basic = basicOf(await opensslAnswer(authority, VALID))

    assert.ok(verify('sha256', basic.responseData, authority.key, basic.signature))
    const { responseData, signatureAlgorithm, signature, certificates } = basic
    const again = encodeOcspResponse({ responseData, signatureAlgorithm, signature, certificates })
    assert.equal(again.toHex(), new Uint8Array(await authority.read('theirs.der')).toHex())
  })

  test('reads the same to @peculiar/asn1-ocsp', async () => {
    const authority = authorityOf('ec')
    const request = await requestTo(authority)
    const revoked: CertStatus = { type: 'revoked', revokedAt: REVOKED_AT, reason: 'cessationOfOperation' }
    const der = signedBy(authority, answer(request, byKey(authority), revoked), [authority.certificate.der])

    const response = AsnConvert.parse(der, PeculiarResponse)
    assert.ok(response.responseBytes)
    const basic = AsnConvert.parse(response.responseBytes.response, PeculiarBasic)

    const [single] = basic.tbsResponseData.responses
    assert.equal(response.responseStatus, 0)
    assert.equal(single?.certStatus.revoked?.revocationTime.getTime(), REVOKED_AT)
    assert.equal(single?.certStatus.revoked?.revocationReason?.reason, 5)
    assert.equal(single?.thisUpdate.getTime(), NOW)
    assert.equal(single?.nextUpdate?.getTime(), NOW + 86_400_000)
    assert.equal(basic.certs?.length, 1)
    assert.equal(
      Buffer.from(AsnConvert.serialize(basic.tbsResponseData)).toString('hex'),
      basicOf(der).responseData.toHex(),
    )
  })

  test('without an answer says why, to OpenSSL too', async () => {
    const authority = authorityOf('ec')
    const words = { malformedRequest: 1, internalError: 2, tryLater: 3, sigRequired: 5, unauthorized: 6 } as const

    for (const status of OCSP_RESPONSE_STATUSES) {
      if (status === 'successful') continue
      const der = encodeOcspError(status)
      await authority.write('error.der', der)
      const { stdout, stderr } = await run('openssl', ['ocsp', '-respin', authority.path('error.der'), '-noverify'])
      assert.match(
        `${stdout}${stderr}`,
        new RegExp(`Responder Error: ${status.toLowerCase()} \\(${words[status]}\\)`, 'i'),
      )
      assert.deepEqual(decodeOcspResponse(der), { status })
    }
  })
})
