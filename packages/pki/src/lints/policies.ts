import { InhibitAnyPolicy, PolicyConstraints, PolicyMappings } from '@chancery/x509'
import { PUBLIC_POLICIES } from '../policies.ts'
import { webAddressProblem } from '../uri.ts'
import { allGood, type Lint } from './lint-row.ts'

export const policiesAreNotRepeated: Lint = {
  cites: 'RFC 5280 §4.2.1.4',
  requires: 'No policy is there twice.',
  field: 'certificatePolicies',
  check: ({ policies }) =>
    allGood(policies, ({ policy }) =>
      policies.filter((other) => other.policy === policy).length === 1 ? undefined : `${policy} is.`,
    ),
}

export const noticesAreShort: Lint = {
  cites: 'RFC 5280 §4.2.1.4',
  requires: 'A user notice has at most 200 characters and no control characters.',
  field: 'certificatePolicies',
  check: ({ policies }) =>
    policies.every(({ qualifiers = [] }) =>
      qualifiers.every((qualifier) => {
        const text = 'userNotice' in qualifier ? (qualifier.userNotice.explicitText ?? '') : ''
        return [...text].length <= 200 && !/\p{Cc}/u.test(text)
      }),
    ),
}

export const cpsIsAWebAddress: Lint = {
  cites: 'RFC 5280 §4.2.1.4',
  requires: 'The pointer to the CPS is an http address.',
  field: 'certificatePolicies',
  check: ({ policies }) =>
    policies.every(({ qualifiers = [] }) =>
      qualifiers.every((qualifier) => !('cps' in qualifier) || webAddressProblem(qualifier.cps) === undefined),
    ),
}

export const publicPoliciesAreForPublicCas: Lint = {
  cites: 'CA/Browser Forum Baseline Requirements §7.1.6.1',
  requires:
    'Policies of the CA/Browser Forum are asserted by publicly trusted CAs that keep its requirements, and no others.',
  field: 'certificatePolicies',
  severity: 'warning',
  check: ({ policies }) => !policies.some(({ policy }) => PUBLIC_POLICIES.has(policy)),
}

export const policyLimitsAreForCas: Lint = {
  cites: 'RFC 5280 §4.2.1.11',
  requires: 'policyMappings, policyConstraints and inhibitAnyPolicy are in CA certificates only.',
  field: 'policyConstraints',
  check: ({ isCa, extension }) =>
    isCa ||
    allGood([PolicyMappings, PolicyConstraints, InhibitAnyPolicy], (type) =>
      extension(type) === undefined ? undefined : { field: type.name, detail: `Leave ${type.name} out.` },
    ),
}

export const policyLimitsAreCritical: Lint = {
  cites: 'RFC 5280 §4.2.1.11',
  requires: 'policyConstraints and inhibitAnyPolicy are critical.',
  field: 'policyConstraints',
  check: ({ extension }) =>
    allGood([PolicyConstraints, InhibitAnyPolicy], (type) =>
      extension(type)?.critical === false ? { field: type.name, detail: `Make ${type.name} critical.` } : undefined,
    ),
}
