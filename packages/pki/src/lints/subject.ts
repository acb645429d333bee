import {
  type Attribute,
  attributeType,
  attributeTypeName,
  equalBytes,
  type GeneralName,
  type Name,
  SubjectAltName,
} from '@chancery/x509'
import { nameInText } from '../host-like.ts'
import { isForServers, type LintView } from '../lint-view.ts'
import { COMMON_NAME, COUNTRY_NAME, EMAIL_ADDRESS, JURISDICTION_COUNTRY_NAME } from '../well-known-attributes.ts'
import { allGood, type Lint } from './lint-row.ts'

export const issuerIsTheIssuersSubject: Lint = {
  cites: 'RFC 5280 §4.1.2.6',
  requires: 'The issuer field is the subject of the CA certificate, byte for byte.',
  field: 'issuer',
  check: ({ certificate, issuer }) => equalBytes(certificate.issuer.der, issuer.subject),
}

export const issuerIsNotEmpty: Lint = {
  cites: 'RFC 5280 §4.1.2.4',
  requires: 'The issuer has a name.',
  field: 'issuer',
  check: ({ certificate }) => certificate.issuer.rdns.length > 0,
}

export const caHasSubject: Lint = {
  cites: 'RFC 5280 §4.1.2.6',
  requires: 'The subject of a CA or CRL issuer is not empty.',
  field: 'subject',
  check: ({ certificate, isCa, keyUsage }) =>
    certificate.subject.rdns.length > 0 || !(isCa || keyUsage?.includes('cRLSign')) || 'It is. Add a common name.',
}

/** A CA may certify itself anew under its own name; anyone else with that name would be taken for the CA. */
export const subjectIsNotTheIssuer: Lint = {
  cites: 'RFC 5280 §4.1.2.6',
  requires: 'Only a CA itself has the name of the CA.',
  field: 'subject',
  check: ({ isCa, isSelfSigned, isSelfIssued }) =>
    isCa || isSelfSigned || !isSelfIssued || 'The subject is that of the CA. Choose another one.',
}

export const attributesHaveValues: Lint = {
  cites: 'RFC 5280 §4.1.2.4',
  requires: 'Subject attributes are not empty.',
  field: 'subject',
  check: (view) =>
    judged(view, ({ type, value }) => (value.trim() === '' ? `${nameOf(type)} is. Leave it out.` : undefined)),
}

export const attributesAreWithinBounds: Lint = {
  cites: 'RFC 5280 Appendix A.1',
  requires: 'Subject attributes are no longer than their upper bounds.',
  field: 'subject',
  check: (view) =>
    judged(view, ({ type, value, raw }) => {
      const bound = attributeType(type)?.upperBound
      if (bound === undefined || raw !== undefined || value.length <= bound) return undefined
      const length = [...value].length
      return length > bound ? `${nameOf(type)} has ${length} characters, ${bound} are allowed.` : undefined
    }),
}

export const countriesHaveTwoLetters: Lint = {
  cites: 'RFC 5280 Appendix A.1',
  requires: 'Countries are two letters of ISO 3166, in upper case.',
  field: 'subject',
  check: (view) =>
    judged(view, ({ type, value }) =>
      (type === COUNTRY_NAME || type === JURISDICTION_COUNTRY_NAME) && !/^[A-Z]{2}$/.test(value)
        ? `"${value.slice(0, 20)}" is not.`
        : undefined,
    ),
}

export const attributesHaveNoControlCharacters: Lint = {
  cites: 'Chancery',
  requires:
    'Subject attributes have no control characters, at which programs cut names, and none that turn text around.',
  field: 'subject',
  check: (view) =>
    judged(view, ({ type, value }) =>
      MISLEADING.test(value) ? `${nameOf(type)} has one. Type it anew, or leave it out.` : undefined,
    ),
}
/** Controls, ends of lines, and the marks, embeddings, overrides and isolates of bidirectional text (UAX #9). */
const MISLEADING = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u

