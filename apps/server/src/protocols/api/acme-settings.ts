import type { AcmePolicy, ChangeAcmePolicy, CreateAcmePolicy } from '@chancery/api'
import type { AcmePolicySettings, AcmePolicy as Policy } from '../../acme-policies/acme-policy.ts'
import type { ApiDomain } from './api-domain.ts'
import { durationOf } from './validity.ts'

/** What a new policy lets, where nobody says otherwise. */
const DEFAULTS = {
  preApproved: [],
  identifiers: ['dns', 'ip'],
  wildcards: true,
  challenges: ['http-01', 'dns-01', 'tls-alpn-01'],
  caaIdentities: [],
  homeLabNames: false,
} as const satisfies Partial<AcmePolicySettings>

/** The settings of a new policy. Throws `Refusal` 'malformed' for a validity in two units. */
export function acmeSettings(body: CreateAcmePolicy): AcmePolicySettings {
  const { profiles, validity, keyTypes, openTo } = body
  return {
    profiles,
    preApproved: body.preApproved ?? DEFAULTS.preApproved,
    identifiers: body.identifiers ?? DEFAULTS.identifiers,
    wildcards: body.wildcards ?? DEFAULTS.wildcards,
    challenges: body.challenges ?? DEFAULTS.challenges,
    caaIdentities: body.caaIdentities ?? DEFAULTS.caaIdentities,
    homeLabNames: body.homeLabNames ?? DEFAULTS.homeLabNames,
    ...(validity && { validity: durationOf(validity, '/validity') }),
    ...(keyTypes && { keyTypes }),
    ...(openTo && { openTo }),
  }
}

/** The settings after a change; `undefined` when it changes none. */
export function changedSettings(
  was: AcmePolicySettings,
  { revision: _, validity, keyTypes, openTo, ...given }: Omit<ChangeAcmePolicy, 'name' | 'enabled' | 'confirmed'>,
): AcmePolicySettings | undefined {
  const isNothing = validity === undefined && keyTypes === undefined && openTo === undefined
  if (isNothing && Object.keys(given).length === 0) return undefined
  const { validity: oldValidity, keyTypes: oldKeyTypes, openTo: oldOpenTo, ...same } = was
  const ends = validity === undefined ? oldValidity : validity && durationOf(validity, '/validity')
  const keys = keyTypes === undefined ? oldKeyTypes : keyTypes
  const open = openTo === undefined ? oldOpenTo : openTo
  return {
    ...same,
    ...given,
    ...(ends && { validity: ends }),
    ...(keys && { keyTypes: keys }),
    ...(open && { openTo: open }),
  }
}

/** A policy as the API shows it, with the address of its directory. */
export function presentPolicy(
  { id, publicId, authority, name, enabled, revision, settings }: Policy,
  { url }: Pick<ApiDomain, 'url'>,
): AcmePolicy {
  return { id, publicId, directory: directoryOf(publicId, url), authority, name, enabled, revision, ...settings }
}

/** Where the directory of a policy is. */
export function directoryOf(publicId: string, url: string): string {
  return `${url}/acme/${publicId}/directory`
}
