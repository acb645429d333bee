import {
  ACCESS_METHODS,
  AuthorityInfoAccess,
  AuthorityKeyIdentifier,
  BasicConstraints,
  CertificatePolicies,
  CrlDistributionPoints,
  DerError,
  ExtendedKeyUsage,
  type Extension,
  type GeneralName,
  type GeneralSubtree,
  KEY_OIDS,
  KeyUsage,
  makeExtension,
  makeName,
  NameConstraints,
  NameSyntaxError,
  type PolicyQualifier,
  type PublicKey,
  parseNameString,
  SubjectAltName,
  SubjectKeyIdentifier,
} from '@chancery/x509'
import type { IssuerAddresses } from './issuer.ts'
import type { CertificatePolicy, Profile, Subtree } from './profile.ts'

/** What a profile's extensions are made of, beside the profile. */
export interface ExtensionParts {
  /** Absent: no authorityKeyIdentifier, as in a root of our own. */
  readonly authorityKeyIdentifier?: Uint8Array
  readonly subjectKeyIdentifier: Uint8Array
  readonly publicKey: PublicKey
  readonly subjectAltNames: readonly GeneralName[]
  readonly subjectIsEmpty: boolean
  readonly addresses: IssuerAddresses
  /** Extensions of the request. */
  readonly requested: readonly Extension[]
}

/** The extensions of a certificate, always in this order. Throws `DerError` for values that their types cannot hold. */
export function certificateExtensions(profile: Profile, parts: ExtensionParts): readonly Extension[] {
  const extensions: Extension[] = []
  if (parts.authorityKeyIdentifier !== undefined)
    extensions.push(makeExtension(AuthorityKeyIdentifier, { keyIdentifier: parts.authorityKeyIdentifier }))
  extensions.push(makeExtension(SubjectKeyIdentifier, parts.subjectKeyIdentifier))
  addUsages(extensions, profile, parts.publicKey)
  if (parts.subjectAltNames.length > 0)
    extensions.push(makeExtension(SubjectAltName, parts.subjectAltNames, parts.subjectIsEmpty))
  if (profile.policies.length > 0) {
    const policies = profile.policies.map((policy) => policyInformation(policy, parts.addresses))
    extensions.push(makeExtension(CertificatePolicies, policies))
  }
  addAddresses(extensions, profile.addresses, parts.addresses)
  const { nameConstraints } = profile
  if (nameConstraints !== undefined) extensions.push(nameConstraintsExtension(nameConstraints))
  addOthers(extensions, profile, parts.requested)
  return extensions
}

/** The nameConstraints of a profile: critical, as RFC 5280 §4.2.1.10 wants it. */
function nameConstraintsExtension({ permitted, excluded }: NonNullable<Profile['nameConstraints']>): Extension {
  const value = {
    ...(permitted.length > 0 && { permitted: permitted.map(subtreeOf) }),
    ...(excluded.length > 0 && { excluded: excluded.map(subtreeOf) }),
  }
  return makeExtension(NameConstraints, value, true)
}

/** A subtree as its extension carries it. Throws `DerError` for a directory name that is none. */
export function subtreeOf({ type, value }: Subtree): GeneralSubtree {
  if (type !== 'directoryName') return { base: { type, value } }
  try {
    return { base: { type, value: makeName(parseNameString(value)) } }
  } catch (error) {
    throw error instanceof NameSyntaxError ? new DerError(error.message, NameConstraints.name) : error
  }
}

function addUsages(extensions: Extension[], profile: Profile, publicKey: PublicKey): void {
  const { keyUsage, extendedKeyUsage, basicConstraints } = profile
  const isRsa = publicKey.algorithm.algorithm === KEY_OIDS.rsa
  const bits =
    isRsa && keyUsage.rsaBits.length > 0 ? [...new Set([...keyUsage.bits, ...keyUsage.rsaBits])] : keyUsage.bits
  if (bits.length > 0) extensions.push(makeExtension(KeyUsage, bits, keyUsage.critical))
  if (extendedKeyUsage.purposes.length > 0)
    extensions.push(makeExtension(ExtendedKeyUsage, extendedKeyUsage.purposes, extendedKeyUsage.critical))
  if (basicConstraints !== null) {
    const { ca, pathLength, critical } = basicConstraints
    extensions.push(makeExtension(BasicConstraints, { ca, ...(pathLength !== undefined && { pathLength }) }, critical))
  }
}

function addAddresses(extensions: Extension[], wanted: Profile['addresses'], addresses: IssuerAddresses): void {
  const uri = (value: string): GeneralName => ({ type: 'uri', value })
  if (wanted.crl)
    extensions.push(makeExtension(CrlDistributionPoints, [{ distributionPoint: { fullName: [uri(addresses.crl)] } }]))
  const access = [
    ...(wanted.ocsp ? [{ method: ACCESS_METHODS.ocsp, location: uri(addresses.ocsp) }] : []),
    ...(wanted.aia ? [{ method: ACCESS_METHODS.caIssuers, location: uri(wanted.aiaUrl ?? addresses.aia) }] : []),
  ]
  if (access.length > 0) extensions.push(makeExtension(AuthorityInfoAccess, access))
}

function policyInformation({ policy, cps, userNotice }: CertificatePolicy, addresses: IssuerAddresses) {
  const qualifiers: PolicyQualifier[] = []
  if (cps) qualifiers.push({ cps: addresses.cps })
  if (userNotice !== undefined) qualifiers.push({ userNotice: { explicitText: userNotice } })
  return { policy, ...(qualifiers.length > 0 && { qualifiers }) }
}

/** Copied ones, then extra ones; of the same identifier the template's own stands. */
function addOthers(extensions: Extension[], profile: Profile, requested: readonly Extension[]): void {
  const { copyExtensions, extraExtensions } = profile
  if (copyExtensions.length > 0) {
    extensions.push(
      ...requested.filter(({ id }) => copyExtensions.includes(id) && !extraExtensions.some((extra) => extra.id === id)),
    )
  }
  for (const { id, critical, value } of extraExtensions)
    extensions.push({ id, critical, value: Uint8Array.fromBase64(value) })
}
