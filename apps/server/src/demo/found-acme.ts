import { createPolicy } from '../acme-policies/acme-policies.ts'
import type { AcmePolicy } from '../acme-policies/acme-policy.ts'
import { createBinding } from '../acme-policies/bindings.ts'
import type { Act } from '../audit/audit-record.ts'
import { COMPANY, type TemplateName } from './company.ts'
import type { Company } from './found-company.ts'

const DAY = 86_400_000
const { domain } = COMPANY

/** A policy of the company, and who may register at its directory. */
interface DemoPolicy {
  readonly name: string
  readonly templates: readonly [TemplateName, ...TemplateName[]]
  readonly preApproved: readonly string[]
  readonly challenges: AcmePolicy['settings']['challenges']
  readonly bindings: readonly { readonly name: string; readonly allowedUses?: number }[]
}

const POLICIES: readonly DemoPolicy[] = [
  {
    name: 'Web servers',
    templates: ['web', 'internal'],
    preApproved: [],
    challenges: ['http-01', 'dns-01', 'tls-alpn-01'],
    bindings: [{ name: 'Berlin hypervisors', allowedUses: 40 }, { name: 'Load balancers' }],
  },
  {
    name: 'Service mesh',
    templates: ['mesh'],
    preApproved: [`*.mesh.${domain}`],
    challenges: ['dns-01'],
    bindings: [{ name: 'Mesh controller', allowedUses: 1 }],
  },
]

/** The ways by which servers of the company renew themselves, made this long after it began to. */
export async function foundAcme({ domain: own, authorities, templates }: Company, act: Act): Promise<void> {
  for (const { name, templates: named, preApproved, challenges, bindings } of POLICIES) {
    const profiles = named.map((one) => {
      const template = templates.get(one)
      if (template === undefined) throw new Error(`there is a template ${one}`)
      return { name: one, template: template.id, description: template.description }
    })
    const authority = authorities.get('servers') ?? ''
    const settings = {
      ...{ profiles, preApproved, challenges, wildcards: true, caaIdentities: [], homeLabNames: false },
      identifiers: ['dns'] as const,
    }
    const policy = await createPolicy(
      { authority, name, enabled: true, confirmed: true, settings },
      act,
      own.acmePolicies,
    )
    for (const { name: of, allowedUses } of bindings) {
      const wanted = { name: of, ...(allowedUses !== undefined && { allowedUses }), expiresAt: act.at + 2 * 365 * DAY }
      await createBinding(wanted, policy, act, own.acmeBindings)
    }
  }
}
