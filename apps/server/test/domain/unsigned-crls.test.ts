import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { encodePem } from '@chancery/x509'
import { needs, run } from '../../../../test/support/system-program.ts'
import { previewCertificate } from '../../src/enrollment/preview-certificate.ts'
import { type Ca, issued, requestFor, rootOf } from '../support/authorities.ts'
import { publishedCrl } from '../support/published.ts'
import { inFolder } from '../support/requests.ts'
import { refreshCrls } from '../support/rounds.ts'
import { type World, world } from '../support/world.ts'

/** What `openssl verify -crl_check` says of a leaf and the CRL of its root; '' when it accepts them. */
function verifyWithCrl(leaf: Uint8Array, root: Uint8Array, crl: Uint8Array, at: number): Promise<string> {
  return inFolder(async (folder) => {
    const path = (name: string) => join(folder, name)
    await writeFile(path('root.pem'), encodePem('CERTIFICATE', root))
    await writeFile(path('leaf.pem'), encodePem('CERTIFICATE', leaf))
    await writeFile(path('crl.pem'), encodePem('X509 CRL', crl))
    const files = ['-CAfile', path('root.pem'), '-CRLfile', path('crl.pem'), path('leaf.pem')]
    const asked = ['verify', '-crl_check', '-attime', `${Math.floor(at / 1000)}`, ...files]
    const { status, stdout, stderr } = await run('openssl', asked)
    return status === 0 ? '' : `${stdout}${stderr}`
  })
}

/** What the lints say of CRLs before a certificate of this CA is issued. */
async function warnings({ domain, now }: World, { template }: Ca): Promise<readonly string[]> {
  const request = await requestFor('www.example.com')
  const turns = domain.authorities.pool.for(domain.authorities.tenant)
  const preview = await previewCertificate(
    { request, keyType: 'ecdsa-p256', template },
    { issuers: domain.issuers, turns, now },
  )
  return preview.findings.map(({ lint }) => lint).filter((lint) => lint.startsWith('crlsAre'))
}

test('the lints warn of CRLs before OpenSSL rejects them, and of no others', needs('openssl'), async (t) => {
  const here = await world(t)
  const silent = await rootOf(here, 'Silent Root', { keyUsage: ['keyCertSign'] })
  const usual = await rootOf(here, 'Usual Root')

  const said = [await warnings(here, silent), await warnings(here, usual)]
  await refreshCrls(here)
  const verdicts: string[] = []
  for (const ca of [silent, usual]) {
    const { certificate } = await issued(here, ca)
    const crl = await publishedCrl(here, ca)
    verdicts.push(await verifyWithCrl(certificate.der, ca.certificate.der, crl, here.now()))
  }

  assert.deepEqual(said, [['crlsAreSignedByTheirCa'], []])
  assert.match(verdicts[0] ?? '', /key usage does not include CRL signing/i)
  assert.equal(verdicts[1], '')
})
