import { createHash } from 'node:crypto'
import type { ChallengeToValidate, ValidationResult } from '../challenge-validation.ts'
import { isFailure, lookUp } from './dns-failures.ts'
import { type IssueValue, parameterValues, parseIssueValue } from './issue-value.ts'
import type { Looking } from './looking.ts'
import { excerpt, failed, failure, type Trace, valid } from './trace.ts'

/**
 * dns-persist-01, draft-ietf-acme-dns-persist-02 §4: a TXT record that stays names us and the account. Wildcards want `policy=wildcard`
 * in it. The record of a parent never counts: each name has its own. The account is named by a hash of its URL and key, or by the URL
 * itself, as the drafts before had it and clients still write it.
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
  const right = answer.records.filter((_, at) => problems[at] === undefined)
  if (right.length > 0) return valid(trace, latestEnd(right))

  const wanted = `"${settings.caaIdentities[0]}; accounturi=${accountUri}${wildcard ? '; policy=wildcard' : ''}"`
  if (answer.records.length === 0) {
    const detail = `There is no TXT record at ${name}: the resolver of this server answered ${answer.cameBack}. Set one with the value ${wanted}.`
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
function problemOf(record: string, challenge: ChallengeToValidate): string | undefined {
  const { wildcard, settings, now } = challenge
  const value = parseIssueValue(record)
  if (value === undefined) return 'is malformed'
  if (!settings.caaIdentities.some((identity) => identity.toLowerCase() === value.issuer)) return FOR_OTHERS
  const accounts = parameterValues(value, 'accounturi')
  if (accounts.length !== 1) return accounts.length === 0 ? 'has no accounturi' : 'has more than one accounturi'
  if (!namesOf(challenge).includes(accounts[0] ?? '')) return 'is for another account, or for a key that it had before'
  return scopeProblem(value, wildcard) ?? endProblem(value, now)
}

/** What an account may be called in a record: by its URL, by the hash for this name, by the one for all names (`*`). */
function namesOf({ accountUri, thumbprint, identifier }: ChallengeToValidate): readonly string[] {
  const prefix = new URL('../account-hash/', accountUri).href
  const hashed = [identifier.value, '*'].map((name) =>
    createHash('sha256')
      .update(Uint8Array.of(name.length))
      .update(`${name}${thumbprint}${accountUri}`)
      .digest('base64url'),
  )
  return [accountUri, ...hashed.map((hash) => `${prefix}sha-256/${hash}`)]
}

/** When the last of these records ends; nothing where one has no end. */
function latestEnd(records: readonly string[]): number | undefined {
  const ends = records.map((record) => {
    const value = parseIssueValue(record)
    const [end] = value === undefined ? [] : parameterValues(value, 'persistuntil')
    return end === undefined ? Number.POSITIVE_INFINITY : Number(end) * 1000
  })
  const last = Math.max(...ends)
  return Number.isFinite(last) ? last : undefined
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
