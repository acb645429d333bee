import type { Infer } from './der/codec.ts'
import { type Oid, oid } from './der/oid.ts'
import { explicit, implicit, namedBits } from './der/primitives.ts'
import { choice, mapped, oneOrMore, optional, sequence } from './der/structures.ts'
import type { ExtensionType } from './extensions.ts'
import { GeneralName, GeneralNames } from './general-name.ts'
import { Rdn } from './name.ts'

/** Where to ask about a certificate: OCSP, the issuer's certificate, CRLs. */

/** Methods of authorityInfoAccess and subjectInfoAccess (RFC 5280 §4.2.2.1, §4.2.2.2). */
export const ACCESS_METHODS = {
  ocsp: '1.3.6.1.5.5.7.48.1',
  caIssuers: '1.3.6.1.5.5.7.48.2',
  timeStamping: '1.3.6.1.5.5.7.48.3',
  caRepository: '1.3.6.1.5.5.7.48.5',
} as const satisfies Readonly<Record<string, Oid>>

const AccessDescriptionSyntax = sequence({ method: oid, location: GeneralName })
export type AccessDescription = Infer<typeof AccessDescriptionSyntax>

/**
 * authorityInfoAccess (RFC 5280 §4.2.2.1)
 *
 *     AccessDescription  ::=  SEQUENCE {
 *          accessMethod          OBJECT IDENTIFIER,
 *          accessLocation        GeneralName  }
 */
export const AuthorityInfoAccess: ExtensionType<readonly AccessDescription[]> = {
  id: '1.3.6.1.5.5.7.1.1',
  name: 'authorityInfoAccess',
  codec: oneOrMore(AccessDescriptionSyntax),
}

/** subjectInfoAccess (RFC 5280 §4.2.2.2). */
export const SubjectInfoAccess: ExtensionType<readonly AccessDescription[]> = {
  id: '1.3.6.1.5.5.7.1.11',
  name: 'subjectInfoAccess',
  codec: oneOrMore(AccessDescriptionSyntax),
}

/** The bits of ReasonFlags in their order (RFC 5280 §4.2.1.13); bit 0 is not used. */
export const REASON_FLAGS = [
  'unused',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  'privilegeWithdrawn',
  'aACompromise',
] as const
export type ReasonFlag = (typeof REASON_FLAGS)[number]
export const ReasonFlags = namedBits(REASON_FLAGS)

/**
 * Where a CRL is. Shared with issuingDistributionPoint. RFC 5280 §4.2.1.13:
 *
 *     DistributionPointName ::= CHOICE {
 *          fullName                [0]     GeneralNames,
 *          nameRelativeToCRLIssuer [1]     RelativeDistinguishedName }
 */
export type DistributionPointName =
  | { readonly fullName: readonly GeneralName[] }
  | { readonly nameRelativeToCRLIssuer: Rdn }

const DistributionPointNameSyntax = choice({
  fullName: implicit(0, GeneralNames),
  nameRelativeToCRLIssuer: implicit(1, Rdn),
})
export const DistributionPointName = mapped<Infer<typeof DistributionPointNameSyntax>, DistributionPointName>(
  DistributionPointNameSyntax,
  (found) => (found.kind === 'fullName' ? { fullName: found.value } : { nameRelativeToCRLIssuer: found.value }),
  (name) =>
    'fullName' in name
      ? { kind: 'fullName', value: name.fullName }
      : { kind: 'nameRelativeToCRLIssuer', value: name.nameRelativeToCRLIssuer },
)

const DistributionPointSyntax = sequence({
  distributionPoint: optional(explicit(0, DistributionPointName)),
  reasons: optional(implicit(1, ReasonFlags)),
  crlIssuer: optional(implicit(2, GeneralNames)),
})
export type DistributionPoint = Infer<typeof DistributionPointSyntax>

/**
 * cRLDistributionPoints (RFC 5280 §4.2.1.13)
 *
 *     DistributionPoint ::= SEQUENCE {
 *          distributionPoint       [0]     DistributionPointName OPTIONAL,
 *          reasons                 [1]     ReasonFlags OPTIONAL,
 *          cRLIssuer               [2]     GeneralNames OPTIONAL }
 */
export const CrlDistributionPoints: ExtensionType<readonly DistributionPoint[]> = {
  id: '2.5.29.31',
  name: 'cRLDistributionPoints',
  codec: oneOrMore(DistributionPointSyntax),
}

/** freshestCRL: where delta CRLs are (RFC 5280 §4.2.1.15). */
export const FreshestCrl: ExtensionType<readonly DistributionPoint[]> = {
  id: '2.5.29.46',
  name: 'freshestCRL',
  codec: oneOrMore(DistributionPointSyntax),
}
