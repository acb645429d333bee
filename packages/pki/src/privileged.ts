import { EXTENDED_KEY_USAGES, type KeyUsageBit, type Oid } from '@chancery/x509'
import { isPrivilegedExtension } from './managed-extensions.ts'
import type { Profile } from './profile.ts'

const PRIVILEGED_BITS: readonly KeyUsageBit[] = ['keyCertSign', 'cRLSign']

/** Purposes by which others are vouched for, or that stand for all of them. */
const PRIVILEGED_PURPOSES: readonly Oid[] = [
  EXTENDED_KEY_USAGES.anyExtendedKeyUsage,
  EXTENDED_KEY_USAGES.timeStamping,
  EXTENDED_KEY_USAGES.OCSPSigning,
  EXTENDED_KEY_USAGES.precertificateSigning,
  // Validation for others: DVCS, SCVP. Enrolment for others: CMC's CA, RA and maker of keys.
  '1.3.6.1.5.5.7.3.10',
  '1.3.6.1.5.5.7.3.15',
  '1.3.6.1.5.5.7.3.27',
  '1.3.6.1.5.5.7.3.28',
  '1.3.6.1.5.5.7.3.32',
  // Microsoft: any application policy (Windows' own anyExtendedKeyUsage), enrolment agent, lists of trusted and of root
  // certificates, time stamps, qualified subordination, recovery of files and of keys.
  '1.3.6.1.4.1.311.10.12.1',
  EXTENDED_KEY_USAGES.msEnrollmentAgent,
  EXTENDED_KEY_USAGES.msCTLSign,
  '1.3.6.1.4.1.311.10.3.2',
  '1.3.6.1.4.1.311.10.3.4.1',
  '1.3.6.1.4.1.311.10.3.9',
  '1.3.6.1.4.1.311.10.3.10',
  '1.3.6.1.4.1.311.10.3.11',
  '1.3.6.1.4.1.311.10.3.19',
  '1.3.6.1.4.1.311.21.5',
  '1.3.6.1.4.1.311.21.6',
]

/**
 * Whether only administrators may make, edit or approve under a template with this profile: what it issues can itself
 * vouch, for certificates, revocations, times or anything at all, or names an account where nobody looks. Extensions
 * that could hide such powers count, though `checkProfile` refuses most of them.
 */
export function isPrivileged(profile: Profile): boolean {
  const bits = [...profile.keyUsage.bits, ...profile.keyUsage.rsaBits]
  const identifiers = [...profile.copyExtensions, ...profile.extraExtensions.map(({ id }) => id)]
  return (
    profile.basicConstraints?.ca === true ||
    PRIVILEGED_BITS.some((bit) => bits.includes(bit)) ||
    PRIVILEGED_PURPOSES.some((purpose) => profile.extendedKeyUsage.purposes.includes(purpose)) ||
    identifiers.some(isPrivilegedExtension)
  )
}
