import type { RecordExchange } from '../../exchanges/record-exchanges.ts'
import type { AcmeDoor } from './account-store.ts'
import type { HearValidation } from './pending-challenges.ts'

/**
 * Notes each look at a challenge in the trace of its order: what was asked of whom, what came back, and what comes next. A look that
 * cannot be noted is reported: nobody waits for a trace, nor is it to have holes that nobody knows of.
 */
export function heardValidation(
  door: Pick<AcmeDoor, 'account'>,
  record: RecordExchange,
  report: (error: unknown, where: string) => void,
): HearValidation {
  return ({ claimed, at, result, ended }) => {
    const { tenant, account, order, attempts, challenge } = claimed
    const name = challenge.wildcard ? `*.${challenge.identifier.value}` : challenge.identifier.value
    const step = {
      at,
      step: `${challenge.type} ${name}`,
      said: saidOf(ended, result.result === 'failed' ? result.error.detail : 'proven', attempts),
      ...(result.result === 'failed' && ended !== 'lost' && ({ refused: true, problem: result.error.type } as const)),
      asked: result.steps.map(
        ({ asked, from, cameBack, tookMs }) => `${asked} from ${from}: ${cameBack} (${Math.round(tookMs)} ms)`,
      ),
    } as const
    // The CA is its policy's: who may see the trace. An account that is gone meanwhile has no trace to write to.
    door
      .account(account)
      .then((found) => {
        if (found === undefined) return
        record({ tenant, protocol: 'acme', authority: found.policy.authority, account, subject: order }, step)
      })
      .catch((error: unknown) => report(error, 'acme-trace'))
  }
}

function saidOf(ended: Parameters<HearValidation>[0]['ended'], detail: string, attempts: number): string {
  switch (ended) {
    case 'valid':
      return `valid: ${detail}`
    case 'invalid':
      return `invalid after ${attempts} attempts: ${detail}`
    case 'lost':
      return `counts for nothing, because the challenge was settled or given back meanwhile, or expires first: ${detail}`
    default:
      return `not yet, attempt ${attempts}; tried again at ${new Date(ended.retryAt).toISOString()}: ${detail}`
  }
}
