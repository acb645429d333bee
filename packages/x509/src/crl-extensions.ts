import { DistributionPointName, ReasonFlags } from './address-extensions.ts'
import type { Codec, Infer } from './der/codec.ts'
import { DerError } from './der/der-error.ts'
import { boolean, enumerated, explicit, implicit, integer } from './der/primitives.ts'
import { mapped, optional, sequence, withDefault } from './der/structures.ts'
import { generalizedTime } from './der/time.ts'
import type { ExtensionType } from './extensions.ts'
import { type GeneralName, GeneralNames } from './general-name.ts'

/**
 * Why a certificate was revoked (RFC 5280 §5.3.1). `unspecified` is said by leaving the reason out; `removeFromCRL` belongs in
 * delta CRLs only.
 */
export const CRL_REASONS = [
  'unspecified',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  'removeFromCRL',
  'privilegeWithdrawn',
  'aACompromise',
] as const
export type CrlReason = (typeof CRL_REASONS)[number]

/** The numbers that stand for them in CRLs and OCSP answers; 7 is not used. */
export const CRL_REASON_NUMBERS: Readonly<Record<CrlReason, number>> = {
  unspecified: 0,
  keyCompromise: 1,
  cACompromise: 2,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  certificateHold: 6,
  removeFromCRL: 8,
  privilegeWithdrawn: 9,
  aACompromise: 10,
}

/** The reason with this number, if there is one. */
export function crlReasonOf(number: number): CrlReason | undefined {
  return CRL_REASONS.find((reason) => CRL_REASON_NUMBERS[reason] === number)
}

/** `CRLReason ::= ENUMERATED` as its name. A number without a name is a DerError. */
export const CrlReasonCode = mapped(
  enumerated,
  (number): CrlReason => {
    const reason = crlReasonOf(number)
    if (reason === undefined) throw new DerError(`no revocation reason has the number ${number}`)
    return reason
  },
  (reason) => CRL_REASON_NUMBERS[reason],
)

/** RFC 5280 §5.2.3: counts the CRLs of one issuer and scope, never twice the same, at most 20 octets. Not critical. */
export const CrlNumber: ExtensionType<bigint> = { id: '2.5.29.20', name: 'cRLNumber', codec: crlNumber() }

/** RFC 5280 §5.2.4: marks a delta CRL and names the complete CRL that it starts from. Critical. */
export const DeltaCrlIndicator: ExtensionType<bigint> = {
  id: '2.5.29.27',
  name: 'deltaCRLIndicator',
  codec: crlNumber(),
}

/**
 * RFC 5280 §5.2.5
 *
 *     IssuingDistributionPoint ::= SEQUENCE {
 *          distributionPoint          [0] DistributionPointName OPTIONAL,
 *          onlyContainsUserCerts      [1] BOOLEAN DEFAULT FALSE,
 *          onlyContainsCACerts        [2] BOOLEAN DEFAULT FALSE,
 *          onlySomeReasons            [3] ReasonFlags OPTIONAL,
 *          indirectCRL                [4] BOOLEAN DEFAULT FALSE,
 *          onlyContainsAttributeCerts [5] BOOLEAN DEFAULT FALSE }
 */
const issuingDistributionPoint = sequence({
  distributionPoint: optional(explicit(0, DistributionPointName)),
  onlyContainsUserCerts: withDefault(implicit(1, boolean), false),
  onlyContainsCaCerts: withDefault(implicit(2, boolean), false),
  onlySomeReasons: optional(implicit(3, ReasonFlags)),
  indirectCrl: withDefault(implicit(4, boolean), false),
  onlyContainsAttributeCerts: withDefault(implicit(5, boolean), false),
})
export type IssuingDistributionPoint = Infer<typeof issuingDistributionPoint>

/** RFC 5280 §5.2.5: where a CRL comes from and which certificates and reasons it is limited to. Critical. */
export const IssuingDistributionPoint: ExtensionType<IssuingDistributionPoint> = {
  id: '2.5.29.28',
  name: 'issuingDistributionPoint',
  codec: mapped(issuingDistributionPoint, checkScope, checkScope),
}

/** RFC 5280 §5.3.1, of an entry. Not critical. */
export const ReasonCode: ExtensionType<CrlReason> = { id: '2.5.29.21', name: 'cRLReasons', codec: CrlReasonCode }

/** RFC 5280 §5.3.2, of an entry: since when the key is known or suspected to be compromised, in milliseconds. Not critical. */
export const InvalidityDate: ExtensionType<number> = {
  id: '2.5.29.24',
  name: 'invalidityDate',
  codec: generalizedTime,
}

/** RFC 5280 §5.3.3, of an entry of an indirect CRL: who issued this certificate and those that follow. Critical. */
export const CertificateIssuer: ExtensionType<readonly GeneralName[]> = {
  id: '2.5.29.29',
  name: 'certificateIssuer',
  codec: GeneralNames,
}

function crlNumber(): Codec<bigint> {
  const check = (value: bigint): bigint => {
    if (value < 0n || value >= 1n << 159n) throw new DerError('a CRL number is at least 0 and fits 20 octets')
    return value
  }
  return mapped(integer, check, check)
}

/** What RFC 5280 §5.2.5 forbids: a scope that says nothing, or one limited to two kinds of certificates at once. */
function checkScope(scope: IssuingDistributionPoint): IssuingDistributionPoint {
  const kinds = [scope.onlyContainsUserCerts, scope.onlyContainsCaCerts, scope.onlyContainsAttributeCerts]
  const limits = kinds.filter(Boolean).length
  if (limits > 1) throw new DerError('a CRL is limited to at most one kind of certificates')
  if (limits === 0 && !scope.indirectCrl && !scope.distributionPoint && !scope.onlySomeReasons)
    throw new DerError('an issuing distribution point that says nothing')
  return scope
}
