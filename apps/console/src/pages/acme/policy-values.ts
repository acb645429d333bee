import type { AcmePolicy, KeyType } from '../../api/operations.ts'

export const CHALLENGES = ['http-01', 'dns-01', 'tls-alpn-01', 'dns-persist-01'] as const
type Challenge = (typeof CHALLENGES)[number]

export type ValidityUnit = 'days' | 'hours'

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
  /** So many of the unit; empty: as the template says. */
  readonly validity: string
  readonly validityUnit: ValidityUnit
  /** None: all that the template takes. */
  readonly keyTypes: readonly KeyType[]
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
  validityUnit: 'days',
  keyTypes: [],
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
    ...lengthOf(policy.validity),
    keyTypes: policy.keyTypes ?? [],
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
  const { name, enabled, profiles, challenges, addresses, wildcards, homeLabNames, openTo, confirmed } = values
  const { validity, validityUnit, keyTypes } = values
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
    validity: validity.trim() === '' ? null : { [validityUnit]: Number(validity) },
    keyTypes: keyTypes.length === 0 ? null : keyTypes,
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

function lengthOf(validity: AcmePolicy['validity']): Pick<PolicyValues, 'validity' | 'validityUnit'> {
  if (validity?.hours !== undefined) return { validity: String(validity.hours), validityUnit: 'hours' }
  return { validity: validity?.days === undefined ? '' : String(validity.days), validityUnit: 'days' }
}
