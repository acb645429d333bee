import { type Profile, STARTERS, type Template } from '@chancery/pki'
import { acceptInvitation, invite } from '../accounts/invitations.ts'
import { setUpInBrowser } from '../accounts/set-up.ts'
import { createToken } from '../accounts/tokens.ts'
import type { Act } from '../audit/audit-record.ts'
import { createIntermediate } from '../authorities/create-intermediate.ts'
import { createRoot } from '../authorities/create-root.ts'
import type { TenantDomain } from '../installation.ts'
import type { Chancery } from '../open-chancery.ts'
import { systemRandom as random } from '../platform/clock-and-random.ts'
import { createTemplate, deleteTemplate } from '../templates/templates.ts'
import {
  AUTHORITIES,
  addressOf,
  type CaName,
  COMPANY,
  type DemoMember,
  type DemoTemplate,
  MEMBERS,
  PROGRAMS,
  type Program,
  TEMPLATES,
  type TemplateName,
} from './company.ts'
import type { MovingClock } from './moving-clock.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const YEAR_DAYS = 365.25

/** A company at work: its tenant, and ids of what is in it. */
export interface Company {
  readonly tenant: string
  readonly domain: TenantDomain
  readonly authorities: ReadonlyMap<CaName, string>
  readonly templates: ReadonlyMap<TemplateName, Template>
  /** Accounts, in the order of `MEMBERS`. */
  readonly accounts: readonly string[]
  /** Tokens of the programs. */
  readonly tokens: ReadonlyMap<Program, string>
}

/** Sets an empty installation up as the company did, from this moment on: members, CAs, templates, tokens of programs. */
export async function foundCompany(
  since: number,
  password: string,
  chancery: Chancery,
  clock: MovingClock,
): Promise<Company> {
  const [first, ...others] = MEMBERS
  const { tenant, account: owner } = await clock.at(since, () =>
    setUpInBrowser(
      { email: addressOf(first.name), name: first.name, password, tenantName: COMPANY.name },
      { ...chancery, accounts: chancery.stores.system.accounts, now: clock.now, random },
    ),
  )
  const domain = chancery.installation.for(tenant)
  const actAt = (at: number, account = owner): Act => ({ tenant, actor: { kind: 'account', account }, at })

  const authorities = await makeAuthorities(since + HOUR, actAt, domain, clock)
  const templates = await makeTemplates(since + DAY, actAt, { domain, authorities }, clock)
  const accounts = [owner]
  for (const [index, member] of others.entries()) {
    const at = since + (2 + index * 9) * DAY
    accounts.push(
      await clock.at(at, () => join(member, password, { act: actAt(at), by: owner }, chancery, authorities)),
    )
  }
  const [, administrator = owner] = accounts
  const tokens = new Map<Program, string>()
  for (const [index, name] of PROGRAMS.entries()) {
    const at = since + (12 + index * 3) * DAY
    const asked = { tenant, account: administrator, name, role: 'officer', lifetimeMs: 5 * 365 * DAY } as const
    const deps = { tokensOf: () => domain.stores.tokens, newId: chancery.newId, random }
    const { token } = await clock.at(at, () => createToken(asked, actAt(at, administrator), deps))
    tokens.set(name, token.id)
  }
  return { tenant, domain, authorities, templates, accounts, tokens }
}

type ActAt = (at: number, account?: string) => Act

async function makeAuthorities(
  since: number,
  actAt: ActAt,
  { authorities }: TenantDomain,
  clock: MovingClock,
): Promise<ReadonlyMap<CaName, string>> {
  const made = new Map<CaName, string>()
  for (const [index, name] of (['root', 'servers', 'people'] as const).entries()) {
    const { name: commonName, keyType, years } = AUTHORITIES[name]
    const at = since + index * HOUR
    const asked = {
      subject: [
        { type: 'organizationName', value: COMPANY.name },
        { type: 'commonName', value: commonName },
      ],
      keyType,
      validity: { days: Math.round(years * YEAR_DAYS) },
      cps: `${commonName} certifies hosts, people and devices of ${COMPANY.name}, and nothing else.`,
    }
    const parent = made.get('root')
    const { id } = await clock.at(at, () =>
      parent === undefined
        ? createRoot(asked, actAt(at), authorities)
        : createIntermediate({ ...asked, parent }, actAt(at), authorities),
    )
    made.set(name, id)
  }
  return made
}

async function makeTemplates(
  at: number,
  actAt: ActAt,
  { domain, authorities }: Pick<Company, 'domain' | 'authorities'>,
  clock: MovingClock,
): Promise<ReadonlyMap<TemplateName, Template>> {
  const { templates: deps } = domain
  // Each CA came with a template of its own: the company has its own ones.
  for (const authority of authorities.values()) {
    const { items } = await deps.store.list({ authority }, { limit: 200 })
    for (const template of items) await clock.at(at, () => deleteTemplate(template, true, actAt(at), deps))
  }
  const made = new Map<TemplateName, Template>()
  for (const name of Object.keys(TEMPLATES) as TemplateName[]) {
    const template: DemoTemplate = TEMPLATES[name]
    const asked = {
      authority: idOf(template.authority, authorities),
      name: template.name,
      description: template.description,
      enabled: true,
      profile: profileOf(template),
      ...(template.enrollment && { enrollment: template.enrollment }),
    }
    made.set(name, await clock.at(at, () => createTemplate(asked, true, actAt(at), deps)))
  }
  return made
}

function profileOf({ starter: name, validity, hosts }: DemoTemplate): Profile {
  const starter = STARTERS.find((one) => one.name === name)
  if (starter === undefined) throw new Error(`there is no starter ${name}`)
  const { profile } = starter
  return {
    ...profile,
    validity: { ...profile.validity, default: validity },
    ...(hosts && { allow: { dns: hosts, ip: ['10.0.0.0/8'], email: [], upn: [], uri: [] } }),
  }
}

/** By the link of an invitation, as everybody does. */
async function join(
  { name, role, for: of }: DemoMember,
  password: string,
  inviter: { readonly act: Act; readonly by: string },
  { stores, installation, newId }: Chancery,
  authorities: Company['authorities'],
): Promise<string> {
  const { tenant, at } = inviter.act
  const asked = { email: addressOf(name), role, ...(of !== undefined && { authority: idOf(of, authorities) }) }
  const { mail, url, stores: own } = installation.for(tenant)
  const parts = { invitations: own.invitations, newId, random, mail, url }
  const { secret } = await invite(asked, inviter, { ...parts, namesFor: async () => ({ tenantName: 'Example' }) })
  const deps = { invitations: stores.system.invitations, accounts: stores.system.accounts, newId, random }
  const { account } = await acceptInvitation(secret, { newcomer: { name, password } }, { at: at + HOUR }, deps)
  return account
}

function idOf(name: CaName, authorities: Company['authorities']): string {
  const id = authorities.get(name)
  if (id === undefined) throw new Error(`the CA ${name} is made first`)
  return id
}
