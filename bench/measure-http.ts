import { encodePem } from '@chancery/x509'
import type { RunningChancery } from '../test/support/running-chancery.ts'
import { certificationRequests } from './certification-requests.ts'
import { type LoadResult, putLoad, rawRequest } from './load-client.ts'
import { ocspQuestions } from './ocsp-questions.ts'

const AT_ONCE = 32
/** A server runs for months: after so many seconds its code is compiled as it stays. */
const WARM_UP_SECONDS = 6

/** What the measurements of a running server share: a CA with its template and a few hundred certificates. */
export interface PreparedServer {
  readonly server: RunningChancery
  readonly template: string
  readonly issuer: string
  readonly certificates: readonly string[]
  readonly ocspPath: string
}

interface Listed<T> {
  readonly items: readonly T[]
}

interface ServiceUrls {
  readonly generations: readonly { readonly ocsp: string; readonly aia: string }[]
}

/** Makes a CA on a fresh server and issues certificates to ask about. */
export async function prepare(server: RunningChancery, count = 300): Promise<PreparedServer> {
  const { api } = server
  const authority = await api<{ id: string }>('POST', '/authorities', {
    kind: 'root',
    subject: [{ type: 'commonName', value: 'Bench CA' }],
  })
  const { items } = await api<Listed<{ id: string }>>('GET', `/templates?authority=${authority.id}`)
  const template = items[0]?.id ?? ''
  const certificates: string[] = []
  for (const csr of certificationRequests(count)) {
    const { certificate } = await api<{ certificate: string }>('POST', '/certificates', {
      template,
      csr: encodePem('CERTIFICATE REQUEST', csr),
    })
    certificates.push(certificate)
  }
  const { generations } = await api<ServiceUrls>('GET', `/authorities/${authority.id}/service-urls`)
  const [urls] = generations
  if (urls === undefined) throw new Error('the CA has no key')
  const issuer = await fetch(`${server.origin}${new URL(urls.aia).pathname.replace(/\.cer$/, '.pem')}`).then((answer) =>
    answer.text(),
  )
  return { server, template, issuer, certificates, ocspPath: new URL(urls.ocsp).pathname }
}

/** Certificates per second through `POST /api/v1/certificates`. */
export function measureApi({ server, template }: PreparedServer, seconds: number): Promise<LoadResult> {
  const headers = { Authorization: `Bearer ${server.token}`, 'Content-Type': 'application/json' }
  const requests = certificationRequests(2_000).map((csr) =>
    rawRequest('POST', '/api/v1/certificates', {
      host: `127.0.0.1:${server.port}`,
      headers,
      body: JSON.stringify({ template, csr: encodePem('CERTIFICATE REQUEST', csr) }),
    }),
  )
  return putOn(server, requests, seconds)
}

/** OCSP answers per second: `cached` repeats questions, else each carries a nonce and its answer is signed for it alone. */
export function measureOcsp(
  prepared: PreparedServer,
  kind: 'post' | 'get' | 'nonce',
  seconds: number,
): Promise<LoadResult> {
  const { server, issuer, certificates, ocspPath } = prepared
  const host = `127.0.0.1:${server.port}`
  const questions = ocspQuestions(certificates, issuer, kind === 'nonce')
  const requests = questions.map((question) =>
    kind === 'get'
      ? rawRequest('GET', `${ocspPath}/${encodeURIComponent(question.toBase64())}`, { host })
      : rawRequest('POST', ocspPath, { host, headers: { 'Content-Type': 'application/ocsp-request' }, body: question }),
  )
  return putOn(server, requests, seconds)
}

function putOn(server: RunningChancery, requests: readonly Uint8Array[], seconds: number): Promise<LoadResult> {
  const load = { requests, connections: AT_ONCE, seconds, warmUpSeconds: WARM_UP_SECONDS }
  return putLoad({ ...load, host: '127.0.0.1', port: server.port })
}
