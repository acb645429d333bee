import type {
  AllowRules,
  CertificatePolicy,
  Duration,
  EnrollmentOptions,
  KeyType,
  KeyUsageBit,
  NameConstraints,
  Profile,
  SanType,
  SignatureAlgorithm,
} from '../../api/operations.ts'
import { type EnrollmentValues, enrollmentValues } from './enrollment-values.ts'
import { fromLines, linesOf, pairsIn, pairsOf } from './lines.ts'

/** What the form of a template holds: a profile with every part in a field of its own, texts as they are typed. */
export interface TemplateValues extends EnrollmentValues {
  readonly authority: string
  readonly name: string
  readonly description: string
  readonly enabled: boolean
  readonly signatureAlgorithm: SignatureAlgorithm | ''
  readonly keyTypes: readonly string[]
  readonly length: string
  readonly unit: 'days' | 'hours'
  readonly maximum: string
  readonly maximumUnit: 'days' | 'hours'
  readonly fixedEnd: string
  readonly backdateMinutes: string
  readonly beyondIssuer: 'clamp' | 'refuse'
  readonly subjectFrom: 'any' | 'some'
  readonly subjectTypes: readonly string[]
  readonly subjectRequired: readonly string[]
  readonly subjectFixed: string
  readonly namesFrom: readonly string[]
  readonly namesRequired: boolean
  readonly namesFixed: string
  readonly fromCommonName: boolean
  readonly keyUsage: readonly string[]
  readonly rsaKeyUsage: readonly string[]
  readonly keyUsageCritical: boolean
  readonly purposes: readonly string[]
  readonly purposesCritical: boolean
  readonly constraints: 'none' | 'end' | 'ca'
  readonly constraintsCritical: boolean
  readonly pathLength: string
  readonly permitted: string
  readonly excluded: string
  readonly crl: boolean
  readonly ocsp: boolean
  readonly aia: boolean
  readonly aiaUrl: string
  readonly policies: readonly CertificatePolicy[]
  readonly copyExtensions: readonly string[]
  readonly extraExtensions: Profile['extraExtensions']
  readonly hasRules: boolean
  readonly allowDns: string
  readonly allowIp: string
  readonly allowEmail: string
  readonly allowUpn: string
  readonly allowUri: string
}

/** The fields of a profile, and how people come to its certificates, as the form holds them. */
export function valuesOf(
  profile: Profile,
  enrollment: EnrollmentOptions,
): Omit<TemplateValues, 'authority' | 'name' | 'description' | 'enabled'> {
  return {
    ...enrollmentValues(enrollment),
    ...{ signatureAlgorithm: profile.signatureAlgorithm ?? '', keyTypes: profile.keyTypes },
    ...validityValues(profile),
    ...nameValues(profile),
    keyUsage: profile.keyUsage.bits,
    rsaKeyUsage: profile.keyUsage.rsaBits,
    keyUsageCritical: profile.keyUsage.critical,
    purposes: profile.extendedKeyUsage.purposes,
    purposesCritical: profile.extendedKeyUsage.critical,
    constraints: profile.basicConstraints === null ? 'none' : profile.basicConstraints.ca ? 'ca' : 'end',
    constraintsCritical: profile.basicConstraints?.critical ?? true,
    pathLength: textOf(profile.basicConstraints?.pathLength),
    permitted: linesOf((profile.nameConstraints?.permitted ?? []).map(subtreeLine)),
    excluded: linesOf((profile.nameConstraints?.excluded ?? []).map(subtreeLine)),
    ...{ crl: profile.addresses.crl, ocsp: profile.addresses.ocsp, aia: profile.addresses.aia },
    aiaUrl: profile.addresses.aiaUrl ?? '',
    policies: profile.policies,
    copyExtensions: profile.copyExtensions,
    extraExtensions: profile.extraExtensions,
    ...ruleValues(profile.allow),
  }
}

function validityValues({ validity }: Profile) {
  const unitOf = ({ hours }: Duration) => (hours === undefined ? 'days' : 'hours') as 'days' | 'hours'
  const lengthOf = ({ days, hours }: Duration) => textOf(days ?? hours)
  return {
    length: lengthOf(validity.default),
    unit: unitOf(validity.default),
    maximum: validity.maximum === undefined ? '' : lengthOf(validity.maximum),
    maximumUnit: validity.maximum === undefined ? ('days' as const) : unitOf(validity.maximum),
    fixedEnd: validity.notAfter ?? '',
    backdateMinutes: String(validity.backdateMinutes),
    beyondIssuer: validity.beyondIssuer,
  }
}

