import { KeyUnavailable } from '@chancery/keys'
import { type Evidence, Refusal, type RefusalCode } from '@chancery/pki'
import type { Issuance, Outcome } from './issue-certificate.ts'

/** What became of somebody's request: an answer, why it was refused, or a fault of ours. */
export type ObservedOutcome = 'issued' | 'waits-for-key' | 'waits-for-approval' | RefusalCode | 'fault'

/** Told when a request comes in, by which way; gives what to tell of its end. */
export type ObserveIssuance = (way: Evidence['by']) => (outcome: ObservedOutcome) => void

/** Does it, and tells whoever observes how it ended. */
export async function observed(
  { observe }: Pick<Issuance, 'observe'>,
  way: Evidence['by'],
  work: () => Promise<Outcome>,
): Promise<Outcome> {
  const end = observe?.(way)
  try {
    const outcome = await work()
    end?.(outcome.state === 'issued' ? 'issued' : `waits-for-${outcome.waitsFor}`)
    return outcome
  } catch (error) {
    end?.(outcomeOf(error))
    throw error
  }
}

function outcomeOf(error: unknown): ObservedOutcome {
  if (error instanceof Refusal) return error.code
  return error instanceof KeyUnavailable ? 'key-unavailable' : 'fault'
}
