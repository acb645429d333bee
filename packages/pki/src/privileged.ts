import { EXTENDED_KEY_USAGES, type KeyUsageBit, type Oid } from '@chancery/x509'
import { whyNotExtra } from './managed-extensions.ts'
import type { Profile } from './profile.ts'

const PRIVILEGED_BITS: readonly KeyUsageBit[] = ['keyCertSign', 'cRLSign']
const PRIVILEGED_PURPOSES: readonly Oid[] = [
  EXTENDED_KEY_USAGES.anyExtendedKeyUsage,
  EXTENDED_KEY_USAGES.timeStamping,
  EXTENDED_KEY_USAGES.OCSPSigning,
]

/**
 * Whether only administrators may make, edit or approve under a template with this profile: what it issues can itself
 * vouch, for certificates, revocations, times or anything at all. Extensions that could hide such powers count,
 * though `checkProfile` refuses them.
 */
export function isPrivileged(profile: Profile): boolean {
  const bits = [...profile.keyUsage.bits, ...profile.keyUsage.rsaBits]
  const identifiers = [...profile.copyExtensions, ...profile.extraExtensions.map(({ id }) => id)]
  return (
    profile.basicConstraints?.ca === true ||
    PRIVILEGED_BITS.some((bit) => bits.includes(bit)) ||
    PRIVILEGED_PURPOSES.some((purpose) => profile.extendedKeyUsage.purposes.includes(purpose)) ||
    identifiers.some((id) => whyNotExtra(id) !== undefined)
  )
}
