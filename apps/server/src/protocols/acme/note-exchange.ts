import type { ExchangeParties, ExchangeStep } from '../../exchanges/exchange-log.ts'
import type { AccountUnderPolicy, TenantPolicy } from './account-store.ts'
import type { Acme, AcmeAnswer, Arrived } from './acme.ts'
import type { AcmeProblem } from './acme-problem.ts'
import { isId } from './order.ts'
import { accountAt, type Heard } from './receive.ts'

/** Notes what an account was answered. */
export function noteAnswer({ said, order }: AcmeAnswer, step: string, heard: Heard, from: Arrived, acme: Acme): void {
  if (heard.signer !== undefined) note(partiesOf(heard.signer, order), { step, said }, from, acme)
}

/**
 * Notes a refusal in the words that its client is told, in the trace of whose it is: the account that signed the request. Where nobody
 * did, or not by the key that it names, that is the account, binding or policy whose name the client knows; and no address fills a
 * trace with such.
 */
export async function noteRefusal(
  problem: AcmeProblem,
  step: string,
  heard: Heard,
  from: Arrived | undefined,
  acme: Acme,
): Promise<void> {
  if (from === undefined) return
  const refusal = { step, said: saidOf(problem), refused: true, problem: problem.type } as const
  const { signer, kid } = heard
  if (signer !== undefined) return note(partiesOf(signer, orderIn(step, from)), refusal, from, acme)
  if (!acme.pace.admits('refusal', from.address)) return
  try {
    const named = kid === undefined ? undefined : await accountAt(kid, from, acme)
    const policy = named === undefined ? (heard.policy ?? (await policyAt(from, acme))) : undefined
    if (named !== undefined) note(partiesOf(named, orderIn(step, from)), refusal, from, acme)
    else if (policy !== undefined) note(partiesOfPolicy(policy), refusal, from, acme)
  } catch (error) {
    // The answer does not wait for a trace, nor fails by it.
    acme.report(error, 'acme-trace')
  }
}

/** The words of a refusal with those of its parts, as the problem document has them. */
function saidOf({ message, more: { subproblems = [] } }: AcmeProblem): string {
  const parts = subproblems.filter(({ detail }) => !message.includes(detail))
  return [message, ...parts.map(({ detail }) => detail)].join(' ')
}

async function policyAt({ own, params }: Arrived, { door }: Acme): Promise<TenantPolicy | undefined> {
  const publicId = params['policy'] ?? ''
  return own ?? (isPublicId(publicId) ? door.policyByPublicId(publicId) : undefined)
}

/** Whether a part of an address may name a policy. */
export function isPublicId(text: string): boolean {
  return /^[0-9A-Za-z]{16}$/.test(text)
}

function partiesOf({ account, policy }: AccountUnderPolicy, order: string | undefined): ExchangeParties {
  const { id, tenant } = account
  return { ...partiesOfPolicy({ tenant, policy }), account: id, ...(order !== undefined && { subject: order }) }
}

function partiesOfPolicy({ tenant, policy }: TenantPolicy): ExchangeParties {
  return { tenant, protocol: 'acme', authority: policy.authority }
}

function note(
  parties: ExchangeParties,
  step: Omit<ExchangeStep, 'at' | 'from'>,
  { at, address }: Arrived,
  { record }: Acme,
): void {
  record(parties, { ...step, at, from: address })
}

/** Whose order a refused request was about, as its address says; whether it is the account's was perhaps never asked. */
function orderIn(step: string, { params }: Arrived): string | undefined {
  const { id = '' } = params
  return (step === 'order' || step === 'finalize' || step === 'certificate') && isId(id) ? id : undefined
}
