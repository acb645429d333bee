import type { Template } from '@chancery/pki'
import type { AcmePolicy, AcmeProfile } from '../../acme-policies/acme-policy.ts'
import type { AccountRequest } from './acme.ts'
import { AcmeProblem } from './acme-problem.ts'

/** A profile with its template. */
export interface ChosenProfile {
  readonly profile: AcmeProfile
  readonly template: Template
}

/**
 * What an order is for (draft-ietf-acme-profiles §4): the profile it names, or the first of the policy. Throws `AcmeProblem`
 * 'invalidProfile' for one that is not offered, or not any more; 'unauthorized' for a policy that is disabled.
 */
export async function chosenProfile(
  { policy, domain }: Pick<AccountRequest, 'policy' | 'domain'>,
  name: string | undefined,
): Promise<ChosenProfile> {
  refuseDisabled(policy)
  const { profiles } = policy.settings
  const profile = name === undefined ? profiles[0] : profiles.find((offered) => offered.name === name)
  if (profile === undefined) {
    const offered = profiles.map((one) => `"${one.name}"`).join(', ')
    throw new AcmeProblem(
      'invalidProfile',
      `The policy "${policy.name}" offers no profile "${(name ?? '').slice(0, 100)}". Choose one of: ${offered}.`,
    )
  }
  const template = await domain.stores.templates.find(profile.template)
  if (template === undefined || !template.enabled || template.authority !== policy.authority)
    throw new AcmeProblem(
      'invalidProfile',
      `The template of the profile "${profile.name}" is gone or disabled. Ask who runs this server.`,
    )
  return { profile, template }
}

function refuseDisabled({ enabled, name }: AcmePolicy): void {
  if (!enabled) throw new AcmeProblem('unauthorized', `The policy "${name}" is disabled. Ask who runs this server.`)
}
