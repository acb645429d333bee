import {
  AuthorityInfoAccess,
  AuthorityKeyIdentifier,
  BasicConstraints,
  CertificatePolicies,
  CrlDistributionPoints,
  ExtendedKeyUsage,
  FreshestCrl,
  InhibitAnyPolicy,
  KeyUsage,
  NameConstraints,
  OcspNoCheck,
  type Oid,
  PolicyConstraints,
  PolicyMappings,
  SubjectAltName,
  SubjectKeyIdentifier,
} from '@chancery/x509'

/**
 * Extensions that a template may not bring in by identifier, neither copied from requests nor as extra ones, by why.
 * They are set by the template's own options, whose checks would otherwise be walked around.
 */
const MANAGED: ReadonlyMap<Oid, string> = new Map([
  [SubjectKeyIdentifier.id, 'it is made of the key'],
  [AuthorityKeyIdentifier.id, 'it is made of the issuer'],
  [KeyUsage.id, 'the template has an option for it'],
  [ExtendedKeyUsage.id, 'the template has an option for it'],
  [BasicConstraints.id, 'the template has an option for it'],
  [SubjectAltName.id, 'the template has options for it'],
  [NameConstraints.id, 'the template has an option for it'],
  [CertificatePolicies.id, 'the template has an option for it'],
  [CrlDistributionPoints.id, 'the template has an option for it'],
  [AuthorityInfoAccess.id, 'the template has an option for it'],
  [FreshestCrl.id, 'it belongs to the CA'],
  [OcspNoCheck.id, 'only OCSP responders have it'],
  // Windows reads it as extendedKeyUsage, Netscape's old one lets some software take the certificate for a CA's.
  ['1.3.6.1.4.1.311.21.10', 'Windows takes it for extendedKeyUsage'],
  ['2.16.840.1.113730.1.1', 'old software takes it for basicConstraints'],
  // Precertificate poison and timestamps of Certificate Transparency (RFC 6962 §3.1, §3.3).
  ['1.3.6.1.4.1.11129.2.4.3', 'it belongs to Certificate Transparency'],
  ['1.3.6.1.4.1.11129.2.4.2', 'it belongs to Certificate Transparency'],
])

/** What only a CA says, which no request may bring along; a template may set it itself. */
const NEVER_COPIED: ReadonlyMap<Oid, string> = new Map([
  [PolicyMappings.id, 'only a CA can say it'],
  [PolicyConstraints.id, 'only a CA can say it'],
  [InhibitAnyPolicy.id, 'only a CA can say it'],
])

/** Why this extension cannot be an extra one of a template; `undefined` when it can. */
export function whyNotExtra(id: Oid): string | undefined {
  return MANAGED.get(id)
}

/** Why this extension cannot be copied from requests; `undefined` when it can. */
export function whyNotCopied(id: Oid): string | undefined {
  return MANAGED.get(id) ?? NEVER_COPIED.get(id)
}
