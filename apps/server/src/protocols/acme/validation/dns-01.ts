import { createHash } from 'node:crypto'
import type { ChallengeToValidate, ValidationResult } from '../challenge-validation.ts'
import { isFailure, lookUp } from './dns-failures.ts'
import type { Looking } from './looking.ts'
import { excerpt, failed, failure, type Trace, valid } from './trace.ts'

/** dns-01, RFC 8555 §8.4: a TXT record holds the digest of the key authorization. */
export async function dns01(
  { identifier, keyAuthorization }: ChallengeToValidate,
  { dns }: Looking,
  trace: Trace,
  signal: AbortSignal,
): Promise<ValidationResult> {
  const name = `_acme-challenge.${identifier.value}`
  const answer = await lookUp('TXT', name, dns, trace, () => dns.txt(name, signal))
  if (isFailure(answer)) return failed(trace, answer)
  const expected = createHash('sha256').update(keyAuthorization).digest('base64url')
  if (answer.records.includes(expected)) return valid(trace)

  const { records, cameBack, aliases } = answer
  const via = aliases.length === 0 ? name : `${name} (an alias of ${aliases.at(-1)})`
  if (records.length === 0) {
    return failed(
      trace,
      failure(
        'dns',
        `There is no TXT record at ${via}: the resolver of this server answered ${cameBack}. Set one with the value "${expected}", and wait until every name server of the domain shows it.`,
      ),
    )
  }
  return failed(
    trace,
    failure(
      'incorrectResponse',
      `The TXT record at ${via} has to be "${expected}", but the resolver of this server found ${found(records)}. An older record may still be shown: wait until every name server of the domain shows the new one.`,
    ),
  )
}

function found(records: readonly string[]): string {
  const [first = ''] = records
  return records.length === 1 ? excerpt(first) : `${excerpt(first)} and ${records.length - 1} more, none of which is it`
}
