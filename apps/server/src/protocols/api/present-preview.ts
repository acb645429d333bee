import type { Preview as PreviewBody } from '@chancery/api'
import type { Preview, Problem } from '@chancery/pki'
import { decodeTbsCertificate, describeCertificate, extensionNamed } from '@chancery/x509'
import { presentFields } from './present-certificate.ts'

/** What a request would become, and all that speaks against it. */
export function presentPreview({ encoded, problems, findings, ignored, ignoredNames }: Preview): PreviewBody {
  return {
    issuable: problems.length === 0 && findings.every(({ severity }) => severity !== 'error'),
    ...(encoded !== undefined && { certificate: fieldsOf(encoded.tbs), tbs: encoded.tbs.toBase64() }),
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
