import { AuthorityInfoAccess, CrlDistributionPoints, FreshestCrl, SubjectInfoAccess } from './address-extensions.ts'
import {
  CertificateIssuer,
  CrlNumber,
  DeltaCrlIndicator,
  InvalidityDate,
  IssuingDistributionPoint,
  ReasonCode,
} from './crl-extensions.ts'
import type { Oid } from './der/oid.ts'
import type { ExtensionType } from './extensions.ts'
import { AuthorityKeyIdentifier, SubjectKeyIdentifier } from './key-identifier-extensions.ts'
import { IssuerAltName, NameConstraints, SubjectAltName } from './name-extensions.ts'
import { CertificatePolicies, InhibitAnyPolicy, PolicyConstraints, PolicyMappings } from './policy-extensions.ts'
import { BasicConstraints, ExtendedKeyUsage, KeyUsage, OcspNoCheck, TlsFeature } from './usage-extensions.ts'

/** The extensions of certificates that have a codec here. */
export const CERTIFICATE_EXTENSION_TYPES = [
  SubjectKeyIdentifier,
  AuthorityKeyIdentifier,
  KeyUsage,
  ExtendedKeyUsage,
  BasicConstraints,
  SubjectAltName,
  IssuerAltName,
  NameConstraints,
  CertificatePolicies,
  PolicyMappings,
  PolicyConstraints,
  InhibitAnyPolicy,
  CrlDistributionPoints,
  FreshestCrl,
  AuthorityInfoAccess,
  SubjectInfoAccess,
  OcspNoCheck,
  TlsFeature,
] as const

/** The extensions of CRLs and of their entries that have a codec here. */
export const CRL_EXTENSION_TYPES = [
  CrlNumber,
  DeltaCrlIndicator,
  IssuingDistributionPoint,
  ReasonCode,
  InvalidityDate,
  CertificateIssuer,
] as const

const byId = new Map<Oid, ExtensionType<unknown>>(
  [...CERTIFICATE_EXTENSION_TYPES, ...CRL_EXTENSION_TYPES].map((type) => [type.id, type]),
)

/** The type of extension with this identifier; `undefined` when it has no codec here. Its values are told apart by `id`. */
export function extensionNamed(id: Oid): ExtensionType<unknown> | undefined {
  return byId.get(id)
}
