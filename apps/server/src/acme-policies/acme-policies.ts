import {
  approvedDomain,
  CHALLENGE_TYPES,
  canonicalPreApproval,
  domainProblem,
  isPrivileged,
  type Problem,
  preApprovalProblem,
  Refusal,
} from '@chancery/pki'
import { parseIp, parseNetwork } from '@chancery/x509'
import { getPublicSuffix } from 'tldts'
import { type Act, recordOf } from '../audit/audit-record.ts'
import type { TemplateStore } from '../templates/template-store.ts'
import type { AcmePolicy, AcmePolicyChange, AcmePolicySettings } from './acme-policy.ts'
import type { AcmePolicyStore } from './policy-store.ts'

/** What policies need: one tenant's stores, and ids. */
export interface AcmePolicies {
  readonly store: AcmePolicyStore
  readonly templates: Pick<TemplateStore, 'find'>
  readonly newId: () => string
  readonly newPublicId: () => string
}

/** What somebody wants of a policy, and whether they mean it where it is wide. */
export interface WantedPolicy extends Pick<AcmePolicy, 'authority' | 'name' | 'enabled' | 'settings'> {
  /** They were told what a rule for everything, or for a public suffix, means. */
  readonly confirmed: boolean
}

/**
 * Makes a policy. Throws `Refusal` 'malformed' with all that is wrong in it, 'not-permitted' for rules that want a confirmation,
 * 'conflict' for a taken name, 'not-found' for a CA that is not there.
 */
export async function createPolicy(wanted: WantedPolicy, act: Act, policies: AcmePolicies): Promise<AcmePolicy> {
  const { confirmed, ...same } = wanted
  const settings = await checkedSettings(same.settings, same.authority, confirmed, policies)
  const policy: AcmePolicy = {
    ...same,
    settings,
    id: policies.newId(),
    publicId: policies.newPublicId(),
    revision: 1,
  }
  const record = recordOf(act, {
    action: 'acme-policy.create',
    object: { type: 'acme-policy', id: policy.id },
    details: {
      name: policy.name,
      preApproved: shortened(settings.preApproved),
      openTo: shortened(settings.openTo ?? []),
    },
  })
  await policies.store.create(policy, act.at, record)
  return policy
}

/** A policy of the tenant. Throws `Refusal` 'not-found'. */
export async function findPolicy(id: string, { store }: Pick<AcmePolicies, 'store'>): Promise<AcmePolicy> {
  const policy = await store.find(id)
  if (policy === undefined) throw notFound()
  return policy
}

/** Changes a policy from the revision that its editor saw. Throws as `createPolicy` does. */
export async function changePolicy(
  policy: AcmePolicy,
  revision: number,
  { confirmed, ...change }: AcmePolicyChange & { readonly confirmed: boolean },
  act: Act,
  policies: AcmePolicies,
): Promise<AcmePolicy> {
  const settings = change.settings && (await checkedSettings(change.settings, policy.authority, confirmed, policies))
  const record = recordOf(act, {
    action: 'acme-policy.change',
    object: { type: 'acme-policy', id: policy.id },
    details: {
      fields: Object.keys(change).join(' '),
      ...(settings && { preApproved: shortened(settings.preApproved), openTo: shortened(settings.openTo ?? []) }),
    },
  })
  const changed = await policies.store.update(policy.id, revision, { ...change, ...(settings && { settings }) }, record)
  if (changed === undefined) throw notFound()
  return changed
}

/** Deletes a policy: its bindings go, its accounts order nothing more, its certificates live on. Throws `Refusal` 'not-found'. */
export async function deletePolicy(
  { id, name }: AcmePolicy,
  act: Act,
  { store }: Pick<AcmePolicies, 'store'>,
): Promise<void> {
  const record = recordOf(act, { action: 'acme-policy.delete', object: { type: 'acme-policy', id }, details: { name } })
  if (!(await store.delete(id, record))) throw notFound()
}