function nameValues({ subject, subjectAltNames }: Profile) {
  const isAny = subject.fromRequest === 'any'
  return {
    subjectFrom: isAny ? ('any' as const) : ('some' as const),
    subjectTypes: isAny ? [] : [...subject.fromRequest],
    subjectRequired: subject.required,
    subjectFixed: pairsOf(subject.fixed),
    namesFrom: subjectAltNames.fromRequest,
    namesRequired: subjectAltNames.required,
    namesFixed: pairsOf(subjectAltNames.fixed),
    fromCommonName: subjectAltNames.fromCommonName,
  }
}

function ruleValues(allow: AllowRules | undefined) {
  return {
    hasRules: allow !== undefined,
    allowDns: linesOf(allow?.dns ?? []),
    allowIp: linesOf(allow?.ip ?? []),
    allowEmail: linesOf(allow?.email ?? []),
    allowUpn: linesOf(allow?.upn ?? []),
    allowUri: linesOf(allow?.uri ?? []),
  }
}

/** The profile that the form says. What the server takes of it, the server says. */
export function profileOf(values: TemplateValues): Profile {
  return {
    subject: {
      fromRequest: values.subjectFrom === 'any' ? 'any' : values.subjectTypes,
      required: values.subjectRequired,
      fixed: pairsIn(values.subjectFixed),
    },
    subjectAltNames: {
      // The choices are the words of the type.
      fromRequest: values.namesFrom as readonly SanType[],
      required: values.namesRequired,
      fixed: pairsIn(values.namesFixed).map(({ type, value }) => ({ type: type as SanType, value })),
      fromCommonName: values.fromCommonName,
    },
    keyTypes: values.keyTypes as readonly KeyType[],
    signatureAlgorithm: values.signatureAlgorithm || undefined,
    validity: {
      default: durationOf(values.length, values.unit),
      maximum: values.maximum.trim() === '' ? undefined : durationOf(values.maximum, values.maximumUnit),
      notAfter: values.fixedEnd.trim() === '' ? undefined : values.fixedEnd.trim(),
      backdateMinutes: Number(values.backdateMinutes),
      beyondIssuer: values.beyondIssuer,
    },
    keyUsage: {
      bits: values.keyUsage as readonly KeyUsageBit[],
      rsaBits: values.rsaKeyUsage as readonly KeyUsageBit[],
      critical: values.keyUsageCritical,
    },
    extendedKeyUsage: { purposes: values.purposes, critical: values.purposesCritical },
    basicConstraints: basicConstraintsOf(values),
    addresses: {
      ...{ crl: values.crl, ocsp: values.ocsp, aia: values.aia },
      aiaUrl: values.aiaUrl.trim() === '' ? undefined : values.aiaUrl.trim(),
    },
    policies: values.policies,
    nameConstraints: nameConstraintsOf(values),
    copyExtensions: values.copyExtensions,
    extraExtensions: values.extraExtensions,
    allow: values.hasRules ? allowOf(values) : undefined,
  }
}

function basicConstraintsOf({ constraints, constraintsCritical, pathLength }: TemplateValues) {
  if (constraints === 'none') return null
  if (constraints === 'end') return { ca: false, critical: constraintsCritical }
  return { ca: true, critical: constraintsCritical, pathLength: pathLength === '' ? undefined : Number(pathLength) }
}

type Subtree = NameConstraints['permitted'][number]

function nameConstraintsOf({ constraints, permitted, excluded }: TemplateValues): NameConstraints | undefined {
  if (constraints !== 'ca') return undefined
  const subtrees = (text: string) => pairsIn(text).map(({ type, value }) => ({ type: type as Subtree['type'], value }))
  const both = { permitted: subtrees(permitted), excluded: subtrees(excluded) }
  return both.permitted.length + both.excluded.length === 0 ? undefined : both
}

function subtreeLine({ type, value }: Subtree): string {
  return `${type}=${value}`
}

function allowOf(values: TemplateValues): AllowRules {
  return {
    dns: fromLines(values.allowDns),
    ip: fromLines(values.allowIp),
    email: fromLines(values.allowEmail),
    upn: fromLines(values.allowUpn),
    uri: fromLines(values.allowUri),
  }
}

function durationOf(length: string, unit: 'days' | 'hours'): Duration {
  return { [unit]: Number(length) }
}

function textOf(number: number | undefined): string {
  return number === undefined ? '' : String(number)
}
