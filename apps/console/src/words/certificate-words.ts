import type { CertificateStatus, CertificateSummary, RevocationReason } from '../api/operations.ts'
import type { BadgeTone } from '../components/state-badge.tsx'

/** What a certificate or request is called: its common name, else its first name, else its subject. */
export function nameOf({
  subject,
  subjectAltNames,
}: Pick<CertificateSummary, 'subject'> & { readonly subjectAltNames: readonly { readonly value: string }[] }): string {
  const [, name] = /(?:^|[,+])CN=((?:\\.|[^,+\\])+)/.exec(subject) ?? []
  return name?.replaceAll(/\\(.)/g, '$1') ?? subjectAltNames[0]?.value ?? (subject || 'Without a name')
}

/** The names beside the one that it is called by. */
export function otherNames(one: Parameters<typeof nameOf>[0]): readonly string[] {
  const name = nameOf(one)
  return one.subjectAltNames.map(({ value }) => value).filter((value) => value !== name)
}

export const STATUS_WORDS: Readonly<Record<CertificateStatus, { readonly label: string; readonly tone: BadgeTone }>> = {
  valid: { label: 'Valid', tone: 'good' },
  expired: { label: 'Expired', tone: 'off' },
  revoked: { label: 'Revoked', tone: 'bad' },
  held: { label: 'On hold', tone: 'wait' },
}

/** Reasons of revocation (RFC 5280 §5.3.1) that people choose from, the usual ones first. */
export const REASONS: readonly { readonly value: RevocationReason; readonly label: string; readonly says: string }[] = [
  { value: 'superseded', label: 'Superseded', says: 'Another certificate has taken its place.' },
  { value: 'cessationOfOperation', label: 'No longer in use', says: 'The host or device is gone.' },
  { value: 'keyCompromise', label: 'Key compromise', says: 'Somebody else has, or may have, its private key.' },
  { value: 'affiliationChanged', label: 'Affiliation changed', says: 'The person left, or changed names.' },
  { value: 'privilegeWithdrawn', label: 'Privilege withdrawn', says: 'It is not to be used for its purpose any more.' },
  { value: 'certificateHold', label: 'Hold', says: 'Only for now: a hold can be ended again.' },
  { value: 'unspecified', label: 'Other', says: 'No reason is told to anybody.' },
  { value: 'cACompromise', label: 'CA compromise', says: 'It is a CA, and its key is in other hands.' },
  { value: 'aACompromise', label: 'Attribute authority compromise', says: 'For attribute authorities alone.' },
]

export function reasonLabel(reason: string): string {
  return REASONS.find(({ value }) => value === reason)?.label ?? reason
}

/** By which way a certificate came. */
export function wayLabel(way: string): string {
  return WAYS[way] ?? way
}

const WAYS: Readonly<Record<string, string>> = {
  'submitted-csr': 'Signed request',
  'web-form': 'Signed public request',
  claim: 'Claim by a link',
  renewal: 'Renewal by the earlier certificate',
  'api-token': 'API token',
  'acme-order': 'ACME',
  system: 'By the installation itself',
  import: 'Issued before the CA came here',
}
