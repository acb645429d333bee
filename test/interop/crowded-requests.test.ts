import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { CertificateRequest, IssuedCertificate } from '@chancery/api'
import { type RunningChancery, runChancery } from '../support/running-chancery.ts'
import { needs } from '../support/system-program.ts'
import { makeAuthority } from './programs/chancery-api.ts'
import { type Workbench, workbench } from './programs/workbench.ts'

let chancery: RunningChancery
let template: string
before(async () => {
  chancery = await runChancery()
  template = (await makeAuthority(chancery, { name: 'Crowded', keyType: 'ecdsa-p256' })).template
})
after(() => chancery.stop())

/** What certtool asks for when its template says all that a request can hold. */
const EVERYTHING = `
cn = "gnutls.example.com"
organization = "Example GmbH"
unit = "sleeping dept."
locality = "Athens"
state = "Attiki"
country = GR
uid = "clauper"
dn_oid = 2.5.4.12 Dr.
dn_oid = 2.5.4.65 jackal
dn_oid = 2.5.4.5 SN4711
dns_name = "gnutls.example.com"
dns_name = "*.wild.example.com"
dns_name = "WWW.Upper.Example.COM"
uri = "https://www.example.com/x?y=1"
ip_address = "192.168.1.1"
ip_address = "2001:db8::1"
email = "none@example.org"
krb5_principal = "user@REALM.EXAMPLE"
xmpp_name = "juliet@im.example.com"
other_name = "1.2.3.4 0c03616263"
other_name_utf8 = "1.3.6.1.4.1.311.20.2.3 user@upn.example.com"
challenge_password = 123456
tls_feature = 5
signing_key
key_agreement
tls_www_server
code_signing_key
ocsp_signing_key
time_stamping_key
key_purpose_oid = 1.2.3.4.5
add_extension = "1.2.3.4.5.6 0x0500"
add_critical_extension = "1.2.3.4.5.7 0x0c0441424344"
`

test(
  'of all that certtool can ask for a certificate has what its template takes, and the rest is named',
  needs('openssl', 'certtool'),
  async (t) => {
    const bench = benchOf(t)
    bench.write('template', EVERYTHING)
    await bench.succeed(
      'certtool',
      '--generate-privkey',
      '--key-type',
      'ecdsa',
      '--curve',
      'secp256r1',
      '--outfile',
      'key.pem',
    )
    await bench.succeed(
      'certtool',
      '--generate-request',
      '--load-privkey',
      'key.pem',
      '--template',
      'template',
      '--outfile',
      'csr.pem',
    )

    const asked = { template, csr: bench.read('csr.pem').toString() }
    const { id } = await chancery.api<CertificateRequest>('POST', '/requests', asked)
    const { preview } = await chancery.api<CertificateRequest>('GET', `/requests/${id}`)
    const signed = await chancery.api<IssuedCertificate>('POST', `/requests/${id}/sign`, {})
    const atOnce = await chancery.api<IssuedCertificate>('POST', '/certificates', asked)

    assert.deepEqual(
      preview?.ignoredExtensions.map((one) => one.id),
      ['1.2.3.4.5.6', '1.2.3.4.5.7', '2.5.29.19', '2.5.29.37', '2.5.29.15', '1.3.6.1.5.5.7.1.24'],
    )
    const ignored = preview?.ignoredNames ?? []
    for (const name of [
      'pseudonym=jackal',
      'email:none@example.org',
      'upn:user@upn.example.com',
      'otherName:1.3.6.1.5.2.2=',
    ])
      assert.ok(
        ignored.some((one) => one.startsWith(name)),
        name,
      )
    for (const { certificate } of [signed, atOnce]) {
      const { subject, subjectAltName, keyUsage } = new X509Certificate(certificate)
      assert.equal(subject, 'CN=gnutls.example.com')
      assert.equal(
        subjectAltName,
        'DNS:gnutls.example.com, DNS:*.wild.example.com, DNS:www.upper.example.com, IP Address:192.168.1.1, IP Address:2001:DB8:0:0:0:0:0:1',
      )
      assert.deepEqual(keyUsage, ['1.3.6.1.5.5.7.3.1'])
      bench.write('cert.pem', certificate)
      assert.doesNotMatch(
        await bench.succeed('openssl', 'x509', '-in', 'cert.pem', '-noout', '-text'),
        /1\.2\.3\.4|TLS Feature/,
      )
      assert.match(await bench.succeed('certtool', '--certificate-info', '--infile', 'cert.pem'), /TLS WWW Server/)
    }
  },
)

test(
  'a request of OpenSSL that says something twice is refused by rule and field, with what to change',
  needs('openssl'),
  async (t) => {
    const bench = benchOf(t)
    const head = '[req]\nprompt=no\ndistinguished_name=dn\nreq_extensions=ex\n[dn]\nCN=a.example\n'
    const twice = `${head}[ex]\nsubjectAltName=DNS:a.example\n2.5.29.17=DER:300b8209612e6578616d706c65\n`
    const sameName = `${head}[ex]\nsubjectAltName=DNS:a.example,DNS:A.example\n`

    assert.deepEqual(await refusalOf(bench, twice), [
      'bad-csr',
      '/csr',
      'A certification request is PKCS#10 in DER, or in PEM.',
      'It is no PKCS#10 in DER: certificationRequestInfo.attributes.extensionRequest: the extension 2.5.29.17 is there twice. Make it anew.',
    ])
    assert.deepEqual(await refusalOf(bench, sameName), [
      'not-permitted',
      '/subjectAltNames/1',
      'Names are not repeated.',
      '"dns:a.example" is there twice. Leave one out.',
    ])
  },
)

/** Has OpenSSL make a request by this configuration, and tells how it is refused. */
async function refusalOf(bench: Workbench, configuration: string): Promise<readonly string[]> {
  bench.write('openssl.cnf', configuration)
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'key.pem']
  await bench.succeed('openssl', 'req', '-new', ...key, '-config', 'openssl.cnf', '-out', 'csr.pem')
  const answer = await fetch(`${chancery.origin}/api/v1/certificates`, {
    method: 'POST',
    headers: { authorization: `Bearer ${chancery.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ template, csr: bench.read('csr.pem').toString() }),
  })
  const {
    code,
    errors: [first],
  } = (await answer.json()) as Refused
  return [code, first.field, first.rule, first.detail]
}

interface Refused {
  readonly code: string
  readonly errors: readonly [{ readonly field: string; readonly rule: string; readonly detail: string }]
}

function benchOf(t: { after(work: () => void): void }): Workbench {
  const bench = workbench()
  t.after(() => bench.remove())
  return bench
}
