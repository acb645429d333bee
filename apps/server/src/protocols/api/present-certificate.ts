import { hash } from 'node:crypto'
import { type Certificate, type CertificateSummary, type DecodedCertificate, toTimestamp } from '@chancery/api'
import { Refusal } from '@chancery/pki'
import {
  crlReasonOf,
  type DescribedCertificate,
  decodeCertificate,
  describeCertificate,
  describeNames,
  encodePem,
  type PublicKey,
  type Certificate as X509Certificate,
} from '@chancery/x509'
import type { CertificateStatus, RegisteredCertificate, Revocation } from '../../certificates/certificate-register.ts'
import { REVOCATION_REASONS } from '../../revocation/revoke.ts'

/** A certificate as lists show it. `now` decides whether it has expired. */
export function presentSummary(registered: RegisteredCertificate, now: number): CertificateSummary {
  const { template, request, revocation, fingerprint } = registered
  return {
    id: registered.id,
    authority: registered.authority,
    generation: registered.generation,
    ...(template !== undefined && { template }),
    ...(request !== undefined && { request }),
    status: statusOf(registered, now),
    subject: registered.subject,
    subjectAltNames: registered.der === undefined ? [] : describeNames(decodeCertificate(registered.der).extensions),
    serialNumber: registered.serialNumber,
    notBefore: toTimestamp(registered.notBefore),
    notAfter: toTimestamp(registered.notAfter),
    issuedAt: toTimestamp(registered.issuedAt),
    ...(fingerprint !== undefined && { fingerprint: fingerprint.toHex() }),
    ...(revocation !== undefined && { revocation: presentRevocation(revocation) }),
  }
}

/** A certificate with all that is known of it. */
export function presentCertificate(registered: RegisteredCertificate, now: number): Certificate {
  const { der, evidence, approval } = registered
  return {
    ...presentSummary(registered, now),
    ...(evidence !== undefined && { evidence }),
    ...(approval !== undefined && {
      approval: { account: approval.account, approvedAt: toTimestamp(approval.approvedAt) },
    }),
    ...(der !== undefined && { decoded: presentDecoded(decodeCertificate(der)), pem: encodePem('CERTIFICATE', der) }),
  }
}

/** What a certificate says, signed or not yet. */
export function presentFields(described: DescribedCertificate, publicKey: PublicKey) {
  const { notBefore, notAfter } = described
  return {
    ...described,
    notBefore: toTimestamp(notBefore),
    notAfter: toTimestamp(notAfter),
    publicKey: presentKey(described.publicKey, publicKey),
  }
}

/** A key with the fingerprint that it is known by. */
export function presentKey(described: DescribedCertificate['publicKey'], { der }: PublicKey) {
  return { ...described, fingerprint: hash('sha256', der, 'hex') }
}

/** The register's word for what a certificate is now. */
function statusOf({ revocation, notAfter }: RegisteredCertificate, now: number): CertificateStatus {
  if (revocation !== undefined) return crlReasonOf(revocation.reason) === 'certificateHold' ? 'held' : 'revoked'
  return now > notAfter ? 'expired' : 'valid'
}

function presentDecoded(certificate: X509Certificate): DecodedCertificate {
  const { der, publicKey } = certificate
  const fingerprints = { sha1: hash('sha1', der, 'hex'), sha256: hash('sha256', der, 'hex') }
  return { ...presentFields(describeCertificate(certificate), publicKey), fingerprints }
}

function presentRevocation({ revokedAt, reason: number, invalidityAt }: Revocation) {
  const reason = REVOCATION_REASONS.find((name) => name === crlReasonOf(number)) ?? 'unspecified'
  return {
    revokedAt: toTimestamp(revokedAt),
    reason,
    ...(invalidityAt !== undefined && { invalidityDate: toTimestamp(invalidityAt) }),
  }
}

/** The DER of a certificate. Throws `Refusal` 'not-found' where nothing but its serial number is known. */
export function derOf({ der, serialNumber }: RegisteredCertificate): Uint8Array {
  if (der !== undefined) return der
  throw new Refusal(
    'not-found',
    `Of the certificate ${serialNumber} nothing but its serial number is known: it was issued before its CA came here.`,
  )
}
