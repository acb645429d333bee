import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { until } from '../../../../test/support/until.ts'
import { supersedeRenewed } from '../../src/publishing/supersede-renewed.ts'
import { inFolder, type OPENSSL_KEYS, opensslCsr, succeed } from '../support/requests.ts'
import { type Json, makeRoot, webServer } from './api-world.ts'
import { servedWorld } from './served-world.ts'

/** Certificates are renewed by their own keys, with the lines of OpenSSL that the page of the CA prints. */
const api = await servedWorld({ fullName: 'renewals', after })
const { owner, stranger } = api
const root = await makeRoot(owner)
const { profile } = await webServer(owner, root.id)
const RULES = { withinDays: 400, copyNames: false, revokeOld: false }
let made = 0
const newTemplate = (renewal: object | undefined) =>
  owner.make('/templates', {
    ...{ authority: root.id, name: `Template ${++made}`, profile },
    enrollment: { publicRequests: false, ...(renewal && { renewal: { ...RULES, ...renewal } }) },
  })
const { id: renewable } = await newTemplate({})
const { secret } = await owner.make('/tokens', { name: 'ci', role: 'officer' })
const program = api.program(secret)

interface Holder {
  readonly id: string
  readonly certificate: string
  readonly key: string
}

const issue = async (template: string = renewable, key: keyof typeof OPENSSL_KEYS = 'p256'): Promise<Holder> => {
  const made = await opensslCsr({ key })
  const { id, certificate } = await program.make('/certificates', { template, csr: made.csr })
  return { id, certificate, key: made.key }
}

const path = `/public/authorities/${root.publicId}/renewals`
const challengeFor = async (certificate: string, csr: string, of = path): Promise<string> => {
  const { status, body, text } = await stranger.call('POST', `${of}/challenge`, { certificate, csr })
  assert.equal(status, 200, text)
  return body.text
}

const SIGN =
  'openssl cms -sign -binary -nodetach -nosmimecap -md sha256 -signer old.pem -inkey old.key -in challenge.txt -outform PEM -out proof.pem'

/** Signs a text as the printed line does. */
const proofBy = (
  { certificate, key }: Pick<Holder, 'certificate' | 'key'>,
  text: string,
  line = SIGN,
): Promise<string> =>
  inFolder(async (folder) => {
    const files = { 'old.pem': certificate, 'old.key': key, 'challenge.txt': text }
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
    await succeed('sh', ['-c', `cd '${folder}' && ${line}`])
    return readFile(join(folder, 'proof.pem'), 'utf8')
  })

const renew = async (holder: Holder, csr: string, proof?: string) => {
  const by = proof ?? (await proofBy(holder, await challengeFor(holder.certificate, csr)))
  return stranger.call('POST', path, { certificate: holder.certificate, csr, proof: by })
}
const newCsr = async () => (await opensslCsr()).csr

for (const key of ['p256', 'p384', 'rsa2048'] as const) {
  test(`a certificate of a ${key} key is renewed by that key, and the same CSR gets the same answer`, async () => {
    const holder = await issue(renewable, key)
    const csr = await newCsr()

    const first = await renew(holder, csr)
    const again = await renew(holder, csr)
    const other = await renew(holder, await newCsr())

    assert.deepEqual([first.status, first.body.state], [200, 'issued'], first.text)
    assert.equal(again.body.certificate, first.body.certificate)
    assert.deepEqual([other.status, /renewed already/.test(other.body.detail)], [409, true])
    const next = new X509Certificate(first.body.certificate)
    assert.equal(next.subjectAltName, 'DNS:www.example.com')
    assert.ok(next.checkIssued(new X509Certificate(first.body.chain)))
    const { body: old } = await owner.get(`/certificates/${holder.id}`)
    assert.equal(old.status, 'valid')
  })
}

