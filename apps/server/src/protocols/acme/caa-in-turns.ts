import type { CaaQuestion, ChallengeValidation, ValidationResult } from './challenge-validation.ts'

/** Names whose CAA records are asked for at once in this process, of one account, and how many of an account may wait for it. */
export const CAA_AT_ONCE = { atOnce: 64, perOwner: 16, waiting: 1_000 } as const

/** Too many names of an account wait. */
export class TooManyWait extends Error {
  override readonly name = 'TooManyWait'
}

/**
 * Runs work of an account when it is its turn. Rejects with `TooManyWait`, and with the signal's reason when it is aborted while it waits.
 */
export type CaaTurns = (
  account: string,
  work: () => Promise<ValidationResult>,
  signal: AbortSignal,
) => Promise<ValidationResult>

/**
 * Asks for CAA with a bound to what is asked at once, the accounts in turns: a name costs a question for each of its labels, and an account
 * may finalize many orders of a hundred names at the same time. A name whose turn does not come before the signal failed, and may be
 * asked for again.
 */
export function caaInTurns(
  validation: Pick<ChallengeValidation, 'newCaaCheck'>,
  turns: CaaTurns,
): Pick<ChallengeValidation, 'newCaaCheck'> {
  return {
    newCaaCheck: () => {
      const check = validation.newCaaCheck()
      return async (question, signal) => {
        try {
          return await turns(question.accountUri, () => check(question, signal), signal)
        } catch (error) {
          if (error instanceof TooManyWait || signal.aborted) return notAsked(question)
          throw error
        }
      }
    },
  }
}

function notAsked({ identifier }: CaaQuestion): ValidationResult {
  const detail = `CAA of ${identifier.value} was not asked for: too much of this account waits for that. Finalize the order again in a moment.`
  return { result: 'failed', error: { type: 'dns', detail }, worthRetry: true, steps: [] }
}
