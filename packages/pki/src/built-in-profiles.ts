import { EXTENDED_KEY_USAGES, KEY_TYPES, type KeyUsageBit, OcspNoCheck, type Oid } from '@chancery/x509'
import type { Duration, Profile } from './profile.ts'

const NOTHING_ELSE = { policies: [], copyExtensions: [], extraExtensions: [] } as const

/**
 * The delegated OCSP responder (RFC 6960 §4.2.2.2): 90 days, so short that nobody asks whether it is revoked
 * (§4.2.2.2.1), and therefore without addresses where that could be asked.
 */
export const OCSP_RESPONDER_PROFILE: Profile = {
  ...NOTHING_ELSE,
  subject: { fromRequest: ['commonName'], required: ['commonName'], fixed: [] },
  subjectAltNames: { fromRequest: [], required: false, fixed: [], fromCommonName: false },
  keyTypes: KEY_TYPES,
  validity: { default: { days: 90 }, backdateMinutes: 5, beyondIssuer: 'clamp' },
  keyUsage: { bits: ['digitalSignature'], rsaBits: [], critical: true },
  extendedKeyUsage: { purposes: [EXTENDED_KEY_USAGES.OCSPSigning], critical: false },
  basicConstraints: { ca: false, critical: true },
  addresses: { crl: false, ocsp: false, aia: false },
  // NULL
  extraExtensions: [{ id: OcspNoCheck.id, critical: false, value: 'BQA=' }],
}

/**
 * The certificate by which the installation's own https listener proves its names: 90 days, under a CA that nobody else
 * can use, and therefore without addresses where its status could be asked. No common name: where there is no
 * alternative name of type dns, GnuTLS takes it for one and holds it against the name constraints.
 */
export const PLATFORM_TLS_PROFILE: Profile = {
  ...NOTHING_ELSE,
  subject: { fromRequest: [], required: [], fixed: [{ type: 'organizationName', value: 'Chancery' }] },
  subjectAltNames: { fromRequest: ['dns', 'ip'], required: true, fixed: [], fromCommonName: false },
  keyTypes: ['ecdsa-p256'],
  validity: { default: { days: 90 }, backdateMinutes: 5, beyondIssuer: 'clamp' },
  keyUsage: { bits: ['digitalSignature'], rsaBits: [], critical: true },
  extendedKeyUsage: { purposes: [EXTENDED_KEY_USAGES.serverAuth], critical: false },
  basicConstraints: { ca: false, critical: true },
  addresses: { crl: false, ocsp: false, aia: false },
}

/** What may be chosen of an intermediate CA made by one click. */
export interface IntermediateOptions {
  /** Absent: five years. */
  readonly validity?: Duration
  /** Absent: 0, a CA that signs no CAs. `null`: no limit. */
  readonly pathLength?: number | null
  readonly nameConstraints?: NonNullable<Profile['nameConstraints']>
  /** Absent: keyCertSign and cRLSign. */
  readonly keyUsage?: readonly KeyUsageBit[]
  /** Absent: no extendedKeyUsage extension. */
  readonly extendedKeyUsage?: readonly Oid[]
}

/** What a CA certificate has unless somebody chooses otherwise. */
export const CA_KEY_USAGE: readonly KeyUsageBit[] = ['keyCertSign', 'cRLSign']

/**
 * An intermediate CA by one click: five years and path length 0 unless said otherwise. Its subject is what was typed.
 */
export function intermediateProfile(options: IntermediateOptions = {}): Profile {
  const { validity = { days: 1826 }, pathLength = 0, nameConstraints } = options
  return {
    ...NOTHING_ELSE,
    subject: { fromRequest: 'any', required: [], fixed: [] },
    subjectAltNames: { fromRequest: [], required: false, fixed: [], fromCommonName: false },
    keyTypes: KEY_TYPES,
    validity: { default: validity, backdateMinutes: 5, beyondIssuer: 'clamp' },
    keyUsage: { bits: options.keyUsage ?? CA_KEY_USAGE, rsaBits: [], critical: true },
    extendedKeyUsage: { purposes: options.extendedKeyUsage ?? [], critical: false },
    basicConstraints: { ca: true, critical: true, ...(pathLength !== null && { pathLength }) },
    addresses: { crl: true, ocsp: true, aia: true },
    ...(nameConstraints && { nameConstraints }),
  }
}