/** The settings in canonical form. Throws `Refusal` with all that is wrong. */
async function checkedSettings(
  settings: AcmePolicySettings,
  authority: string,
  confirmed: boolean,
  { templates }: Pick<AcmePolicies, 'templates'>,
): Promise<AcmePolicySettings> {
  const problems = [...problemsIn(settings), ...(await problemsOfTemplates(settings, authority, templates))]
  if (problems.length > 0) throw new Refusal('malformed', 'The policy cannot be used as it is.', problems)
  if (!confirmed) refuseWide(settings)
  return {
    ...settings,
    preApproved: [...new Set(settings.preApproved.map(canonicalPreApproval))],
    challenges: CHALLENGE_TYPES.filter((type) => settings.challenges.includes(type)),
    caaIdentities: [...new Set(settings.caaIdentities.map((name) => name.toLowerCase()))],
  }
}

function problemsIn({ preApproved, openTo = [], caaIdentities, profiles, challenges }: AcmePolicySettings): Problem[] {
  const each = (field: string, values: readonly string[], problemWith: (value: string) => string | undefined) =>
    values.flatMap((value, at): Problem[] => {
      const detail = problemWith(value)
      return detail === undefined ? [] : [{ field: `/${field}/${at}`, detail }]
    })
  const names = profiles.map(({ name }) => name)
  return [
    ...each('preApproved', preApproved, preApprovalProblem),
    ...each('openTo', openTo, (text) =>
      (parseIp(text) ?? parseNetwork(text))
        ? undefined
        : `"${text.slice(0, 100)}" is neither an address nor a network such as 10.0.0.0/8.`,
    ),
    ...each('caaIdentities', caaIdentities, (name) => {
      const problem = domainProblem(name)
      return problem === undefined
        ? undefined
        : `"${name.slice(0, 100)}" ${problem}: an issuer domain name is a host name (RFC 8659 §4.2).`
    }),
    ...each('profiles', names, (name) =>
      names.indexOf(name) === names.lastIndexOf(name) ? undefined : `Two profiles are named "${name}".`,
    ),
    ...(profiles.length === 0 ? [{ field: '/profiles', detail: 'A policy offers at least one profile.' }] : []),
    ...(challenges.includes('dns-persist-01') && caaIdentities.length === 0
      ? [{ field: '/challenges', detail: 'dns-persist-01 needs an issuer domain name: add one to caaIdentities.' }]
      : []),
  ]
}

async function problemsOfTemplates(
  { profiles }: AcmePolicySettings,
  authority: string,
  templates: Pick<TemplateStore, 'find'>,
): Promise<Problem[]> {
  const problems = await Promise.all(
    profiles.map(async ({ template: id }, at): Promise<Problem[]> => {
      const template = await templates.find(id)
      const field = `/profiles/${at}/template`
      if (template?.authority !== authority)
        return [{ field, detail: 'There is no such template of the CA of this policy.' }]
      if (!isPrivileged(template.profile)) return []
      return [
        {
          field,
          detail: `What the template "${template.name}" issues can itself vouch for others: no protocol gives it out.`,
        },
      ]
    }),
  )
  return problems.flat()
}

/** A rule for everything, or for all that anybody may register under, is perhaps a slip. */
function refuseWide({ preApproved }: AcmePolicySettings): void {
  const problems = preApproved.flatMap((rule, at): Problem[] => {
    const domain = approvedDomain(rule)
    const isWide = domain === '*' || (domain !== undefined && getPublicSuffix(domain, PRIVATE_TOO) === domain)
    if (!isWide) return []
    const what =
      domain === '*' ? 'every name and address there is' : `every name under "${domain}", where anybody may register`
    return [
      { field: `/preApproved/${at}`, detail: `"${rule}" approves ${what}. Say that you mean it: "confirmed": true.` },
    ]
  })
  const [first] = problems
  if (first !== undefined) throw new Refusal('not-permitted', first.detail, problems)
}
const PRIVATE_TOO = { allowPrivateDomains: true, extractHostname: false, validateHostname: false } as const

function shortened(rules: readonly string[]): string {
  return rules.join(', ').slice(0, 500)
}

function notFound(): Refusal {
  return new Refusal('not-found', 'There is no such ACME policy.')
}