export const attributesAreTrimmed: Lint = {
  cites: 'Chancery',
  requires: 'Subject attributes neither begin nor end with a space.',
  field: 'subject',
  severity: 'warning',
  check: (view) => judged(view, ({ type, value }) => (/^\s|\s$/.test(value) ? `${nameOf(type)} does.` : undefined)),
}

/** Parts of a domain may well be the same twice; nothing else says anything new by being repeated. */
export const attributesAreNotRepeated: Lint = {
  cites: 'Chancery',
  requires: 'No subject attribute is there twice with the same value, and one country at most.',
  field: 'subject',
  // The same person or company may well be named by the subject and by a directory name beside it.
  check: ({ directoryNames, certificate: { subject } }) =>
    allGood(directoryNames.flatMap(repeatedIn), (attribute) => ({
      field: fieldOf(attribute, subject),
      detail: `${nameOf(attribute.type)} "${attribute.value.slice(0, 64)}" is. Leave one out.`,
    })),
}

function repeatedIn({ rdns }: Name): readonly Attribute[] {
  const attributes = rdns.flat().filter(({ type }) => type !== DOMAIN_COMPONENT)
  if (attributes.length < 2) return []
  const seen = new Set<string>()
  return attributes.filter(({ type, value }) => {
    const key = type === COUNTRY_NAME ? type : `${type}=${value.toLowerCase()}`
    const isThere = seen.has(key)
    seen.add(key)
    return isThere
  })
}
const DOMAIN_COMPONENT = '0.9.2342.19200300.100.1.25'

export const mailAddressIsInSan: Lint = {
  cites: 'RFC 5280 §4.1.2.6',
  requires: 'A mail address in the subject is an rfc822Name of the subjectAltName too.',
  field: 'subjectAltName',
  severity: 'warning',
  check: (view) => {
    const mailAddresses = view.certificate.subject.rdns.flat().filter(({ type }) => type === EMAIL_ADDRESS)
    if (mailAddresses.length === 0) return true
    const names = textsOf(view)
    return allGood(mailAddresses, ({ value }) =>
      names.has(textOf('email', value)) ? undefined : `"${value.slice(0, 100)}" is not.`,
    )
  },
}

export const commonNameIsInSan: Lint = {
  cites: 'CA/Browser Forum Baseline Requirements §7.1.4.3',
  requires: 'A host or address in the common name of a server is in the subjectAltName too, where clients look for it.',
  field: 'subjectAltName',
  severity: 'warning',
  check: (view) => {
    if (!isForServers(view)) return true
    const names = textsOf(view)
    return allGood(view.certificate.subject.rdns.flat(), ({ type, value }) => {
      const name = type === COMMON_NAME ? nameInText(value) : undefined
      return name !== undefined && !names.has(textOf(name.type, name.value)) ? `"${name.value}" is not.` : undefined
    })
  },
}

/** Judges each attribute of the subject, and of the directory names among the alternative names. */
function judged(
  { attributes, certificate: { subject } }: LintView,
  problem: (attribute: Attribute) => string | undefined,
): ReturnType<Lint['check']> {
  return allGood(attributes, (attribute) => {
    const detail = problem(attribute)
    return detail === undefined ? undefined : { field: fieldOf(attribute, subject), detail }
  })
}

function fieldOf(attribute: Attribute, subject: Name): string {
  return subject.rdns.flat().includes(attribute) ? `subject.${nameOf(attribute.type)}` : SubjectAltName.name
}

/** The alternative names that are text, for many look-ups. */
function textsOf({ subjectAltNames }: LintView): ReadonlySet<string> {
  return new Set(
    subjectAltNames.flatMap((name) =>
      'value' in name && typeof name.value === 'string' ? [textOf(name.type, name.value)] : [],
    ),
  )
}

function textOf(type: GeneralName['type'], value: string): string {
  return `${type} ${value.toLowerCase()}`
}

const nameOf = attributeTypeName
