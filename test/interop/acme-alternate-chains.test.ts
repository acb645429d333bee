import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { AcmePolicy, Authority } from '@chancery/api'
import acme from 'acme-client'
import { type RunningChancery, runChancery } from '../support/running-chancery.ts'
import { needs } from '../support/system-program.ts'
import { type Workbench, workbench } from './programs/workbench.ts'

// An issuing CA whose key two roots have certified: the older one, which old devices know, and the newer one.

const PROGRAMS = ['openssl', 'certbot'] as const
const CA_EXTENSIONS = 'basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\n'

let chancery: RunningChancery
let bench: Workbench
let directory: string
before(async () => {
  if (needs(...PROGRAMS).skip !== false) return
  bench = workbench()
  chancery = await runChancery()
  const issuing = await crossSigned()
  const policy = await chancery.api<AcmePolicy>('POST', '/acme-policies', {
    authority: issuing.id,
    name: 'Open to this machine',
    profiles: [{ name: 'default', template: issuing.template, description: '' }],
    preApproved: ['*.example.com'],
    openTo: ['127.0.0.1'],
  })
  directory = policy.directory
})
after(async () => {
  await chancery?.stop()
  bench?.remove()
})

test('a certificate is offered with a chain to each root that certified its CA', needs(...PROGRAMS), async () => {
  const client = new acme.Client({ directoryUrl: directory, accountKey: await acme.crypto.createPrivateEcdsaKey() })
  await client.createAccount({ termsOfServiceAgreed: true })
  const order = await client.createOrder({ identifiers: [{ type: 'dns', value: 'www.example.com' }] })
  const [, csr] = await acme.crypto.createCsr(
    { altNames: ['www.example.com'] },
    await acme.crypto.createPrivateEcdsaKey(),
  )
  const done = await client.finalizeOrder(order, csr)

  const usual = await client.getCertificate(done)
  const older = await client.getCertificate(done, 'Older Root')
  const newer = await client.getCertificate(done, 'Newer Root')

  assert.equal(usual, newer, 'the certificate of the CA that came last makes the usual chain')
  for (const [chain, root] of [
    [older, 'older'],
    [newer, 'newer'],
  ] as const) {
    bench.write('chain.pem', chain)
    await bench.succeed('openssl', 'verify', '-CAfile', `${root}.pem`, '-untrusted', 'chain.pem', 'chain.pem')
  }
  const [leaf, above] = older.split(/(?<=-----END CERTIFICATE-----\n)/).map((pem) => new X509Certificate(pem))
  assert.equal(leaf?.raw.equals(new X509Certificate(newer).raw), true, 'both begin with the same certificate')
  assert.match(above?.issuer ?? '', /Older Root/)
})

test(
  'certbot takes the chain that --preferred-chain names, and the usual one without',
  needs(...PROGRAMS),
  async () => {
    const certbot = (name: string, ...more: readonly string[]) =>
      bench.succeed(
        'certbot',
        ...['certonly', '--standalone', '--non-interactive', '--agree-tos', '--register-unsafely-without-email'],
        ...['--config-dir', 'etc', '--work-dir', 'work', '--logs-dir', 'logs'],
        ...['--server', directory, '--domain', `${name}.example.com`, ...more],
      )
    const issuerAbove = async (name: string) => {
      const chain = `etc/live/${name}.example.com/chain.pem`
      return bench.succeed('openssl', 'x509', '-in', chain, '-noout', '-issuer')
    }

    await certbot('usual')
    await certbot('old', '--preferred-chain', 'Older Root')

    assert.match(await issuerAbove('usual'), /Newer Root/)
    assert.match(await issuerAbove('old'), /Older Root/)
    await bench.succeed(
      'openssl',
      'verify',
      '-CAfile',
      'older.pem',
      '-untrusted',
      'etc/live/old.example.com/chain.pem',
      'etc/live/old.example.com/cert.pem',
    )
  },
)

/** Orders, finalizes, takes the chain to each root that is named, revokes, and is refused: what it says of each. */
const IN_RUBY = `
require 'acme-client'
directory, name, *roots = ARGV
client = Acme::Client.new(private_key: OpenSSL::PKey::RSA.new(2048), directory: directory)
account = client.new_account(contact: 'mailto:you@example.com', terms_of_service_agreed: true)
order = client.new_order(identifiers: [name])
key = OpenSSL::PKey::EC.generate('prime256v1')
order.finalize(csr: Acme::Client::CertificateRequest.new(private_key: key, names: [name]))
while order.status == 'processing' do sleep 0.2; order.reload end
chains = roots.map { |root| order.certificate(force_chain: root) }
chains.each { |chain| puts OpenSSL::X509::Certificate.new(chain.split(/(?<=-----END CERTIFICATE-----\\n)/)[1]).issuer }
leaf = OpenSSL::X509::Certificate.new(chains.first)
puts client.revoke(certificate: leaf)
begin client.revoke(certificate: leaf) rescue puts $!.message end
begin client.new_order(identifiers: ['a..b']) rescue puts $!.class end
puts account.deactivate`

