import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { decodeCertificationRequest } from '@chancery/x509'
import { certificationRequests } from './certification-requests.ts'
import { type LoadResult, putLoad, rawRequest } from './load-client.ts'
import { median } from './median.ts'

const ROUNDS = 3

/**
 * B1: `node:crypto` alone, one thread, ECDSA P-256: one verify of a CSR's signature and one signature; pairs per second. The key comes
 * with each CSR, and nobody can check one without loading it.
 */
export function bareIssuing(): number {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const csrs = certificationRequests(200).map((der) => decodeCertificationRequest(der))
  let at = 0
  return median(
    timed(() => {
      const { info, signature, publicKey } = csrs[at++ % csrs.length] ?? assert.fail()
      assert.ok(verify('sha256', info, { key: Buffer.from(publicKey.der), format: 'der', type: 'spki' }, signature))
      sign('sha256', info, privateKey)
    }),
  )
}

/** The same with one key for all, which is loaded once: one verify and one signature; pairs per second. */
export function bareCrypto(): number {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const message = randomBytes(400)
  const signature = sign('sha256', message, privateKey)
  return median(
    timed(() => {
      verify('sha256', message, publicKey, signature)
      sign('sha256', message, privateKey)
    }),
  )
}

/** The bare signing rate: ECDSA P-256 over an OCSP answer's worth of octets, one thread. */
export function bareSigning(): number {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const message = randomBytes(200)
  return median(timed(() => sign('sha256', message, privateKey)))
}

function timed(work: () => unknown): number[] {
  return Array.from({ length: ROUNDS }, () => {
    const from = performance.now()
    let count = 0
    while (performance.now() - from < 700) {
      for (let i = 0; i < 20; i++) work()
      count += 20
    }
    return (count * 1000) / (performance.now() - from)
  })
}

/** B2: bare `node:http` in a process of its own, which answers a POST of 90 octets, or a GET, with 500. */
export async function bareHttp(
  method: 'GET' | 'POST',
  options: { readonly port: number; readonly connections: number; readonly seconds: number },
): Promise<LoadResult> {
  const host = `127.0.0.1:${options.port}`
  const body =
    method === 'POST' ? { body: randomBytes(90), headers: { 'Content-Type': 'application/ocsp-request' } } : {}
  return putLoad({
    ...options,
    host: '127.0.0.1',
    warmUpSeconds: 1,
    requests: [rawRequest(method, '/', { host, ...body })],
  })
}

/** The bare server itself: run as `node bare-limits.ts serve`; prints its port. */
if (import.meta.main && process.argv[2] === 'serve') {
  const answer = randomBytes(500)
  const etag = createHash('sha256').update(answer).digest('base64url')
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      response.writeHead(200, { 'content-type': 'application/ocsp-response', 'content-length': answer.length, etag })
      response.end(answer)
    })
  })
  server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
}
