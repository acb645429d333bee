import type { Infer } from './der/codec.ts'
import { type Oid, oid } from './der/oid.ts'
import { any, implicit, integer, smallInteger } from './der/primitives.ts'
import { ia5String } from './der/strings.ts'
import { mapped, oneOrMore, optional, sequence, sequenceOf } from './der/structures.ts'
import { DirectoryString } from './directory-string.ts'
import type { ExtensionType } from './extensions.ts'

/** Under which policy a certificate was issued, and what policies mean along a path. */

/** What stands beside a policy: the address of the CPS, a text for people, or something else as DER. */
export type PolicyQualifier =
  | { readonly cps: string }
  | { readonly userNotice: UserNotice }
  | { readonly id: Oid; readonly value: Uint8Array }

const ID_QT_CPS: Oid = '1.3.6.1.5.5.7.2.1'
const ID_QT_UNOTICE: Oid = '1.3.6.1.5.5.7.2.2'

/** anyPolicy (RFC 5280 §4.2.1.4). */
export const ANY_POLICY: Oid = '2.5.29.32.0'

/**
 * RFC 5280 §4.2.1.4; DisplayText is any of four string types and written as UTF8String.
 *
 *     UserNotice ::= SEQUENCE {
 *          noticeRef        NoticeReference OPTIONAL,
 *          explicitText     DisplayText OPTIONAL }
 */
const UserNoticeSyntax = sequence({
  noticeReference: optional(sequence({ organization: DirectoryString, noticeNumbers: sequenceOf(integer) })),
  explicitText: optional(DirectoryString),
})
export type UserNotice = Infer<typeof UserNoticeSyntax>

const PolicyQualifierInfo = mapped(
  sequence({ policyQualifierId: oid, qualifier: any }),
  ({ policyQualifierId: id, qualifier }): PolicyQualifier => {
    if (id === ID_QT_CPS) return { cps: ia5String.decode(qualifier) }
    if (id === ID_QT_UNOTICE) return { userNotice: UserNoticeSyntax.decode(qualifier) }
    return { id, value: qualifier }
  },
  (qualifier) => {
    if ('cps' in qualifier) return { policyQualifierId: ID_QT_CPS, qualifier: ia5String.encode(qualifier.cps) }
    if ('userNotice' in qualifier)
      return { policyQualifierId: ID_QT_UNOTICE, qualifier: UserNoticeSyntax.encode(qualifier.userNotice) }
    return { policyQualifierId: qualifier.id, qualifier: qualifier.value }
  },
)

const PolicyInformationSyntax = sequence({ policy: oid, qualifiers: optional(oneOrMore(PolicyQualifierInfo)) })
export type PolicyInformation = Infer<typeof PolicyInformationSyntax>

/**
 * certificatePolicies (RFC 5280 §4.2.1.4)
 *
 *     PolicyInformation ::= SEQUENCE {
 *          policyIdentifier   CertPolicyId,
 *          policyQualifiers   SEQUENCE SIZE (1..MAX) OF PolicyQualifierInfo OPTIONAL }
 */
export const CertificatePolicies: ExtensionType<readonly PolicyInformation[]> = {
  id: '2.5.29.32',
  name: 'certificatePolicies',
  codec: oneOrMore(PolicyInformationSyntax),
}

const PolicyMapping = sequence({ issuerDomainPolicy: oid, subjectDomainPolicy: oid })
export type PolicyMapping = Infer<typeof PolicyMapping>

/** policyMappings (RFC 5280 §4.2.1.5). */
export const PolicyMappings: ExtensionType<readonly PolicyMapping[]> = {
  id: '2.5.29.33',
  name: 'policyMappings',
  codec: oneOrMore(PolicyMapping),
}

const PolicyConstraintsSyntax = sequence({
  requireExplicitPolicy: optional(implicit(0, smallInteger)),
  inhibitPolicyMapping: optional(implicit(1, smallInteger)),
})

/** policyConstraints: after how many certificates each takes effect (RFC 5280 §4.2.1.11). */
export const PolicyConstraints: ExtensionType<PolicyConstraints> = {
  id: '2.5.29.36',
  name: 'policyConstraints',
  codec: PolicyConstraintsSyntax,
}
export type PolicyConstraints = Infer<typeof PolicyConstraintsSyntax>

/** inhibitAnyPolicy: after how many certificates anyPolicy stops counting (RFC 5280 §4.2.1.14). */
export const InhibitAnyPolicy: ExtensionType<number> = {
  id: '2.5.29.54',
  name: 'inhibitAnyPolicy',
  codec: smallInteger,
}
