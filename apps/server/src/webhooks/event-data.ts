import { crlReasonOf } from '@chancery/x509'
import type { Invitation } from '../accounts/invitation-store.ts'
import type { RegisteredCertificate } from '../certificates/certificate-register.ts'
import type { EnrollmentRequest } from '../enrollment/request-store.ts'
import type { Mail } from '../mail/mail-store.ts'

const LONGEST = 2_000
const MOST_NAMES = 100

/** What is told of a certificate: what identifies it, and where the rest is to be had. */
export function certificateData(certificate: RegisteredCertificate, url: string): object {
  const { id, authority, template, request, serialNumber, subject, fingerprint, revocation, notBefore, notAfter } =
    certificate
  return {
    id,
    authority,
    ...(template !== undefined && { template }),
    ...(request !== undefined && { request }),
    serialNumber,
    subject: subject.slice(0, LONGEST),
    ...(fingerprint !== undefined && { fingerprint: fingerprint.toHex() }),
    notBefore: new Date(notBefore).toISOString(),
    notAfter: new Date(notAfter).toISOString(),
    ...(revocation && {
      revokedAt: new Date(revocation.revokedAt).toISOString(),
      reason: crlReasonOf(revocation.reason) ?? 'unspecified',
    }),
    url: `${url}/api/v1/certificates/${id}`,
  }
}

/** What is told of a request. */
export function requestData(request: EnrollmentRequest, url: string): object {
  const { id, authority, template, status, subject, subjectAltNames, email, note, certificate } = request
  return {
    id,
    authority,
    template,
    status,
    subject: subject.slice(0, LONGEST),
    // Who asks chooses how many there are; whoever is told finds the rest at `url`.
    subjectAltNames: subjectAltNames.slice(0, MOST_NAMES),
    ...(email !== undefined && { email }),
    ...(note !== undefined && { note }),
    ...(certificate !== undefined && { certificate }),
    url: `${url}/api/v1/requests/${id}`,
  }
}

/** What is told of an invitation: never its link. */
export function invitationData({ id, email, role, authority, expiresAt }: Invitation): object {
  return {
    id,
    email,
    role,
    ...(authority !== undefined && { authority }),
    expiresAt: new Date(expiresAt).toISOString(),
  }
}

/** What is told of an invitation to ask for a certificate: it is about a template and whom it was mailed to. */
export function requestInvitationData({ about, address }: Pick<Mail, 'about' | 'address'>): object {
  const [template = ''] = about.split(' ')
  return { template, email: address }
}
