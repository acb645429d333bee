import {
  type ChallengeType,
  type Issuer,
  isAllowed,
  isHomeLabName,
  isPreApproved,
  judgeConstraints,
  type OrderedIdentifier,
  readIdentifier,
  type Template,
} from '@chancery/pki'
import type { AcmePolicy } from '../../acme-policies/acme-policy.ts'
import { type AcmeProblemType, joinedProblem, type ProblemDocument, partProblem } from './acme-problem.ts'
import { wireIdentifier } from './order-status.ts'
import { fieldOf, listOf, malformed } from './payload.ts'

const MOST = 100

/** What is wrong with an identifier. */
export type IdentifierProblem = ProblemDocument & { readonly kind: AcmeProblemType }

/** An identifier that may be ordered: approved beforehand, or by one of these challenges. */
export interface JudgedIdentifier {
  readonly identifier: OrderedIdentifier
  /** Empty: approved beforehand. */
  readonly challenges: readonly ChallengeType[]
}

/** What was ordered: each identifier once, with what proves it or with what is wrong with it. */
export interface Judgement {
  readonly judged: readonly JudgedIdentifier[]
  readonly problems: readonly IdentifierProblem[]
}

/**
 * The identifiers of a newOrder, RFC 8555 §7.4, judged by policy, template and CA. Throws `AcmeProblem` 'malformed' where there is no list
 * of some of them; what is wrong with one of them says nothing of the others, and all of it is given back.
 */
export function judgeIdentifiers(payload: object, policy: AcmePolicy, template: Template, issuer: Issuer): Judgement {
  const problems: IdentifierProblem[] = []
  const judged = new Map<string, JudgedIdentifier>()
  for (const item of itemsIn(payload)) {
    const reading = identifierIn(item)
    if ('problem' in reading) {
      problems.push(reading.problem)
      continue
    }
    const { identifier } = reading
    const { type, value } = wireIdentifier(identifier)
    const allowed = judge(identifier, policy, template)
    const found = 'detail' in allowed ? allowed : (constrained(identifier, issuer) ?? allowed)
    if ('detail' in found) problems.push(identifierProblem(found, { type, value }))
    else judged.set(`${type} ${value}`, { identifier, challenges: found.challenges })
  }
  return { judged: [...judged.values()], problems }
}

/** Throws `AcmeProblem` with all that is wrong, a subproblem for each identifier (RFC 8555 §6.7.1), if anything is. */
export function refuseAll(problems: readonly IdentifierProblem[]): void {
  if (problems.length > 0) throw joinedProblem(problems)
}

/** What is wrong with an identifier, and why. */
export function identifierProblem(
  { kind, detail }: Declined,
  identifier?: ProblemDocument['identifier'],
): IdentifierProblem {
  return { ...partProblem(kind, detail, identifier), kind }
}

function itemsIn(payload: object): readonly unknown[] {
  const list = listOf(payload, 'identifiers')
  if (list === undefined || list.length === 0)
    throw malformed('The order names no identifiers. Name at least one in "identifiers".')
  if (list.length > MOST)
    throw malformed(
      `The order names ${list.length} identifiers. At most ${MOST} go into one certificate: place several orders.`,
    )
  return list
}

function identifierIn(
  item: unknown,
): { readonly identifier: OrderedIdentifier } | { readonly problem: IdentifierProblem } {
  const isObject = typeof item === 'object' && item !== null
  const [type, value] = isObject ? [fieldOf(item, 'type'), fieldOf(item, 'value')] : []
  if (!isObject || typeof type !== 'string' || typeof value !== 'string') {
    const detail = 'An identifier is an object with "type" and "value", which are text.'
    return { problem: identifierProblem({ kind: 'malformed', detail }) }
  }
  const shown = { type: type.slice(0, 50), value: value.slice(0, 300) }
  if (fieldOf(item, 'wildcard') !== undefined) {
    const detail = 'A wildcard is ordered by its name: "*.example.com".'
    return { problem: identifierProblem({ kind: 'malformed', detail }, shown) }
  }
  const reading = readIdentifier(type, value)
  if ('identifier' in reading) return reading
  return { problem: identifierProblem({ kind: KINDS[reading.kind], detail: reading.problem }, shown) }
}

const KINDS = { malformed: 'malformed', unsupported: 'unsupportedIdentifier', rejected: 'rejectedIdentifier' } as const

export interface Declined {
  readonly kind: AcmeProblemType
  readonly detail: string
}

/** Why the name constraints of the CAs above forbid an identifier that policy and template allow, if they do. */
export function constrained(identifier: OrderedIdentifier, issuer: Issuer): Declined | undefined {
  const { type, value } = wireIdentifier(identifier)
  const why = judgeConstraints(issuer, { type, value })
  if (why === undefined) return undefined
  const detail = `${value} ${why} (RFC 5280 §4.2.1.10): this CA cannot certify it. Order another name, or ask its administrator.`
  return { kind: 'rejectedIdentifier', detail }
}

/** By which challenges an identifier can be proven under a policy, none for what is approved beforehand; or why it cannot be ordered. */
export function judge(
  identifier: OrderedIdentifier,
  { name, settings }: AcmePolicy,
  template: Template,
): { readonly challenges: readonly ChallengeType[] } | Declined {
  const { type, value, wildcard } = identifier
  const shown = wireIdentifier(identifier).value
  const rejected = (detail: string): Declined => ({ kind: 'rejectedIdentifier', detail })
  if (!settings.identifiers.includes(type))
    return {
      kind: 'unsupportedIdentifier',
      detail: `The policy "${name}" takes no identifiers of type "${type}": ${shown}. Order others, or ask its administrator.`,
    }
  if (wildcard && !settings.wildcards)
    return rejected(`The policy "${name}" takes no wildcards: ${shown}. Order each name, or ask its administrator.`)
  if (type === 'dns' && !settings.homeLabNames && isHomeLabName(value))
    return rejected(
      `"${shown}" means something else in every network, and the policy "${name}" does not take such names. Its administrator can let it.`,
    )
  const { profile } = template
  if (!profile.subjectAltNames.fromRequest.includes(type))
    return rejected(
      `The template "${template.name}" takes no names of type "${type}": ${shown}. Order others, or ask its administrator.`,
    )
  if (profile.allow !== undefined && !isAllowed(profile.allow, { type, value: shown }))
    return rejected(
      `The rules of the template "${template.name}" do not allow ${shown}. Ask its administrator for a rule, or order another name.`,
    )
  if (isPreApproved(settings.preApproved, identifier)) return { challenges: [] }
  const challenges = settings.challenges.filter((challenge) => isFor(challenge, identifier, settings))
  if (challenges.length > 0) return { challenges }
  return rejected(
    `${shown} is not approved beforehand, and none of the challenges of the policy "${name}" (${settings.challenges.join(', ') || 'none'}) can prove it. Ask its administrator for one that can.`,
  )
}

/** RFC 8555 §8.3 and RFC 8737 §3: no wildcards by http-01 and tls-alpn-01. RFC 8738 §7: no addresses by DNS. */
function isFor(
  challenge: ChallengeType,
  { type, wildcard }: OrderedIdentifier,
  { caaIdentities }: AcmePolicy['settings'],
): boolean {
  switch (challenge) {
    case 'http-01':
    case 'tls-alpn-01':
      return !wildcard
    case 'dns-01':
      return type === 'dns'
    case 'dns-persist-01':
      return type === 'dns' && caaIdentities.length > 0
  }
}
