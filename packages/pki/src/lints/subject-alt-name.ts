import { EXTENDED_KEY_USAGES, type GeneralName, generalNameToString, SubjectAltName } from '@chancery/x509'
import { domainProblem } from '../domain-name.ts'
import { isForServers, type LintView } from '../lint-view.ts'
import { mailAddressProblem, upnProblem } from '../mail-address.ts'
import { keyOf } from '../names-taken.ts'
import { parseUri, uriProblem } from '../uri.ts'
import { allGood, type Lint } from './lint-row.ts'

export const namelessSubjectMakesSanCritical: Lint = {
  cites: 'RFC 5280 §4.2.1.6',
  requires: 'With an empty subject there is a subjectAltName, and it is critical.',
  field: 'subjectAltName',
  check: ({ certificate, extension }) =>
    certificate.subject.rdns.length > 0 ||
    extension(SubjectAltName)?.critical === true ||
    (extension(SubjectAltName) === undefined && 'There are neither. Add a subject attribute or an alternative name.'),
}

export const namedSubjectLeavesSanUncritical: Lint = {
  cites: 'RFC 5280 §4.2.1.6',
  requires: 'With a subject the subjectAltName is not critical.',
  field: 'subjectAltName',
  severity: 'warning',
  check: ({ certificate, extension }) =>
    certificate.subject.rdns.length === 0 || extension(SubjectAltName)?.critical !== true,
}

export const namesAreNotEmpty: Lint = {
  cites: 'RFC 5280 §4.2.1.6',
  requires: 'Alternative names are not empty.',
  field: 'subjectAltName',
  check: ({ subjectAltNames }) =>
    allGood(subjectAltNames, (name, at) => {
      const isEmpty =
        name.type === 'directoryName' ? name.value.rdns.length === 0 : 'value' in name && name.value === ''
      return isEmpty ? { field: fieldOf(at), detail: `The name of type ${name.type} is. Leave it out.` } : undefined
    }),
}

export const dnsNamesAreHostNames: Lint = {
  cites: 'RFC 5280 §4.2.1.6',
  requires: 'DNS names are host names of letters, digits and hyphens, in A-labels.',
  field: 'subjectAltName',
  check: (view) => judged(view, 'dns', (value) => domainProblem(value.replace(/\*/g, 'a'))),
}

export const wildcardsAreLeftmostLabels: Lint = {
  cites: 'RFC 9525 §6.3',
  requires: 'A wildcard is the whole left-most label of a DNS name.',
  field: 'subjectAltName',
  check: (view) =>
    judged(view, 'dns', (value) =>
      value.includes('*') && (!value.startsWith('*.') || value.includes('*', 1)) ? 'has another wildcard' : undefined,
    ),
}

export const reservedLabelsAreALabels: Lint = {
  cites: 'RFC 5890 §2.3.1',
  requires: 'Labels with two hyphens in third and fourth place begin with "xn--".',
  field: 'subjectAltName',
  severity: 'warning',
  check: (view) =>
    judged(view, 'dns', (value) => (/(?:^|\.)(?!xn--)[^.]{2}--/i.test(value) ? 'has another such label' : undefined)),
}

export const mailAddressesAreMailboxes: Lint = {
  cites: 'RFC 5280 §4.2.1.6',
  requires: 'Mail addresses are of the form user@domain, without a display name.',
  field: 'subjectAltName',
  check: (view) => judged(view, 'email', mailAddressProblem),
}

export const urisAreAbsolute: Lint = {
  cites: 'RFC 5280 §4.2.1.6',
  requires: 'URIs are absolute, with a scheme and something after it.',
  field: 'subjectAltName',
  check: (view) => judged(view, 'uri', (value) => (parseUri(value) ? undefined : 'is not an absolute URI of RFC 3986')),
}

export const uriHostsAreNamesOrAddresses: Lint = {
  cites: 'RFC 5280 §4.2.1.6',
  requires: 'The host of a URI is a domain name or an IP address.',
  field: 'subjectAltName',
  check: (view) => judged(view, 'uri', (value) => (parseUri(value) ? uriProblem(value) : undefined)),
}

export const userPrincipalNamesHaveDomains: Lint = {
  cites: 'Microsoft userPrincipalName 1.3.6.1.4.1.311.20.2.3',
  requires: 'User principal names are of the form user@domain.',
  field: 'subjectAltName',
  check: (view) => judged(view, 'upn', upnProblem),
}

export const namesAreNotRepeated: Lint = {
  cites: 'Chancery',
  requires: 'No alternative name is there twice.',
  field: 'subjectAltName',
  check: ({ subjectAltNames }) => {
    if (subjectAltNames.length < 2) return true
    const seen = new Set<string>()
    return allGood(subjectAltNames, (name, at) => {
      const key = name.type === 'dns' ? `dns ${name.value.toLowerCase()}` : keyOf(name)
      if (seen.has(key))
        return { field: fieldOf(at), detail: `"${generalNameToString(name).slice(0, 200)}" is. Leave one out.` }
      seen.add(key)
      return undefined
    })
  },
}

export const serversHaveNames: Lint = {
  cites: 'RFC 2818 §3.1',
  requires: 'A server certificate has a DNS name or IP address in its subjectAltName: clients look nowhere else.',
  field: 'subjectAltName',
  severity: 'warning',
  check: (view) =>
    view.isCa || !isForServers(view) || view.subjectAltNames.some(({ type }) => type === 'dns' || type === 'ip'),
}

export const mailCertificatesHaveAddresses: Lint = {
  cites: 'RFC 8550 §3',
  requires: 'A certificate for mail has a mail address in its subjectAltName.',
  field: 'subjectAltName',
  severity: 'warning',
  check: ({ isCa, purposes, subjectAltNames }) =>
    isCa ||
    !purposes.includes(EXTENDED_KEY_USAGES.emailProtection) ||
    subjectAltNames.some(({ type }) => type === 'email'),
}

/** Judges the names of one type of text. */
function judged(
  { subjectAltNames }: LintView,
  type: GeneralName['type'],
  problem: (value: string) => string | undefined,
): ReturnType<Lint['check']> {
  return allGood(subjectAltNames, (name, at) => {
    if (name.type !== type || !('value' in name) || typeof name.value !== 'string') return undefined
    const fault = problem(name.value)
    return fault === undefined ? undefined : { field: fieldOf(at), detail: `"${name.value.slice(0, 100)}" ${fault}.` }
  })
}

/** Where the alternative name at this place stands. */
function fieldOf(at: number): string {
  return `${SubjectAltName.name}.${at}`
}