test('the lines that the page of the CA prints renew a certificate', async () => {
  const shown = await api.page(`/cps/${root.publicId}`)
  const line = /openssl cms [^\n<]*/.exec(shown)?.[0] ?? ''
  const holder = await issue()
  const csr = await newCsr()

  const proof = await proofBy(holder, await challengeFor(holder.certificate, csr), line)

  assert.equal((await renew(holder, csr, proof)).body.state, 'issued')
  assert.ok(shown.includes(`${api.config.url}/api/v1${path}`))
})

test('a CSR may drop names; one that names more waits for an officer, and then is had by the same call', async () => {
  const holder = await issue()
  const { csr } = await opensslCsr({ extensions: ['subjectAltName=DNS:www.example.com,DNS:more.example.com'] })

  const waiting = await renew(holder, csr)
  const twice = await renew(holder, csr)

  assert.deepEqual([waiting.body, twice.body], [{ state: 'pending' }, { state: 'pending' }])
  const { body } = await owner.get(`/requests?template=${renewable}&status=pending`)
  const [request, ...others] = body.items
  assert.deepEqual([request.kind, others.length], ['renewal', 0])
  await owner.make(`/requests/${request.id}/sign`, {})
  const { certificate } = (await renew(holder, csr)).body
  assert.match(new X509Certificate(certificate).subjectAltName ?? '', /more\.example\.com/)
})

test('with copied names the CSR brings the key alone', async () => {
  const { id } = await newTemplate({ copyNames: true })
  const holder = await issue(id)
  const { csr } = await opensslCsr({
    subject: '/CN=evil.example.com',
    extensions: ['subjectAltName=DNS:evil.example.com'],
  })

  const { body } = await renew(holder, csr)

  const next = new X509Certificate(body.certificate)
  assert.equal(next.subjectAltName, 'DNS:www.example.com')
  assert.doesNotMatch(next.subject ?? '', /evil/)
})

test('where the template says so the old one is revoked once the new one is there', async () => {
  const { id } = await newTemplate({ revokeOld: true })
  const holder = await issue(id)
  assert.equal((await renew(holder, await newCsr())).body.state, 'issued')

  const { stores } = api
  const report = (error: unknown) => assert.fail(String(error))
  const storesOf = (tenant: string) => stores.for(tenant)
  await supersedeRenewed({ outbox: stores.system.outbox, storesOf, now: Date.now, report })

  const { body: old } = await owner.get(`/certificates/${holder.id}`)
  assert.deepEqual([old.status, old.revocation.reason], ['revoked', 'superseded'])
})

const refusal = async (answer: Promise<{ status: number; body: Json }>, status: number, words: RegExp) => {
  const { status: is, body } = await answer
  assert.equal(is, status, JSON.stringify(body))
  assert.match(body.detail, words)
}

test('a certificate that is revoked, on hold, expired, foreign or not to be renewed renews nothing', async () => {
  const [revoked, held] = [await issue(), await issue()]
  await owner.make(`/certificates/${revoked.id}/revoke`, { reason: 'superseded' })
  await owner.make(`/certificates/${held.id}/revoke`, { reason: 'certificateHold' })
  await refusal(renew(revoked, await newCsr()), 403, /revoked, or is on hold/)
  await refusal(renew(held, await newCsr()), 403, /revoked, or is on hold/)

  const closed = await issue((await newTemplate(undefined)).id)
  await refusal(renew(closed, await newCsr()), 422, /not renewed by their holders/)
  const early = await issue((await newTemplate({ withinDays: 10 })).id)
  await refusal(renew(early, await newCsr()), 422, /too early: .* from \d{4}-\d\d-\d\d on/)

  const other = await makeRoot(owner, 'Other Root')
  const elsewhere = await issue((await webServer(owner, other.id)).id)
  await refusal(renew(elsewhere, await newCsr()), 403, /none of this certificate authority/)
  const forged = await inFolder(async (folder) => {
    const args = [
      '-keyout',
      join(folder, 'k.pem'),
      '-out',
      join(folder, 'c.pem'),
      '-subj',
      '/CN=www.example.com',
      '-nodes',
    ]
    await succeed('openssl', ['req', '-x509', '-newkey', 'rsa:2048', ...args])
    const read = (name: string) => readFile(join(folder, name), 'utf8')
    return { id: '', certificate: await read('c.pem'), key: await read('k.pem') }
  })
  await refusal(renew(forged, await newCsr()), 403, /none of this certificate authority/)
})

