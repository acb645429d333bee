import type { TemplateValues } from './template-values.ts'

/** The tabs of a template, and which fields stand in each. */
export const TABS = {
  general: {
    label: 'General',
    fields: [
      ...(['authority', 'name', 'description', 'enabled', 'keyTypes', 'signatureAlgorithm'] as const),
      ...(['length', 'unit', 'maximum', 'maximumUnit', 'fixedEnd', 'backdateMinutes', 'beyondIssuer'] as const),
    ],
  },
  subject: {
    label: 'Subject',
    fields: [
      ...(['subjectFrom', 'subjectTypes', 'subjectRequired', 'subjectFixed'] as const),
      ...(['namesFrom', 'namesRequired', 'namesFixed', 'fromCommonName'] as const),
    ],
  },
  rules: {
    label: 'Allowed names',
    fields: ['hasRules', 'allowDns', 'allowIp', 'allowEmail', 'allowUpn', 'allowUri'],
  },
  usage: {
    label: 'Key Usage',
    fields: ['keyUsage', 'rsaKeyUsage', 'keyUsageCritical', 'purposes', 'purposesCritical'],
  },
  constraints: {
    label: 'Basic Constraints',
    fields: ['constraints', 'constraintsCritical', 'pathLength', 'permitted', 'excluded'],
  },
  addresses: { label: 'CRL/OCSP/AIA/CPS', fields: ['crl', 'ocsp', 'aia', 'aiaUrl', 'policies'] },
  extensions: { label: 'Extensions', fields: ['copyExtensions', 'extraExtensions'] },
  enrollment: {
    label: 'Public requests and renewal',
    fields: ['publicRequests', 'renewable', 'renewWithinDays', 'renewCopiesNames', 'renewRevokesOld'],
  },
} as const satisfies Readonly<
  Record<string, { readonly label: string; readonly fields: readonly (keyof TemplateValues)[] }>
>

export type TabName = keyof typeof TABS
export const TAB_NAMES = [
  ...(['general', 'subject', 'rules', 'usage', 'constraints', 'addresses', 'extensions'] as const),
  'enrollment',
] as const

/** The tab in which a field stands. */
export function tabOf(field: string): TabName | undefined {
  return TAB_NAMES.find((name) => TABS[name].fields.some((one) => one === field))
}

/** By the beginning of the JSON pointer, the longest first. */
const FIELDS: readonly (readonly [pointer: string, field: keyof TemplateValues])[] = [
  ['/profile/subject/fromRequest', 'subjectTypes'],
  ['/profile/subject/required', 'subjectRequired'],
  ['/profile/subject/fixed', 'subjectFixed'],
  ['/profile/subjectAltNames/fromRequest', 'namesFrom'],
  ['/profile/subjectAltNames/required', 'namesRequired'],
  ['/profile/subjectAltNames/fixed', 'namesFixed'],
  ['/profile/subjectAltNames', 'namesFrom'],
  ['/profile/keyTypes', 'keyTypes'],
  ['/profile/signatureAlgorithm', 'signatureAlgorithm'],
  ['/profile/validity/default', 'length'],
  ['/profile/validity/maximum', 'maximum'],
  ['/profile/validity/notAfter', 'fixedEnd'],
  ['/profile/validity/backdateMinutes', 'backdateMinutes'],
  ['/profile/validity', 'length'],
  ['/profile/keyUsage/rsaBits', 'rsaKeyUsage'],
  ['/profile/keyUsage', 'keyUsage'],
  ['/profile/extendedKeyUsage', 'purposes'],
  ['/profile/basicConstraints/pathLength', 'pathLength'],
  ['/profile/basicConstraints', 'constraints'],
  ['/profile/addresses/aiaUrl', 'aiaUrl'],
  ['/profile/policies', 'policies'],
  ['/profile/nameConstraints/excluded', 'excluded'],
  ['/profile/nameConstraints', 'permitted'],
  ['/profile/copyExtensions', 'copyExtensions'],
  ['/profile/extraExtensions', 'extraExtensions'],
  ['/profile/allow/dns', 'allowDns'],
  ['/profile/allow/ip', 'allowIp'],
  ['/profile/allow/email', 'allowEmail'],
  ['/profile/allow/upn', 'allowUpn'],
  ['/profile/allow/uri', 'allowUri'],
  ['/enrollment/renewal/withinDays', 'renewWithinDays'],
  ['/enrollment/renewal', 'renewable'],
  ['/enrollment', 'publicRequests'],
]

/** Which field of the form the JSON pointer of a problem means. */
export function templateFieldOf(pointer: string): string | undefined {
  if (!/^\/(?:profile|enrollment)\b/.test(pointer)) return pointer.split('/')[1]
  return FIELDS.find(([beginning]) => pointer.startsWith(beginning))?.[1]
}
