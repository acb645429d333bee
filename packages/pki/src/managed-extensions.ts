import {
  AuthorityInfoAccess,
  AuthorityKeyIdentifier,
  BasicConstraints,
  CertificatePolicies,
  CrlDistributionPoints,
  ExtendedKeyUsage,
  FreshestCrl,
  InhibitAnyPolicy,
  IssuerAltName,
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
  // What software reads in the place of the standard's extensions: Microsoft's, Netscape's, and the drafts of 1994 to 1997,
  // which Windows still knows (wincrypt.h: szOID_BASIC_CONSTRAINTS is 2.5.29.10, szOID_SUBJECT_ALT_NAME 2.5.29.7).
  ['1.3.6.1.4.1.311.21.10', 'Windows takes it for extendedKeyUsage'],
  ['2.16.840.1.113730.1.1', 'old software takes it for basicConstraints'],
  ['2.16.840.1.113730.1.12', 'old software takes it for a host name'],
  ['2.5.29.1', 'Windows takes it for authorityKeyIdentifier'],
  ['2.5.29.2', 'Windows takes it for keyUsage'],
  ['2.5.29.3', 'Windows takes it for certificatePolicies'],
  ['2.5.29.4', 'Windows takes it for keyUsage'],
  ['2.5.29.5', 'Windows takes it for policyMappings'],
  ['2.5.29.7', 'Windows takes it for subjectAltName'],
  ['2.5.29.8', 'Windows takes it for issuerAltName'],
  ['2.5.29.10', 'Windows takes it for basicConstraints'],
  // Precertificate poison and timestamps of Certificate Transparency (RFC 6962 §3.1, §3.3).
  ['1.3.6.1.4.1.11129.2.4.3', 'it belongs to Certificate Transparency'],
  ['1.3.6.1.4.1.11129.2.4.2', 'it belongs to Certificate Transparency'],
])

/** What only a CA says, which no request may bring along; a template may set it itself. */
const NEVER_COPIED: ReadonlyMap<Oid, string> = new Map([
  [PolicyMappings.id, 'only a CA can say it'],
  [PolicyConstraints.id, 'only a CA can say it'],
  [InhibitAnyPolicy.id, 'only a CA can say it'],
  [IssuerAltName.id, 'it is the name of the issuer'],
  // Microsoft's versions of the same, the number of a CA's own certificate and the one before it; proxies (RFC 3820 §3.8).
  ['1.3.6.1.4.1.311.21.11', 'only a CA can say it'],
  ['1.3.6.1.4.1.311.21.12', 'only a CA can say it'],
  ['1.3.6.1.4.1.311.21.1', 'only a CA can say it'],
  ['1.3.6.1.4.1.311.21.2', 'only a CA can say it'],
  ['1.3.6.1.5.5.7.1.14', 'only who makes a proxy certificate can say it'],
])

/**
 * By these a domain of Windows knows an account, or what a certificate was issued for: whoever chooses them chooses who the
 * holder is.
 */
const IDENTITIES: ReadonlySet<Oid> = new Set([
  // szOID_NTDS_CA_SECURITY_EXT, the account's security identifier
  '1.3.6.1.4.1.311.25.2',
  // Names of certificate templates, version 1 and 2
  '1.3.6.1.4.1.311.20.2',
  '1.3.6.1.4.1.311.21.7',
])

/** Why this extension cannot be an extra one of a template; `undefined` when it can. */
export function whyNotExtra(id: Oid): string | undefined {
  return MANAGED.get(id)
}

/** Why this extension cannot be copied from requests; `undefined` when it can. */
export function whyNotCopied(id: Oid): string | undefined {
  return MANAGED.get(id) ?? NEVER_COPIED.get(id)
}

/** Whether this extension gives its holder an identity or a power that the names and options of a template do not show. */
export function isPrivilegedExtension(id: Oid): boolean {
  return IDENTITIES.has(id) || MANAGED.has(id)
}
