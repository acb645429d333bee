import { type CertificateRequest, type RequestSummary, toTimestamp } from '@chancery/api'
import { Refusal, type Template } from '@chancery/pki'
import { decodeCertificationRequest, describeRequest, encodePem } from '@chancery/x509'
import { previewCertificate } from '../../enrollment/preview-certificate.ts'
import type { EnrollmentRequest } from '../../enrollment/request-store.ts'
import { requested } from '../../enrollment/requests.ts'
import type { ApiDomain } from './api-domain.ts'
import { presentOverrides } from './overrides.ts'
import { presentKey } from './present-certificate.ts'
import { presentPreview, presentProblems } from './present-preview.ts'

/** A request as lists show it. */
export function presentRequestSummary(request: EnrollmentRequest): RequestSummary {
  const { evidence, decidedAt, decidedBy, note, certificate } = request
  return {
    id: request.id,
    authority: request.authority,
    template: request.template,
    status: shownStatus(request),
    subject: request.subject,
    kind: kindOf(request),
    subjectAltNames: request.subjectAltNames,
    requestedBy: {
      ...('account' in evidence && { account: evidence.account }),
      ...(request.email !== undefined && { email: request.email }),
      ...('token' in evidence && evidence.token !== undefined && { token: evidence.token }),
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
  const template = await domain.stores.templates.find(request.template)
  return {
    ...presentRequestSummary(request),
    ...(request.csr !== undefined && presentCsr(request.csr)),
    ...(request.approved !== undefined && { approved: presentOverrides(request.approved) }),
    ...(await claimOf(request, domain)),
    wishes: presentOverrides(request.overrides),
    templateRevision: request.templateRevision,
    templateChanged: template?.revision !== request.templateRevision,
    ...(request.status === 'pending' && { preview: await previewNow(request, template, domain) }),
  }
}

/** By what it is decided: CSRs are signed, forms are approved. */
function kindOf({ evidence, csr }: EnrollmentRequest): RequestSummary['kind'] {
  if (evidence.by === 'pre-approved') return 'pre-approved'
  if (evidence.by === 'submitted-csr') return 'csr'
  if (evidence.by === 'renewal') return 'renewal'
  return csr === undefined ? 'form' : 'public-csr'
}

/** What a stranger has not confirmed is found by nobody: it never comes here. */
function shownStatus({ status }: EnrollmentRequest): RequestSummary['status'] {
  if (status === 'unconfirmed') throw new Error('an unconfirmed request was to be shown')
  return status
}

function presentCsr(csr: Uint8Array) {
  const decoded = decodeCertificationRequest(csr)
  const described = describeRequest(decoded)
  return {
    csr: encodePem('CERTIFICATE REQUEST', csr),
    decoded: { ...described, publicKey: presentKey(described.publicKey, decoded.publicKey) },
  }
}

async function claimOf({ id, approved }: EnrollmentRequest, { stores }: ApiDomain) {
  const claim = approved === undefined ? undefined : await stores.requests.claimOf(id)
  if (claim === undefined) return {}
  return { claim: { expiresAt: toTimestamp(claim.expiresAt), spent: claim.spentAt !== undefined } }
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
    const asked = requested(request)
    const [keyType = 'ecdsa-p256'] = template.profile.keyTypes
    const ask = { ...(asked && { request: asked }), keyType, overrides: request.overrides, template }
    return presentPreview(await previewCertificate(ask, { issuers, turns: authorities.pool.for(tenant), now }))
  } catch (error) {
    // A CA that issues nothing now speaks against it; the request itself can still be shown.
    if (error instanceof Refusal) return presentProblems([{ detail: error.message }])
    throw error
  }
}
