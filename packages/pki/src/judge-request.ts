import { attributeTypeName, attributeTypeOid, type GeneralName, generalNameToString } from '@chancery/x509'
import { type AllowRules, isAllowed } from './allow-rules.ts'
import type { CertificateRequest, IgnoredExtension } from './certificate-request.ts'
import { nameTakenFor } from './host-like.ts'
import { judgeKey } from './judge-key.ts'
import { keyOf, type NamesTaken, takeNames, takesName } from './names-taken.ts'
import type { Profile } from './profile.ts'
import type { Problem } from './refusal.ts'
import { takesAttribute } from './subject.ts'
import { canonicalName } from './subject-alt-name.ts'
import { judgeValidity } from './validity.ts'
import { COMMON_NAME, EMAIL_ADDRESS, unknownAttribute } from './well-known-attributes.ts'

/** What judging needs of a template: its name for the words, its profile for the rules. */
export interface Judged {
  readonly name: string
  readonly profile: Profile
}

/** A problem, and the refusal that it becomes when a certificate is asked for in earnest. */
export interface RequestProblem extends Problem {
  readonly code: 'bad-key' | 'name-not-allowed' | 'not-permitted'
}

/** More names than this in one certificate are a mistake or an attack: each relying party reads them all. */
const MOST_NAMES = 250
const MOST_ATTRIBUTES = 50

/**
 * All that speaks against certifying this request by this template: key, names, subject, validity. Empty: nothing
 * does. What depends on the time or the issuer is judged when the certificate is made.
 */
export function judgeRequest(request: CertificateRequest, template: Judged): readonly RequestProblem[] {
  const { profile, name } = template
  const key = judgeKey(request.publicKey, template).map((problem) => coded('bad-key', problem))
  const counts = judgeCounts(request)
  if (counts.length > 0) return [...key, ...counts]
  const taken = takeNames(profile, request)
  return [
    ...key,
    ...judgeSubject(request, taken, template),
    ...judgeNames(request, taken, template),
    ...(profile.allow === undefined ? [] : judgeRules(profile.allow, taken, name)),
    ...judgeValidity(profile.validity, request.validity, name).map((problem) => coded('not-permitted', problem)),
  ]
}

/** Requested extensions that the profile does not copy. The subjectAltName counts as names, not as an extension. */
export function ignoredExtensions(request: CertificateRequest, profile: Profile): readonly IgnoredExtension[] {
  return request.extensions
    .filter(({ id }) => !profile.copyExtensions.includes(id))
    .map(({ id, critical }) => ({ id, critical }))
}

/** Requested attributes and alternative names that the profile does not take, one line of text each. */
export function ignoredNames(request: CertificateRequest, profile: Profile): readonly string[] {
  const isFixed = (type: string) => profile.subject.fixed.some((fixed) => attributeTypeOid(fixed.type) === type)
  const attributes = request.subject.filter(({ type }) => {
    const id = attributeTypeOid(type)
    return id === undefined || isFixed(id) || !takesAttribute(profile.subject.fromRequest, id)
  })
  return [
    ...attributes.map(({ type, value }) => `${type}=${value}`),
    ...request.subjectAltNames.filter((name) => !takesName(profile, name)).map(generalNameToString),
  ]
}

/** Names in such number that nothing else is looked at. */
export function judgeCounts({ subject, subjectAltNames }: CertificateRequest): RequestProblem[] {
  const judged = (field: string, { length }: readonly unknown[], most: number, what: string, advice: string) =>
    length <= most
      ? []
      : [
          coded('not-permitted', {
            field,
            rule: `A certificate has at most ${most} ${what}.`,
            cites: 'Chancery',
            detail: `There are ${length} ${what}, and ${most} are the most. ${advice}`,
          }),
        ]
  return [
    ...judged('/subject', subject, MOST_ATTRIBUTES, 'subject attributes', 'Leave some out.'),
    ...judged('/subjectAltNames', subjectAltNames, MOST_NAMES, 'alternative names', 'Ask for several certificates.'),
  ]
}

