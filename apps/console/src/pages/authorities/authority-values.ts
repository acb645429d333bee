import type {
  ChangeAuthoritySettings,
  KeyType,
  KeyUsageBit,
  NameConstraints,
  PreviewAuthority,
  RequestedValidity,
  SignatureAlgorithm,
} from '../../api/operations.ts'

/** What the form for a new CA holds. Texts are as they are typed. */
export interface AuthorityValues extends ProfileValues, SettingsValues {
  readonly kind: 'root' | 'intermediate' | 'csr'
  readonly parent: string
  readonly name: string
  readonly organization: string
  readonly unit: string
  readonly country: string
  readonly state: string
  readonly locality: string
  readonly keyType: KeyType
  readonly cps: string
}

/** What a certificate of a CA says: at its creation and at its renewal. */
export interface ProfileValues {
  /** Empty: the default of the key. */
  readonly signatureAlgorithm: SignatureAlgorithm | ''
  readonly validity: 'default' | 'years' | 'days' | 'dates'
  readonly length: string
  readonly notBefore: string
  readonly notAfter: string
  /** Empty: any number. */
  readonly pathLength: string
  readonly keyUsage: readonly string[]
  readonly purposes: readonly string[]
  /** What there is to be of name constraints: those that are typed, or, at a renewal, those of before, or none any more. */
  readonly constraints: 'typed' | 'before' | 'none'
  readonly permitted: string
  readonly excluded: string
}

export interface SettingsValues {
  readonly publicUrl: string
  readonly crlHours: string
  readonly partitions: string
  readonly delta: boolean
  readonly retentionDays: string
  readonly serviceKeyType: KeyType | ''
  /** Empty: the default of that key. */
  readonly serviceSignature: SignatureAlgorithm | ''
}

export const NEW_PROFILE: ProfileValues = {
  signatureAlgorithm: '',
  validity: 'default',
  length: '',
  notBefore: '',
  notAfter: '',
  pathLength: '',
  keyUsage: ['keyCertSign', 'cRLSign'],
  purposes: [],
  constraints: 'typed',
  permitted: '',
  excluded: '',
}

const NEW_SETTINGS: SettingsValues = {
  publicUrl: '',
  crlHours: '',
  partitions: '',
  delta: false,
  retentionDays: '',
  serviceKeyType: '',
  serviceSignature: '',
}

export const NEW_AUTHORITY: AuthorityValues = {
  ...{ kind: 'root', parent: '', name: '', organization: '', unit: '', country: '', state: '', locality: '' },
  ...{ keyType: 'ecdsa-p256', cps: '' },
  ...NEW_PROFILE,
  ...NEW_SETTINGS,
}

/** The fields of the subject with the types of their attributes, in the order in which they are written. */
const SUBJECT = [
  ['country', 'countryName'],
  ['state', 'stateOrProvinceName'],
  ['locality', 'localityName'],
  ['organization', 'organizationName'],
  ['unit', 'organizationalUnitName'],
  ['name', 'commonName'],
] as const

function filledSubject(values: AuthorityValues) {
  return SUBJECT.filter(([field]) => values[field].trim() !== '')
}

/** What is sent for a CA that is made here, or shown before. */
export function bodyOf(values: AuthorityValues): PreviewAuthority {
  const made = {
    subject: filledSubject(values).map(([field, type]) => ({ type, value: values[field].trim() })),
    keyType: values.keyType,
    signatureAlgorithm: values.signatureAlgorithm || undefined,
    cps: values.cps.trim() === '' ? undefined : values.cps,
    settings: settingsOf(values),
  }
  const { validity, ...asked } = profileOf(values)
  if (values.kind === 'csr') return { kind: 'csr', ...made, ...asked }
  if (values.kind === 'root') return { kind: 'root', ...made, ...asked, validity }
  return { kind: 'intermediate', parent: values.parent, ...made, ...asked, validity }
}

export function profileOf(values: ProfileValues) {
  return {
    validity: validityOf(values),
    pathLength: values.pathLength === '' ? null : Number(values.pathLength),
    // The select offers nothing else.
    keyUsage: values.keyUsage as readonly KeyUsageBit[],
    extendedKeyUsage: values.purposes.length === 0 ? undefined : values.purposes,
    nameConstraints: isNothing(values) ? undefined : constraintsOf(values),
  }
}

const DAYS_OF_A_YEAR = 365.25

function validityOf({ validity, length, notBefore, notAfter }: ProfileValues): RequestedValidity | undefined {
  if (validity === 'years') return { days: Math.floor(Number(length) * DAYS_OF_A_YEAR) }
  if (validity === 'days') return { days: Number(length) }
  if (validity === 'dates') return { notBefore: momentOf(notBefore), notAfter: momentOf(notAfter) }
  return undefined
}