test(
  'the client library of Ruby orders, takes the chain that it is told to, revokes, and knows why it is refused',
  needs(...PROGRAMS, 'ruby'),
  async (t) => {
    const { status } = await bench.attempt('ruby', '-racme-client', '-e', '0')
    if (status !== 0) return t.skip('its library is not installed (Debian: ruby-acme-client)')
    bench.write('client.rb', IN_RUBY)

    const said = await bench.succeed('ruby', 'client.rb', directory, 'ruby.example.com', 'Older Root', 'Newer Root')

    assert.match(said, /Older Root\n.*Newer Root\ntrue\n.*revoked.*\n/)
    assert.match(said, /Acme::Client::Error::RejectedIdentifier\ntrue\n$/)
  },
)

test(
  'a root that an older one has certified makes a chain to that one too, for the CAs below it',
  needs(...PROGRAMS),
  async () => {
    const root = await chancery.api<Authority>('POST', '/authorities', {
      kind: 'csr',
      subject: [{ type: 'commonName', value: 'Rising Root' }],
    })
    const openssl = (...args: readonly string[]) => bench.succeed('openssl', ...args)
    bench.write('root.ext', 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n')
    bench.write('rising.csr', await chancery.download(`/authorities/${root.id}/csr`))
    // Certified by an intermediate CA of the older root, whose certificate has to stand in the chain as well.
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
    await openssl('req', ...key, '-keyout', 'middle.key', '-subj', '/CN=Middle of the Older Root', '-out', 'middle.csr')
    const sign = async (csr: string, by: string, out: string) =>
      openssl(
        ...['x509', '-req', '-in', csr, '-CA', `${by}.pem`, '-CAkey', `${by}.key`, '-CAcreateserial'],
        ...['-extfile', 'root.ext', '-days', '900', '-out', out],
      )
    await sign('middle.csr', 'older', 'middle.pem')
    await sign('rising.csr', 'middle', 'crossed.pem')
    await sign('rising.csr', 'newer', 'rising.pem')
    const bring = (certificate: string, ...above: readonly string[]) =>
      chancery.api('POST', `/authorities/${root.id}/certificates`, {
        certificate: bench.read(certificate).toString(),
        chain: above.map((name) => bench.read(name).toString()).join(''),
      })
    await bring('crossed.pem', 'middle.pem', 'older.pem')
    await chancery.api('POST', `/authorities/${root.id}/renew`, { key: 'same' })
    await bring('rising.pem', 'newer.pem')
    const issuing = await chancery.api<Authority>('POST', '/authorities', {
      kind: 'intermediate',
      parent: root.id,
      subject: [{ type: 'commonName', value: 'Issuing CA below the Rising Root' }],
    })
    const policy = await chancery.api<AcmePolicy>('POST', '/acme-policies', {
      authority: issuing.id,
      name: 'Below the Rising Root',
      profiles: [{ name: 'default', template: await webServer(issuing.id), description: '' }],
      preApproved: ['*.example.com'],
      openTo: ['127.0.0.1'],
    })
    const client = new acme.Client({
      directoryUrl: policy.directory,
      accountKey: await acme.crypto.createPrivateEcdsaKey(),
    })
    await client.createAccount({ termsOfServiceAgreed: true })
    const order = await client.createOrder({ identifiers: [{ type: 'dns', value: 'www.example.com' }] })
    const [, csr] = await acme.crypto.createCsr(
      { altNames: ['www.example.com'] },
      await acme.crypto.createPrivateEcdsaKey(),
    )
    const done = await client.finalizeOrder(order, csr)

    const usual = await client.getCertificate(done)
    const older = await client.getCertificate(done, 'Older Root')

    for (const [chain, anchor] of [
      [usual, 'newer'],
      [older, 'older'],
    ] as const) {
      bench.write('chain.pem', chain)
      await openssl('verify', '-CAfile', `${anchor}.pem`, '-untrusted', 'chain.pem', 'chain.pem')
    }
  },
)

/** A CA that two roots of somebody else have certified, one after the other. */
async function crossSigned(): Promise<{ readonly id: string; readonly template: string }> {
  const authority = await chancery.api<Authority>('POST', '/authorities', {
    kind: 'csr',
    subject: [{ type: 'commonName', value: 'Issuing CA' }],
  })
  bench.write('ca.ext', CA_EXTENSIONS)
  bench.write('ca.csr', await chancery.download(`/authorities/${authority.id}/csr`))
  for (const root of ['older', 'newer']) {
    const subject = `/CN=${root === 'older' ? 'Older' : 'Newer'} Root`
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', `${root}.key`]
    await bench.succeed('openssl', 'req', '-x509', ...key, '-subj', subject, '-days', '3000', '-out', `${root}.pem`)
    const signer = ['-CA', `${root}.pem`, '-CAkey', `${root}.key`, '-CAcreateserial', '-extfile', 'ca.ext']
    await bench.succeed('openssl', 'x509', '-req', '-in', 'ca.csr', ...signer, '-days', '1000', '-out', 'ca.pem')
    if (root === 'newer') await chancery.api('POST', `/authorities/${authority.id}/renew`, { key: 'same' })
    await chancery.api('POST', `/authorities/${authority.id}/certificates`, {
      certificate: bench.read('ca.pem').toString(),
      chain: bench.read(`${root}.pem`).toString(),
    })
  }
  return { id: authority.id, template: await webServer(authority.id) }
}

/** The template of web servers that a CA begins with. */
async function webServer(authority: string): Promise<string> {
  const { items } = await chancery.api<{ items: readonly { readonly id: string; readonly name: string }[] }>(
    'GET',
    `/templates?authority=${authority}`,
  )
  const template = items.find(({ name }) => name === 'Web Server')
  assert.ok(template)
  return template.id
}
