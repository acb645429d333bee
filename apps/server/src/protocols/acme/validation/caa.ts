import type { CaaQuestion, ValidationResult } from '../challenge-validation.ts'
import { isFailure, lookUp } from './dns-failures.ts'
import type { CaaProperty, DnsResolver } from './dns-resolver.ts'
import { type IssueValue, parameterValues, parseIssueValue } from './issue-value.ts'
import { excerpt, type Failure, failed, failure, type Trace, valid } from './trace.ts'

/** Properties that do not say who may issue, and so do not matter here even when critical. */
const KNOWN = ['issue', 'issuewild', 'iodef', 'contactemail', 'contactphone', 'issuemail', 'issuevmc']

/**
 * Whether CAA lets one of our identities issue: the records of the name or, where it has none, of the nearest parent that has some
 * (RFC 8659 §3), with the account and the method that they are bound to (RFC 8657). What cannot be asked forbids.
 */
export async function checkCaa(
  question: CaaQuestion,
  dns: DnsResolver,
  trace: Trace,
  signal: AbortSignal,
): Promise<ValidationResult> {
  const { identifier, identities } = question
  if (identifier.type === 'ip' || identities.length === 0) return valid(trace)
  const labels = identifier.value.split('.')
  for (let at = 0; at < labels.length; at++) {
    const name = labels.slice(at).join('.')
    const answer = await lookUp('CAA', name, dns, trace, () => dns.caa(name, signal))
    if (isFailure(answer)) return failed(trace, answer)
    if (answer.records.length === 0) continue
    const forbidden = whyForbidden(name, answer.records, question)
    return forbidden === undefined ? valid(trace) : failed(trace, forbidden)
  }
  return valid(trace)
}

function whyForbidden(name: string, set: readonly CaaProperty[], question: CaaQuestion): Failure | undefined {
  const unknown = set.find(({ critical, tag }) => critical && !KNOWN.includes(tag))
  if (unknown !== undefined) {
    return failure(
      'caa',
      `CAA at ${name} has the critical property ${excerpt(unknown.tag)}, which this server does not know.`,
    )
  }
  const properties = relevant(set, question.wildcard)
  if (properties.length === 0) return undefined
  const reasons = properties.map((property) => whyNotBy(property, question))
  if (reasons.includes(undefined)) return undefined
  const shown = properties.map(({ tag, value }) => `${tag} ${excerpt(value)}`).slice(0, MOST_SHOWN)
  const more = properties.length > MOST_SHOWN ? ` and ${properties.length - MOST_SHOWN} more` : ''
  // One that names us but is bound otherwise says more than one that names somebody else.
  const reason = reasons.find((text) => text !== SOMEBODY_ELSE) ?? SOMEBODY_ELSE
  return failure(
    'caa',
    `CAA at ${name} is ${shown.join(', ')}${more}, and ${reason}. Add a record such as: ${name}. CAA 0 ${question.wildcard ? 'issuewild' : 'issue'} "${question.identities[0]}"`,
  )
}
const MOST_SHOWN = 3
const SOMEBODY_ELSE = 'lets others issue but not this server'

/** RFC 8659 §4.3: issuewild counts for wildcards alone, and there in place of issue. */
function relevant(set: readonly CaaProperty[], wildcard: boolean): readonly CaaProperty[] {
  const forWildcards = set.filter(({ tag }) => tag === 'issuewild')
  return wildcard && forWildcards.length > 0 ? forWildcards : set.filter(({ tag }) => tag === 'issue')
}

function whyNotBy({ value }: CaaProperty, question: CaaQuestion): string | undefined {
  const parsed = parseIssueValue(value)
  if (parsed === undefined) return 'one of them is malformed, so that it lets nobody issue'
  if (!question.identities.some((identity) => identity.toLowerCase() === parsed.issuer)) return SOMEBODY_ELSE
  return whyNotBound(parsed, question)
}

/** RFC 8657 §3 and §4: a parameter that is there twice, or that we cannot read, cannot be met. */
function whyNotBound(value: IssueValue, { accountUri, method }: CaaQuestion): string | undefined {
  const accounts = parameterValues(value, 'accounturi')
  if (accounts.length > 1 || accounts.some((account) => account !== accountUri)) {
    return `lets another account than ${accountUri} ask for it`
  }
  const methods = parameterValues(value, 'validationmethods')
  const isListed = (list: string) => method !== undefined && list.split(',').includes(method)
  if (methods.length > 1 || !methods.every(isListed)) {
    return `does not allow ${method === undefined ? 'that a policy approved it beforehand' : `the method ${method}`}`
  }
  return undefined
}
