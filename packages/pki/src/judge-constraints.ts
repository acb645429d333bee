import type { GeneralName } from '@chancery/x509'
import type { Issuer } from './issuer.ts'
import { issuerFacts } from './issuer-facts.ts'
import { isExcluded, isPermitted } from './name-constraints.ts'

/**
 * Why the CAs above have no room for a name, RFC 5280 §4.2.1.10, in words that follow the name; `undefined` when they have. The lints
 * stop a certificate for the same: this tells of one name, before there is a certificate.
 */
export function judgeConstraints(issuer: Issuer, name: GeneralName): string | undefined {
  const { nameRules } = issuerFacts(issuer)
  if (nameRules === undefined) return 'is under name constraints of a CA above that cannot be read'
  if (!nameRules.every((rules) => isPermitted(rules, name))) return 'is outside the names that the CAs above permit'
  if (nameRules.some((rules) => isExcluded(rules, name))) return 'is among the names that the CAs above exclude'
  return undefined
}
