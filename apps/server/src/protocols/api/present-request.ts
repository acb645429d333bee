import { hash } from 'node:crypto'
import { type CertificateRequest, type RequestSummary, toTimestamp } from '@chancery/api'
import { Refusal, type Template } from '@chancery/pki'
import { decodeCertificationRequest, describeRequest, encodePem } from '@chancery/x509'
import { previewCertificate } from '../../enrollment/preview-certificate.ts'
import type { EnrollmentRequest } from '../../enrollment/request-store.ts'
import { requested } from '../../enrollment/requests.ts'
import type { ApiDomain } from './api-domain.ts'
import { presentOverrides } from './overrides.ts'
import { presentPreview, presentProblems } from './present-preview.ts'

/** A request as lists show it. */
export function presentRequestSummary(request: EnrollmentRequest): RequestSummary {
  const { evidence, decidedAt, decidedBy, note, certificate } = request
  return {
    id: request.id,
    authority: request.authority,
    template: request.template,
    status: request.status,
    subject: request.subject,
    subjectAltNames: request.subjectAltNames,
    requestedBy: {
      account: evidence.account,
      ...(evidence.token !== undefined && { token: evidence.token }),
    },
    createdAt: toTimestamp(request.createdAt),
    ...(decidedAt !== undefined && { decidedAt: toTimestamp(decidedAt) }),
    ...(decidedBy !== undefined && { decidedBy }),
    ...(note !== undefined && { note }),
    ...(certificate !== undefined && { certificate }),
  }
}

/** A request with what its CSR says, and while it is pending with what signing it now would issue. */
export async function presentRequest(request: EnrollmentRequest, domain: ApiDomain): Promise<CertificateRequest> {
  const decoded = decodeCertificationRequest(request.csr)
  const described = describeRequest(decoded)
  const template = await domain.stores.templates.find(request.template)
  return {
    ...presentRequestSummary(request),
    csr: encodePem('CERTIFICATE REQUEST', request.csr),
    decoded: {
      ...described,
      publicKey: { ...described.publicKey, fingerprint: hash('sha256', decoded.publicKey.der, 'hex') },
    },
    wishes: presentOverrides(request.overrides),
    templateRevision: request.templateRevision,
    templateChanged: template?.revision !== request.templateRevision,
    ...(request.status === 'pending' && { preview: await previewNow(request, template, domain) }),
  }
}

async function previewNow(
  request: EnrollmentRequest,
  template: Template | undefined,
  { issuers, authorities, tenant, now }: ApiDomain,
): Promise<NonNullable<CertificateRequest['preview']>> {
  if (template === undefined) return presentProblems([{ detail: 'The template of this request is gone. Decline it.' }])
  if (!template.enabled)
    return presentProblems([
      { detail: `The template "${template.name}" is disabled. Enable it, or decline the request.` },
    ])
  try {
    const ask = { request: requested(request), keyType: 'ecdsa-p256', overrides: request.overrides, template } as const
    return presentPreview(await previewCertificate(ask, { issuers, turns: authorities.pool.for(tenant), now }))
  } catch (error) {
    // A CA that issues nothing now speaks against it; the request itself can still be shown.
    if (error instanceof Refusal) return presentProblems([{ detail: error.message }])
    throw error
  }
}
