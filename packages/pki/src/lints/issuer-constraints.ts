import { type GeneralName, generalNameToString } from '@chancery/x509'
import { nameTakenFor } from '../host-like.ts'
import type { LintView } from '../lint-view.ts'
import { isExcluded, isPermitted } from '../name-constraints.ts'
import { COMMON_NAME, EMAIL_ADDRESS } from '../well-known-attributes.ts'
import { allGood, type Lint } from './lint-row.ts'

export const issuersConstraintsAreUnderstood: Lint = {
  cites: 'RFC 5280 §4.2.1.10',
  requires: 'The name constraints of all CAs above can be read.',
  check: ({ issuer }) => issuer.nameRules !== undefined || 'They cannot. Choose another CA, or renew that one.',
}

export const namesArePermitted: Lint = {
  cites: 'RFC 5280 §4.2.1.10',
  requires: 'Names are inside the permitted subtrees of all CAs above.',
  check: (view) => {
    const { nameRules = [] } = view.issuer
    if (nameRules.length === 0) return true
    return allGood(namesOf(view), (name) =>
      nameRules.every((rules) => isPermitted(rules, name)) ? undefined : `${quoted(name)} is not.`,
    )
  },
}

export const namesAreNotExcluded: Lint = {
  cites: 'RFC 5280 §4.2.1.10',
  requires: 'Names are outside the excluded subtrees of all CAs above.',
  check: (view) => {
    const { nameRules = [] } = view.issuer
    if (nameRules.length === 0) return true
    return allGood(namesOf(view), (name) =>
      nameRules.some((rules) => isExcluded(rules, name)) ? `${quoted(name)} is not.` : undefined,
    )
  },
}

/**
 * The names that constraints bind: alternative names, the subject as a directory name, its mail addresses, and what
 * looks like a host or an address in a common name, since software still reads it there. RFC 5280 asks for less of
 * the last two.
 */
function namesOf({ certificate: { subject }, subjectAltNames }: LintView): readonly GeneralName[] {
  const names: GeneralName[] = [...subjectAltNames]
  if (subject.rdns.length > 0) names.push({ type: 'directoryName', value: subject })
  for (const { type, value } of subject.rdns.flat()) {
    const name = type === COMMON_NAME ? nameTakenFor(value) : undefined
    if (name !== undefined) names.push(name)
    if (type === EMAIL_ADDRESS) names.push({ type: 'email', value })
  }
  // A host stands in the common name as well as among the alternative names: once is enough to say.
  return [...new Map(names.map((name) => [`${name.type} ${generalNameToString(name)}`, name])).values()]
}

function quoted(name: GeneralName): string {
  return `"${generalNameToString(name).slice(0, 200)}"`
}
