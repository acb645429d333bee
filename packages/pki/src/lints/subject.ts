import { attributeType, attributeTypeName, equalBytes } from '@chancery/x509'
import { nameInText } from '../host-like.ts'
import { isForServers, type LintView } from '../lint-view.ts'
import { COMMON_NAME, COUNTRY_NAME, EMAIL_ADDRESS, JURISDICTION_COUNTRY_NAME } from '../well-known-attributes.ts'
import { allGood, type Lint } from './lint-row.ts'

export const issuerIsTheIssuersSubject: Lint = {
  cites: 'RFC 5280 §4.1.2.6',
  requires: 'The issuer field is the subject of the CA certificate, byte for byte.',
  check: ({ certificate, issuer }) => equalBytes(certificate.issuer.der, issuer.subject),
}

export const issuerIsNotEmpty: Lint = {
  cites: 'RFC 5280 §4.1.2.4',
  requires: 'The issuer has a name.',
  check: ({ certificate }) => certificate.issuer.rdns.length > 0,
}

export const caHasSubject: Lint = {
  cites: 'RFC 5280 §4.1.2.6',
  requires: 'The subject of a CA or CRL issuer is not empty.',
  check: ({ certificate, isCa, keyUsage }) =>
    certificate.subject.rdns.length > 0 || !(isCa || keyUsage?.includes('cRLSign')),
}

/** A CA may certify itself anew under its own name; anyone else with that name would be taken for the CA. */
export const subjectIsNotTheIssuer: Lint = {
  cites: 'RFC 5280 §4.1.2.6',
  requires: 'Only a CA itself has the name of the CA.',
  check: ({ isCa, isSelfSigned, isSelfIssued }) => isCa || isSelfSigned || !isSelfIssued,
}

export const attributesHaveValues: Lint = {
  cites: 'RFC 5280 §4.1.2.4',
  requires: 'Subject attributes are not empty.',
  check: (view) =>
    allGood(view.attributes, ({ type, value }) => (value.trim() === '' ? `${nameOf(type)} is.` : undefined)),
}

export const attributesAreWithinBounds: Lint = {
  cites: 'RFC 5280 Appendix A.1',
  requires: 'Subject attributes are no longer than their upper bounds.',
  check: (view) =>
    allGood(view.attributes, ({ type, value, raw }) => {
      const bound = attributeType(type)?.upperBound
      if (bound === undefined || raw !== undefined || value.length <= bound) return undefined
      const length = [...value].length
      return length > bound ? `${nameOf(type)} has ${length} characters, ${bound} are allowed.` : undefined
    }),
}

export const countriesHaveTwoLetters: Lint = {
  cites: 'RFC 5280 Appendix A.1',
  requires: 'Countries are two letters of ISO 3166, in upper case.',
  check: (view) =>
    allGood(view.attributes, ({ type, value }) =>
      (type === COUNTRY_NAME || type === JURISDICTION_COUNTRY_NAME) && !/^[A-Z]{2}$/.test(value)
        ? `"${value.slice(0, 20)}" is not.`
        : undefined,
    ),
}

export const attributesHaveNoControlCharacters: Lint = {
  cites: 'Chancery',
  requires: 'Subject attributes have no control characters: programs cut names at them.',
  check: (view) =>
    allGood(view.attributes, ({ type, value }) => (/\p{Cc}/u.test(value) ? `${nameOf(type)} has one.` : undefined)),
}

export const attributesAreTrimmed: Lint = {
  cites: 'Chancery',
  requires: 'Subject attributes neither begin nor end with a space.',
  severity: 'warning',
  check: (view) =>
    allGood(view.attributes, ({ type, value }) => (/^\s|\s$/.test(value) ? `${nameOf(type)} does.` : undefined)),
}

/** Parts of a domain may well be the same twice; nothing else says anything new by being repeated. */
export const attributesAreNotRepeated: Lint = {
  cites: 'Chancery',
  requires: 'No subject attribute is there twice with the same value, and one country at most.',
  check: (view) => {
    const attributes = view.attributes.filter(({ type }) => type !== DOMAIN_COMPONENT)
    if (attributes.length < 2) return true
    const keys = attributes.map(({ type, value }) => (type === COUNTRY_NAME ? type : `${type}=${value.toLowerCase()}`))
    const repeated = attributes.filter((_, at) => keys.indexOf(keys[at] ?? '') < at)
    return allGood(repeated, ({ type, value }) => `${nameOf(type)} "${value.slice(0, 64)}" is.`)
  },
}
const DOMAIN_COMPONENT = '0.9.2342.19200300.100.1.25'

export const mailAddressIsInSan: Lint = {
  cites: 'RFC 5280 §4.1.2.6',
  requires: 'A mail address in the subject is an rfc822Name of the subjectAltName too.',
  severity: 'warning',
  check: (view) =>
    allGood(view.attributes, ({ type, value }) =>
      type === EMAIL_ADDRESS && !hasName(view, 'email', value) ? `"${value.slice(0, 100)}" is not.` : undefined,
    ),
}

export const commonNameIsInSan: Lint = {
  cites: 'CA/Browser Forum Baseline Requirements §7.1.4.3',
  requires: 'A host or address in the common name of a server is in the subjectAltName too, where clients look for it.',
  severity: 'warning',
  check: (view) =>
    !isForServers(view) ||
    allGood(view.attributes, ({ type, value }) => {
      const name = type === COMMON_NAME ? nameInText(value) : undefined
      return name !== undefined && !hasName(view, name.type, name.value) ? `"${name.value}" is not.` : undefined
    }),
}

function hasName({ subjectAltNames }: LintView, type: string, value: string): boolean {
  return subjectAltNames.some(
    (name) => name.type === type && 'value' in name && String(name.value).toLowerCase() === value.toLowerCase(),
  )
}

const nameOf = attributeTypeName
