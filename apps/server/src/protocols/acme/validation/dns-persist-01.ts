import type { ChallengeToValidate, ValidationResult } from '../challenge-validation.ts'
import { isFailure, lookUp } from './dns-failures.ts'
import { type IssueValue, parameterValues, parseIssueValue } from './issue-value.ts'
import type { Looking } from './looking.ts'
import { excerpt, failed, failure, type Trace, valid } from './trace.ts'

/**
 * dns-persist-01, draft-ietf-acme-dns-persist §4: a TXT record that stays names us and the account. Wildcards want `policy=wildcard` in
 * it. The record of a parent never counts: each name has its own.
 */
export async function dnsPersist01(
  challenge: ChallengeToValidate,
  { dns }: Looking,
  trace: Trace,
  signal: AbortSignal,
): Promise<ValidationResult> {
  const { identifier, wildcard, accountUri, settings } = challenge
  const name = `_validation-persist.${identifier.value}`
  const answer = await lookUp('TXT', name, dns, trace, () => dns.txt(name, signal))
  if (isFailure(answer)) return failed(trace, answer)
  const problems = answer.records.map((record) => problemOf(record, challenge))
  if (problems.includes(undefined)) return valid(trace)

  const wanted = `"${settings.caaIdentities[0]}; accounturi=${accountUri}${wildcard ? '; policy=wildcard' : ''}"`
  if (answer.records.length === 0) {
    const detail = `There is no TXT record at ${name}: the resolver ${dns.from} answered ${answer.cameBack}. Set one with the value ${wanted}.`
    return failed(trace, failure('dns', detail))
  }
  // What names us and is wrong otherwise is the one that was meant.
  const at = Math.max(
    0,
    problems.findIndex((problem) => problem !== FOR_OTHERS),
  )
  const detail = `The TXT record ${excerpt(answer.records[at] ?? '')} at ${name} ${problems[at]}. Set one with the value ${wanted}.`
  return failed(trace, failure('unauthorized', detail))
}

const FOR_OTHERS = 'names another issuer'

/** Why one record proves nothing, in words that follow it. */
function problemOf(record: string, { accountUri, wildcard, settings, now }: ChallengeToValidate): string | undefined {
  const value = parseIssueValue(record)
  if (value === undefined) return 'is malformed'
  if (!settings.caaIdentities.some((identity) => identity.toLowerCase() === value.issuer)) return FOR_OTHERS
  const accounts = parameterValues(value, 'accounturi')
  if (accounts.length !== 1) return accounts.length === 0 ? 'has no accounturi' : 'has more than one accounturi'
  if (accounts[0] !== accountUri) return 'is for another account'
  return scopeProblem(value, wildcard) ?? endProblem(value, now)
}

function scopeProblem(value: IssueValue, wildcard: boolean): string | undefined {
  const policies = parameterValues(value, 'policy')
  if (policies.length > 1) return 'has more than one policy'
  return wildcard && policies[0]?.toLowerCase() !== 'wildcard' ? 'does not say policy=wildcard' : undefined
}

function endProblem(value: IssueValue, now: number): string | undefined {
  const ends = parameterValues(value, 'persistuntil')
  if (ends.length > 1) return 'has more than one persistUntil'
  const [end] = ends
  if (end === undefined) return undefined
  if (!/^[0-9]{1,15}$/.test(end)) return 'has a persistUntil that is no time in seconds since 1970'
  return Number(end) * 1000 > now ? undefined : 'ended at its persistUntil'
}
