import assert from 'node:assert/strict'
import { digest } from '@chancery/keys'
import { decodeOcspResponse, encodeOcspRequest, HASH_OIDS, makeCertId } from '@chancery/x509'
import type { Ca } from './authorities.ts'

/** A request by our own hand, where OpenSSL would be too slow. */
export function question(
  ca: Ca,
  serialNumber: bigint,
  { hash = 'sha1', nonce }: { hash?: 'sha1' | 'sha256'; nonce?: Uint8Array } = {},
): Uint8Array {
  const certId = makeCertId({
    hashAlgorithm: HASH_OIDS[hash],
    issuerNameHash: digest(hash, ca.certificate.subject.der),
    issuerKeyHash: digest(hash, ca.certificate.publicKey.key),
    serialNumber,
  })
  return encodeOcspRequest({ requests: [{ certId }], ...(nonce && { nonce }) })
}

/** The answer itself; an error fails the test. */
export const basicOf = (der: Uint8Array) => {
  const response = decodeOcspResponse(der)
  assert.ok(response.status === 'successful')
  return response.basic
}
