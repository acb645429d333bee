import type { AcmePolicy } from '../../api/operations.ts'

export const CHALLENGES = ['http-01', 'dns-01', 'tls-alpn-01', 'dns-persist-01'] as const
type Challenge = (typeof CHALLENGES)[number]

/** What the form of a policy holds. */
export interface PolicyValues {
  readonly name: string
  readonly enabled: boolean
  readonly profiles: readonly ProfileValues[]
  /** Names with commas or lines between, as in the other lists of texts. */
  readonly preApproved: string
  readonly challenges: readonly Challenge[]
  readonly addresses: boolean
  readonly wildcards: boolean
  readonly homeLabNames: boolean
  readonly validity: string
  readonly caaIdentities: string
  readonly openTo: string
  readonly confirmed: boolean
}

/** A template under the name by which a client asks for it. */
export interface ProfileValues {
  readonly name: string
  readonly template: string
}

export const NEW_POLICY: PolicyValues = {
  name: '',
  enabled: true,
  profiles: [],
  preApproved: '',
  challenges: ['http-01', 'dns-01', 'tls-alpn-01'],
  addresses: true,
  wildcards: true,
  homeLabNames: false,
  validity: '',
  caaIdentities: '',
  openTo: '',
  confirmed: false,
}

export function valuesOf(policy: AcmePolicy): PolicyValues {
  const { name, enabled, challenges, identifiers, wildcards, homeLabNames } = policy
  return {
    ...{ name, enabled, challenges, wildcards, homeLabNames },
    profiles: policy.profiles.map((profile) => ({ name: profile.name, template: profile.template })),
    preApproved: policy.preApproved.join(', '),
    addresses: identifiers.includes('ip'),
    validity: daysOf(policy.validity),
    caaIdentities: policy.caaIdentities.join(', '),
    openTo: (policy.openTo ?? []).join(', '),
    confirmed: false,
  }
}

/** What is sent; of what need not be there, null where it is to go. */
export function settingsOf(
  values: PolicyValues,
  known: readonly { readonly name: string; readonly description: string }[] = [],
) {
  const { name, enabled, profiles, challenges, addresses, wildcards, homeLabNames, validity, openTo, confirmed } =
    values
  const networks = listIn(openTo)
  return {
    ...{ name, enabled, challenges, wildcards, homeLabNames },
    profiles: profiles.map((profile) => ({
      ...profile,
      description: known.find((one) => one.name === profile.name)?.description ?? '',
    })),
    preApproved: listIn(values.preApproved),
    identifiers: addresses ? (['dns', 'ip'] as const) : (['dns'] as const),
    caaIdentities: listIn(values.caaIdentities),
    validity: validity.trim() === '' ? null : { days: Number(validity) },
    openTo: networks.length === 0 ? null : networks,
    ...(confirmed && { confirmed }),
  }
}

/** The field at which an error stands. */
export function policyFieldOf(pointer: string): string | undefined {
  const [, part] = pointer.split('/')
  return part === 'identifiers' ? 'addresses' : part
}

function listIn(text: string): readonly string[] {
  return text
    .split(/[\s,]+/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

function daysOf(validity: AcmePolicy['validity']): string {
  if (validity === undefined) return ''
  return String('days' in validity && validity.days !== undefined ? validity.days : '')
}
