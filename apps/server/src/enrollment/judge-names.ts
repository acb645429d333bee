import type { KeyTurns } from '@chancery/keys'
import type { Overrides, Problem, Template } from '@chancery/pki'
import type { Issuers } from '../issuers/issuers.ts'
import { previewCertificate } from './preview-certificate.ts'

/**
 * All that speaks against certifying these names by a template now, for a key that nobody has yet. What depends on the key is judged
 * when it is there.
 */
export async function judgeNames(
  template: Template,
  overrides: Overrides,
  world: { readonly issuers: Issuers; readonly turns: KeyTurns; readonly now: () => number },
): Promise<readonly Problem[]> {
  const [keyType = 'ecdsa-p256'] = template.profile.keyTypes
  const { problems, findings } = await previewCertificate({ keyType, overrides, template }, world)
  const errors = findings.flatMap(({ severity, cites, requires, detail }) =>
    severity === 'error' ? [{ rule: requires, cites, detail: detail ?? requires }] : [],
  )
  return [...problems, ...errors]
}
