import type { Preview as PreviewBody } from '@chancery/api'
import { checkProfile, type Template } from '@chancery/pki'
import type { KeyType } from '@chancery/x509'
import { previewCertificate } from '../../enrollment/preview-certificate.ts'
import { readCsr } from '../../enrollment/read-csr.ts'
import type { ApiDomain } from './api-domain.ts'
import { type OverridesBody, overridesOf } from './overrides.ts'
import { presentPreview, presentProblems } from './present-preview.ts'

interface PreviewedBody extends OverridesBody {
  readonly csr?: string
  readonly keyType?: KeyType
}

/** The certificate for a CSR, or for a stand-in key, under a template that may not be saved yet. Throws `Refusal`. */
export async function previewOf(
  { csr, keyType, ...overrides }: PreviewedBody,
  template: Pick<Template, 'authority' | 'name' | 'profile'>,
  domain: ApiDomain,
): Promise<PreviewBody> {
  const faults = checkProfile(template.profile)
  if (faults.length > 0)
    return presentProblems(faults.map((fault) => ({ ...fault, field: `/profile${fault.field ?? ''}` })))
  const request = csr === undefined ? undefined : await readCsr(csr)
  const { issuers, authorities, now } = domain
  const preview = await previewCertificate(
    {
      ...(request !== undefined && { request }),
      keyType: keyType ?? template.profile.keyTypes[0] ?? 'ecdsa-p256',
      overrides: overridesOf(overrides),
      template,
    },
    { issuers, turns: authorities.pool.for(domain.tenant), now },
  )
  return presentPreview(preview)
}
