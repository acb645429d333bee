import {
  berToDer,
  type Certificate,
  DerError,
  decodeCertificate,
  decodeCmsCertificates,
  decodePem,
  PemError,
} from '@chancery/x509'
import type { FetchIssuerCertificates } from '../../authorities/certificate-chain.ts'
import type { GuardedGet } from '../../platform/guarded-client.ts'
import type { Log } from '../../platform/log.ts'
import { OutboundError } from '../../platform/outbound-rules.ts'

const LIMITS = { maxBytes: 256 * 1024, timeoutMs: 10_000, redirects: 3 }
/** Certificates of one answer that are looked at. */
const MOST = 50

/**
 * Follows caIssuers addresses through the guarded client. An answer is a certificate in DER, PKCS#7 with certificates alone (RFC 5280
 * §4.2.2.1), or either in PEM, as some servers have it; its media type is not asked. What cannot be fetched or read gives none, and
 * a line in the log.
 */
export function issuerCertificateFetcher(get: GuardedGet, log: Log): FetchIssuerCertificates {
  return async (url) => {
    try {
      const { status, body } = await get(url, LIMITS)
      if (status !== 200) throw new OutboundError('bad-answer', `status ${status}`)
      return certificatesIn(body).slice(0, MOST).map(decodeCertificate)
    } catch (error) {
      if (!(error instanceof OutboundError || error instanceof DerError || error instanceof PemError)) throw error
      log.info('no issuer certificate at an address', { url, why: error.message })
      return []
    }
  }
}

function certificatesIn(body: Uint8Array): readonly Certificate['der'][] {
  if (!looksLikePem(body)) return certificatesInDer(body)
  const blocks = decodePem(new TextDecoder().decode(body), LIMITS.maxBytes)
  return blocks.slice(0, MOST).flatMap(({ label, der }) => (isCertificate(label) ? [der] : certificatesInCms(der)))
}

function isCertificate(label: string): boolean {
  return label === 'CERTIFICATE' || label === 'X509 CERTIFICATE'
}

function certificatesInDer(body: Uint8Array): readonly Uint8Array[] {
  try {
    decodeCertificate(body)
    return [body]
  } catch {
    return certificatesInCms(body)
  }
}

/** Windows writes PKCS#7 in BER. Only the wrapping is rewritten: a certificate within that was no DER fails its signature. */
function certificatesInCms(cms: Uint8Array): readonly Uint8Array[] {
  return decodeCmsCertificates(berToDer(cms)).certificates
}

function looksLikePem(body: Uint8Array): boolean {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).includes('-----BEGIN ')
}