/** A field of date and time holds the local time; what is not whole goes as it is, and the server says what is wrong. */
function momentOf(local: string): string {
  const date = new Date(local)
  return Number.isNaN(date.getTime()) ? local : date.toISOString()
}

/** What is typed as name constraints; that they are none is for the server to say where some were to be given. */
export function constraintsOf({ permitted, excluded }: Pick<ProfileValues, 'permitted' | 'excluded'>): NameConstraints {
  return { permitted: subtreesIn(permitted), excluded: subtreesIn(excluded) }
}

function isNothing({ permitted, excluded }: ProfileValues): boolean {
  return permitted.trim() === '' && excluded.trim() === ''
}

type Subtree = NameConstraints['permitted'][number]

/** A name to a line, each with its type before it, or a DNS name without. */
function subtreesIn(text: string): readonly Subtree[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const [, type, value] = /^(dns|email|uri|ip|upn|directoryName)\s*[:\s]\s*(.+)$/.exec(line) ?? []
      return type === undefined || value === undefined
        ? { type: 'dns', value: line }
        : { type: type as Subtree['type'], value }
    })
}

/** Nothing when all are left to what is chosen for this kind of CA. */
function settingsOf(values: SettingsValues): ChangeAuthoritySettings | undefined {
  return JSON.stringify({ ...NEW_SETTINGS, ...settingsIn(values) }) === JSON.stringify(NEW_SETTINGS)
    ? undefined
    : changedSettings(values)
}

function settingsIn(values: SettingsValues) {
  const { publicUrl, crlHours, partitions, delta, retentionDays, serviceKeyType, serviceSignature } = values
  return { publicUrl, crlHours, partitions, delta, retentionDays, serviceKeyType, serviceSignature }
}

/** All settings; what is empty goes back to what is chosen for this kind of CA. */
export function changedSettings(values: SettingsValues): ChangeAuthoritySettings {
  return {
    publicUrl: values.publicUrl.trim() || null,
    retentionDays: numberOrNull(values.retentionDays),
    serviceCertificates: {
      keyType: values.serviceKeyType || null,
      signatureAlgorithm: values.serviceSignature || null,
    },
    crl: {
      validityHours: numberOrNull(values.crlHours),
      partitions: numberOrNull(values.partitions),
      delta: values.delta,
    },
  }
}

function numberOrNull(text: string): number | null {
  return text.trim() === '' ? null : Number(text)
}

/** Which field of the form the JSON pointer of a problem means. */
export function authorityFieldOf(pointer: string, values: AuthorityValues): string | undefined {
  const [, first = '', second = '', third = ''] = pointer.split('/')
  if (first === 'subject') return filledSubject(values)[Number(second)]?.[0] ?? 'name'
  if (first === 'settings') return SETTINGS_FIELDS[third] ?? SETTINGS_FIELDS[second]
  const field = profileFieldOf(pointer, values)
  return field === 'parent' && values.kind !== 'intermediate' ? 'name' : field
}

/** The same for what a certificate of a CA says. */
export function profileFieldOf(pointer: string, values: ProfileValues): string | undefined {
  const [first = '', second = ''] = pointer.startsWith('/') ? pointer.slice(1).split('/') : pointer.split('.')
  if (first === 'subject') return SUBJECT.find(([, type]) => type === second)?.[0] ?? 'name'
  if (first === 'nameConstraints') return second === 'excluded' ? 'excluded' : 'permitted'
  if (first === 'validity') return validityFieldOf(second, values)
  return PROFILE_FIELDS[first] ?? first
}

function validityFieldOf(end: string, { validity }: ProfileValues): string {
  if (validity === 'dates') return end || 'notAfter'
  return validity === 'default' ? 'validity' : 'length'
}

/** Fields of the form by those of the certificate, where they are not called the same. */
const PROFILE_FIELDS: Readonly<Record<string, string>> = {
  extendedKeyUsage: 'purposes',
  extKeyUsage: 'purposes',
  basicConstraints: 'pathLength',
  signature: 'signatureAlgorithm',
  subjectPublicKeyInfo: 'keyType',
  issuer: 'parent',
}

const SETTINGS_FIELDS: Readonly<Record<string, string>> = {
  publicUrl: 'publicUrl',
  retentionDays: 'retentionDays',
  keyType: 'serviceKeyType',
  signatureAlgorithm: 'serviceSignature',
  validityHours: 'crlHours',
  partitions: 'partitions',
  delta: 'delta',
}

/** The same for the form of settings alone. */
export function settingsFieldOf(pointer: string): string | undefined {
  const [, first = '', second = '', third = ''] = pointer.split('/')
  return first === 'settings' ? (SETTINGS_FIELDS[third] ?? SETTINGS_FIELDS[second]) : first
}