function judgeSubject(request: CertificateRequest, taken: NamesTaken, { name, profile }: Judged): RequestProblem[] {
  const cites = `template "${name}"`
  const missing = profile.subject.required
    .map((type) => attributeTypeOid(type) ?? type)
    .filter((type) => !taken.subject.some((attribute) => attribute.type === type && attribute.value.trim() !== ''))
    .map((type) =>
      coded('not-permitted', {
        field: '/subject',
        rule: `Subjects have: ${attributeTypeName(type)}.`,
        cites,
        detail: `The subject has no ${attributeTypeName(type)}, which the template requires. Add one.`,
      }),
    )
  const unknown = request.subject.flatMap(({ type }, at) =>
    attributeTypeOid(type) === undefined
      ? [
          coded('not-permitted', {
            field: `/subject/${at}/type`,
            rule: 'Subject attributes are named by their standard or by an object identifier.',
            cites: 'Chancery',
            detail: unknownAttribute(type),
          }),
        ]
      : [],
  )
  return [...unknown, ...missing]
}

function judgeNames(request: CertificateRequest, taken: NamesTaken, { name, profile }: Judged): RequestProblem[] {
  const problems: RequestProblem[] = []
  const seen = new Set<string>()
  for (const [at, requested] of request.subjectAltNames.entries()) {
    if (!takesName(profile, requested)) continue
    const field = `/subjectAltNames/${at}`
    const reading = canonicalName(requested)
    if ('problem' in reading) {
      const rule = 'Alternative names have the form of their type.'
      problems.push(coded('name-not-allowed', { field, rule, cites: 'RFC 5280 §4.2.1.6', detail: reading.problem }))
      continue
    }
    const key = keyOf(reading.name)
    if (seen.has(key)) {
      const detail = `${quoted(reading.name)} is there twice. Leave one out.`
      problems.push(coded('not-permitted', { field, rule: 'Names are not repeated.', cites: 'Chancery', detail }))
    }
    seen.add(key)
  }
  if (profile.subjectAltNames.required && taken.subjectAltNames.length === 0) {
    const { fromRequest } = profile.subjectAltNames
    const detail = `There is no subject alternative name, and the template requires one. Add one of these types: ${fromRequest.join(', ')}.`
    const rule = 'The certificate has a subject alternative name.'
    problems.push(coded('not-permitted', { field: '/subjectAltNames', rule, cites: `template "${name}"`, detail }))
  }
  return problems
}

/** Rules bind what software would take for a name, wherever it stands: also in common names and e-mail attributes. */
function judgeRules(rules: AllowRules, { subject, subjectAltNames }: NamesTaken, template: string): RequestProblem[] {
  const problem = (field: string, name: GeneralName): RequestProblem =>
    coded('name-not-allowed', {
      field,
      rule: 'Names are allowed by the rules of the template.',
      cites: `template "${template}"`,
      detail: `${quoted(name)} is not allowed here. Leave it out, or ask whoever keeps the template for a rule.`,
    })
  const hidden = subject.flatMap(({ type, value }) => {
    if (type !== COMMON_NAME && type !== EMAIL_ADDRESS) return []
    const name = type === EMAIL_ADDRESS ? ({ type: 'email', value } as const) : nameTakenFor(value)
    return name === undefined || isAllowed(rules, name) ? [] : [problem('/subject', name)]
  })
  const open = subjectAltNames.flatMap((name) => (isAllowed(rules, name) ? [] : [problem('/subjectAltNames', name)]))
  return [...hidden, ...open]
}

function quoted(name: GeneralName): string {
  return `"${generalNameToString(name).slice(0, 200)}"`
}

function coded(code: RequestProblem['code'], problem: Problem): RequestProblem {
  return { ...problem, code }
}
