import type { ChangeAuthoritySettings } from '@chancery/api'
import type { AuthoritySettings } from '../../issuers/authority.ts'

const NO_SETTINGS: AuthoritySettings = { serviceCertificates: {}, crl: { delta: false } }

/** Settings after a change: what is left out stays, what is null goes back to its default. */
export function settingsAfter(
  change: ChangeAuthoritySettings,
  before: AuthoritySettings = NO_SETTINGS,
): AuthoritySettings {
  const publicUrl = after(change.publicUrl, before.publicUrl)
  const service = change.serviceCertificates ?? {}
  const keyType = after(service.keyType, before.serviceCertificates.keyType)
  const signatureAlgorithm = after(service.signatureAlgorithm, before.serviceCertificates.signatureAlgorithm)
  const retentionDays = after(change.retentionDays, before.retentionDays)
  const validityHours = after(change.crl?.validityHours, before.crl.validityHours)
  const partitions = after(change.crl?.partitions, before.crl.partitions)
  return {
    ...(publicUrl !== undefined && { publicUrl }),
    serviceCertificates: {
      ...(keyType !== undefined && { keyType }),
      ...(signatureAlgorithm !== undefined && { signatureAlgorithm }),
    },
    ...(retentionDays !== undefined && { retentionDays }),
    crl: {
      ...(validityHours !== undefined && { validityHours }),
      ...(partitions !== undefined && { partitions }),
      delta: change.crl?.delta ?? before.crl.delta,
    },
  }
}

function after<T>(change: T | null | undefined, before: T | undefined): T | undefined {
  return change === undefined ? before : (change ?? undefined)
}
