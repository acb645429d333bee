import type { Preview as PreviewBody } from '@chancery/api'
import type { Problem } from '@chancery/pki'
import { decodeTbsCertificate, describeCertificate, describeRequest, extensionNamed } from '@chancery/x509'
import type { AuthorityPreview, PreviewedRequest } from '../../authorities/authority-preview.ts'
import { presentFields, presentKey } from './present-certificate.ts'

/** What a request would become, and all that speaks against it. */
export function presentPreview({
  encoded,
  request,
  problems,
  findings,
  ignored,
  ignoredNames,
}: AuthorityPreview): PreviewBody {
  return {
    issuable: problems.length === 0 && findings.every(({ severity }) => severity !== 'error'),
    ...(encoded !== undefined && { certificate: fieldsOf(encoded.tbs), tbs: encoded.tbs.toBase64() }),
    ...(request !== undefined && { request: requestFieldsOf(request) }),
    problems,
    findings,
    ignoredExtensions: ignored.map(({ id, critical }) => {
      const name = extensionNamed(id)?.name
      return { id, ...(name !== undefined && { name }), critical }
    }),
    ignoredNames,
  }
}

/** A preview of nothing, because of these problems. */
export function presentProblems(problems: readonly Problem[]): PreviewBody {
  return presentPreview({ problems, findings: [], ignored: [], ignoredNames: [] })
}

function fieldsOf(tbs: Uint8Array) {
  const certificate = decodeTbsCertificate(tbs)
  return presentFields(describeCertificate(certificate), certificate.publicKey)
}

function requestFieldsOf(request: PreviewedRequest) {
  const described = describeRequest(request)
  return { ...described, publicKey: presentKey(described.publicKey, request.publicKey) }
}
