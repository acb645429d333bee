import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type RunningChancery, runChancery } from '../support/running-chancery.ts'
import { chainUnder, JUDGES, opensslAndGnutlsAccept, programsAccept } from './chain-checks.ts'
import { type AuthorityWish, makeAuthority, type TestAuthority } from './programs/chancery-api.ts'
import { gnutlsAsksOcsp } from './programs/gnutls.ts'
import { nssRefuses } from './programs/nss.ts'
import { opensslAsksOcsp } from './programs/openssl.ts'
import { rereadsCrl, rereadsOcspAnswer } from './programs/peculiar.ts'
import { addressesIn, askOcsp } from './programs/relying-party.ts'
import { asOpensslWrites, revoke, serialNumberOf, unrevoke, untilCrl } from './programs/revocation.ts'

const LEAF = { keyType: 'ecdsa-p256', requester: 'openssl', form: 'requested extensions' } as const

let chancery: RunningChancery
before(async () => {
  chancery = await runChancery()
})
after(() => chancery.stop())

interface ServiceUrls {
  readonly generations: readonly { readonly deltaCrl?: string }[]
}

/** Each waits for CRLs most of the time. */
describe('revocation', { concurrency: true }, () => {
  test('a revoked certificate is revoked for OpenSSL, GnuTLS and NSS, with its reason and time', JUDGES, async (t) => {
    const chain = await chainUnder(t, chancery, await issuingAuthority('A'), LEAF)
    const { bench, files } = chain
    await programsAccept(chain)

    const invalidityDate = new Date(Date.now() - 86_400_000).toISOString()
    const { revocation } = await revoke(chancery, chain, { reason: 'keyCompromise', invalidityDate })
    assert.ok(revocation)
    const revokedAt = asOpensslWrites(revocation.revokedAt)

    const answer = await opensslAsksOcsp(bench, files)
    assert.match(answer, /leaf\.pem: revoked/)
    assert.match(answer, /Reason: keyCompromise/)
    assert.match(answer, new RegExp(`Revocation Time: ${revokedAt}`))
    assert.match(await gnutlsAsksOcsp(bench, files), /Certificate Status: revoked/)

    const crl = await untilCrl(chain, (text) => text.includes(serialNumberOf(chain)))
    assert.match(crl, new RegExp(`Serial Number: ${serialNumberOf(chain)}\\s+Revocation Date: ${revokedAt}`))
    assert.match(crl, /X509v3 CRL Reason Code:\s+Key Compromise/)
    assert.match(crl, new RegExp(`Invalidity Date:\\s+${asOpensslWrites(invalidityDate)}`))

    const trust = ['-CAfile', files.root, '-untrusted', files.sent]
    const openssl = await bench.fail('openssl', 'verify', ...trust, '-crl_download', '-crl_check', files.leaf)
    assert.match(openssl, /error 23 at 0 depth lookup: certificate revoked/)
    const withCrl = ['--load-ca-certificate', files.root, '--load-crl', 'issuer.crl.pem']
    const gnutls = await bench.fail('certtool', '--verify', '--infile', files.sent, ...withCrl)
    assert.match(gnutls, /Not verified\. The certificate is NOT trusted\. The certificate chain is revoked\./)
    await bench.succeed('crlutil', '-I', '-d', 'sql:.', '-i', 'issuer.crl', '-t', '1')
    assert.match(await nssRefuses(bench), /Certificate has been revoked/)
  })

  test('a certificate on hold is revoked until the hold ends', JUDGES, async (t) => {
    const chain = await chainUnder(t, chancery, await issuingAuthority('B'), LEAF)

    await revoke(chancery, chain, { reason: 'certificateHold' })
    assert.match(await opensslAsksOcsp(chain.bench, chain.files), /leaf\.pem: revoked.*Reason: certificateHold/s)
    const held = await untilCrl(chain, (text) => text.includes(serialNumberOf(chain)))
    assert.match(held, /X509v3 CRL Reason Code:\s+Certificate Hold/)

    await unrevoke(chancery, chain)
    assert.match(await opensslAsksOcsp(chain.bench, chain.files), /leaf\.pem: good/)
    await untilCrl(chain, (text) => !text.includes(serialNumberOf(chain)))
    await programsAccept(chain)
  })

  test('a delta CRL names what was revoked since the complete one, and OpenSSL uses both', JUDGES, async (t) => {
    const chain = await chainUnder(t, chancery, await issuingAuthority('C', { delta: true }), LEAF)
    const { bench, files } = chain
    const complete = await untilCrl(chain, (text) => text.includes('X509v3 Freshest CRL'))
    const delta = /Freshest CRL:\s+Full Name:\s+URI:(\S+)/.exec(complete)?.[1]
    bench.write('complete.crl.pem', bench.read('issuer.crl.pem'))

    await revoke(chancery, chain, { reason: 'superseded' })
    const text = await untilCrl(chain, (said) => said.includes(serialNumberOf(chain)), delta)

    assert.match(text, new RegExp(`Delta CRL Indicator: critical\\s+${numberOf(complete)}\\s`))
    const [, issuer] = files.certificates
    assert.ok(issuer)
    assert.equal(rereadsCrl(bench.read('issuer.crl'), issuer.publicKey).entries.length, 1)
    const verify = ['verify', '-CAfile', files.root, '-untrusted', files.sent, '-crl_check']
    const crls = ['-CRLfile', 'complete.crl.pem', '-CRLfile', 'issuer.crl.pem']
    assert.match(await bench.succeed('openssl', ...verify, ...crls.slice(0, 2), files.leaf), /leaf\.pem: OK/)
    const refused = await bench.fail('openssl', ...verify, ...crls, '-use_deltas', '-extended_crl', files.leaf)
    assert.match(refused, /certificate revoked/)
  })

  test('a hold that ended stands in the delta as removeFromCRL', JUDGES, async (t) => {
    const authority = await issuingAuthority('D')
    const chain = await chainUnder(t, chancery, authority, LEAF)
    await revoke(chancery, chain, { reason: 'certificateHold' })
    await untilCrl(chain, (text) => text.includes(serialNumberOf(chain)))
    await chancery.api('PATCH', `/authorities/${authority.id}`, { settings: { crl: { delta: true } } })
    const urls = await chancery.api<ServiceUrls>('GET', `/authorities/${authority.id}/service-urls`)
    const delta = urls.generations[0]?.deltaCrl
    await untilCrl(chain, (text) => text.includes('No Revoked Certificates'), delta)

    await unrevoke(chancery, chain)

    await untilCrl(chain, (text) => /CRL Reason Code:\s+Remove From CRL/.test(text), delta)
  })

  test('a partitioned CA gives each certificate its own CRL, which OpenSSL and GnuTLS accept', JUDGES, async (t) => {
    const authority = await issuingAuthority('E', { partitions: 3 })
    const chain = await chainUnder(t, chancery, authority, LEAF)
    const { bench, files } = chain
    const { crl } = await addressesIn(bench, files.leaf)
    assert.match(crl, /\/crl\/[0-9A-Za-z]{16}\/[123]\.crl$/)
    // NSS imports no CRL with an issuing distribution point.
    await opensslAndGnutlsAccept(chain)

    await revoke(chancery, chain, { reason: 'cessationOfOperation' })
    const text = await untilCrl(chain, (said) => said.includes(serialNumberOf(chain)))

    assert.match(text, new RegExp(`Issuing Distribution Point: critical\\s+Full Name:\\s+URI:${crl}`))
    const trust = ['verify', '-CAfile', files.root, '-untrusted', files.sent, '-extended_crl']
    const said = await bench.fail('openssl', ...trust, '-crl_download', '-crl_check', files.leaf)
    assert.match(said, /certificate revoked/)
  })

  test('CRLs and OCSP answers of post-quantum CAs name what is revoked, under a good signature', JUDGES, async (t) => {
    const root = await makeAuthority(chancery, { name: 'Root F', keyType: 'ml-dsa-65' })
    const chain = await chainUnder(t, chancery, root, { ...LEAF, keyType: 'ml-dsa-44', requester: 'node' })

    await revoke(chancery, chain, { reason: 'affiliationChanged' })
    await untilCrl(chain, (said) => said.includes(serialNumberOf(chain)))

    const [, issuer] = chain.files.certificates
    assert.ok(issuer)
    const { entries } = rereadsCrl(chain.bench.read('issuer.crl'), issuer.publicKey)
    assert.equal(entries[0]?.serialNumber.toUpperCase(), serialNumberOf(chain))
    const { tbsResponseData } = rereadsOcspAnswer(await askOcsp(chain.bench, chain.files), issuer.publicKey)
    assert.ok(tbsResponseData.responses[0]?.certStatus.revoked)
  })

  test('a CRL may be kept by caches, and is asked for again by its tag', JUDGES, async (t) => {
    const chain = await chainUnder(t, chancery, await issuingAuthority('G'), LEAF)
    const { bench, files } = chain
    const { crl } = await addressesIn(bench, files.leaf)

    const headers = await bench.succeed('curl', '-sS', '--fail', '--head', crl)
    const tag = /^etag: (\S+)\s*$/im.exec(headers)?.[1] ?? ''
    const again = (etag: string) =>
      bench.succeed('curl', '-sS', '-o', 'unchanged', '-w', '%{http_code}', '-H', `If-None-Match: ${etag}`, crl)

    assert.match(headers, /^content-type: application\/pkix-crl\s*$/im)
    assert.match(headers, /^cache-control: .*\bmax-age=\d+/im)
    assert.match(headers, /^last-modified: \w{3}, /im)
    assert.equal(await again(tag), '304')
    await revoke(chancery, chain, { reason: 'superseded' })
    await untilCrl(chain, (text) => text.includes(serialNumberOf(chain)))
    assert.equal(await again(tag), '200')
  })
})

async function issuingAuthority(name: string, crl: AuthorityWish['crl'] = {}): Promise<TestAuthority> {
  const parent = await makeAuthority(chancery, { name: `Root ${name}`, keyType: 'ecdsa-p384' })
  return makeAuthority(chancery, { name: `Issuing ${name}`, keyType: 'rsa-2048', parent, crl })
}

/** The number of a CRL as OpenSSL writes it. */
function numberOf(text: string): string {
  return /CRL Number:\s+(\S+)/.exec(text)?.[1] ?? 'no number'
}
