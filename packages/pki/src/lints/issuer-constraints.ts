import { type GeneralName, generalNameToString, SubjectAltName } from '@chancery/x509'
import { nameTakenFor } from '../host-like.ts'
import type { LintView } from '../lint-view.ts'
import { isExcluded, isPermitted } from '../name-constraints.ts'
import { COMMON_NAME, EMAIL_ADDRESS } from '../well-known-attributes.ts'
import { allGood, type Lint } from './lint-row.ts'

export const issuersConstraintsAreUnderstood: Lint = {
  cites: 'RFC 5280 §4.2.1.10',
  requires: 'The name constraints of all CAs above can be read.',
  field: 'issuer',
  check: ({ issuer }) => issuer.nameRules !== undefined || 'They cannot. Choose another CA, or renew that one.',
}

export const namesArePermitted: Lint = {
  cites: 'RFC 5280 §4.2.1.10',
  requires: 'Names are inside the permitted subtrees of all CAs above.',
  field: 'subjectAltName',
  check: (view) => {
    const { nameRules = [] } = view.issuer
    if (nameRules.length === 0) return true
    return allGood(namesOf(view), ({ name, field }) =>
      nameRules.every((rules) => isPermitted(rules, name)) ? undefined : { field, detail: `${quoted(name)} is not.` },
    )
  },
}

export const namesAreNotExcluded: Lint = {
  cites: 'RFC 5280 §4.2.1.10',
  requires: 'Names are outside the excluded subtrees of all CAs above.',
  field: 'subjectAltName',
  check: (view) => {
    const { nameRules = [] } = view.issuer
    if (nameRules.length === 0) return true
    return allGood(namesOf(view), ({ name, field }) =>
      nameRules.some((rules) => isExcluded(rules, name)) ? { field, detail: `${quoted(name)} is not.` } : undefined,
    )
  },
}

/**
 * The names that constraints bind: alternative names, the subject as a directory name, its mail addresses, and what
 * looks like a host or an address in a common name, since software still reads it there. RFC 5280 asks for less of
 * the last two.
 */
function namesOf({ certificate: { subject }, subjectAltNames }: LintView): readonly PlacedName[] {
  const names: PlacedName[] = subjectAltNames.map((name, at) => ({ name, field: `${SubjectAltName.name}.${at}` }))
  if (subject.rdns.length > 0) names.push({ name: { type: 'directoryName', value: subject }, field: 'subject' })
  for (const { type, value } of subject.rdns.flat()) {
    const name = type === COMMON_NAME ? nameTakenFor(value) : undefined
    if (name !== undefined) names.push({ name, field: 'subject.commonName' })
    if (type === EMAIL_ADDRESS) names.push({ name: { type: 'email', value }, field: 'subject.emailAddress' })
  }
  // A host stands in the common name as well as among the alternative names: once is enough to say.
  return [...new Map(names.toReversed().map((one) => [textOf(one), one])).values()].reverse()
}

function textOf({ name }: PlacedName): string {
  return `${name.type} ${generalNameToString(name)}`
}

/** A name, and where it stands in the certificate. */
interface PlacedName {
  readonly name: GeneralName
  readonly field: string
}

function quoted(name: GeneralName): string {
  return `"${generalNameToString(name).slice(0, 200)}"`
}