test('a certificate that has expired meanwhile renews nothing', async () => {
  const { csr, key } = await opensslCsr()
  const { id } = await owner.make('/requests', { template: renewable, csr })
  const ends = Date.now() + 3_000
  const validity = { notBefore: new Date().toISOString(), notAfter: new Date(ends).toISOString() }
  const { certificate } = await owner.make(`/requests/${id}/sign`, { validity })
  const next = await newCsr()
  const proof = await proofBy({ certificate, key }, await challengeFor(certificate, next))
  await until(() => Date.now() > ends + 1_000)

  await refusal(renew({ id, certificate, key }, next, proof), 403, /has expired: it renews nothing/)
})

test('a proof counts for its certificate, its CSR, its CA and its time, and for the old key alone', async () => {
  const [holder, other] = [await issue(), await issue()]
  const csr = await newCsr()
  const text = await challengeFor(holder.certificate, csr)
  const proof = await proofBy(holder, text)

  await refusal(renew(holder, await newCsr(), proof), 403, /no challenge for this certificate and this CSR/)
  await refusal(renew(other, csr, proof), 403, /no challenge for this certificate/)
  const changed = await proofBy(
    holder,
    text.replace(/nonce: (\d)/, (_, digit) => `nonce: ${(Number(digit) + 1) % 10}`),
  )
  await refusal(renew(holder, csr, changed), 403, /no challenge/)
  await refusal(renew(holder, csr, await proofBy(holder, `${text}more`)), 403, /no challenge/)
  const byOther = await proofBy(other, text)
  await refusal(renew(holder, csr, byOther), 403, /not by the key of the old certificate/)
  const bySha1 = await proofBy(holder, text, SIGN.replace('sha256', 'sha1'))
  await refusal(renew(holder, csr, bySha1), 403, /not by the key of the old certificate/)
  const detached = await proofBy(holder, text, SIGN.replace(' -nodetach', ''))
  await refusal(renew(holder, csr, detached), 400, /without what was signed/)
  await refusal(renew(holder, csr, 'nonsense'), 400, /no CMS SignedData in PEM/)

  assert.equal((await renew(holder, csr, proof)).body.state, 'issued', 'after all this it is good still')
})

test('a proof without signed attributes, or by a streaming writer, is as good', async () => {
  for (const option of ['-noattr', '-stream']) {
    const holder = await issue()
    const csr = await newCsr()
    const proof = await proofBy(
      holder,
      await challengeFor(holder.certificate, csr),
      SIGN.replace('-nosmimecap', option),
    )
    assert.equal((await renew(holder, csr, proof)).body.state, 'issued', option)
  }
})

test('of several renewals at once one certificate is made', async () => {
  const holder = await issue()
  const csr = await newCsr()
  const proof = await proofBy(holder, await challengeFor(holder.certificate, csr))

  const answers = await Promise.all([0, 1, 2, 3].map(() => renew(holder, csr, proof)))

  // Whoever came while it was being signed is told so, and calls again.
  const states = answers.map(({ text, body }) => body.state ?? text)
  assert.deepEqual(
    states.filter((state) => state !== 'issued' && state !== 'signing'),
    [],
  )
  answers.push(await renew(holder, csr, proof))
  const certificates = answers.flatMap(({ body }) => body.certificate ?? [])
  assert.equal(new Set(certificates).size, 1)
  await api.checkInvariants()
})
