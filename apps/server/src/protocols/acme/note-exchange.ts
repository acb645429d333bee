import type { ExchangeParties, ExchangeStep } from '../../exchanges/exchange-log.ts'
import type { AccountUnderPolicy, TenantPolicy } from './account-store.ts'
import type { Acme, AcmeAnswer, Arrived } from './acme.ts'
import type { AcmeProblem } from './acme-problem.ts'
import { isId } from './order.ts'
import { accountAt, type Heard } from './receive.ts'

/** Notes what was answered, in the trace of the account that signed, or of what the request turned out to be about. */
export function noteAnswer(
  { said, problem, order }: AcmeAnswer,
  step: string,
  heard: Heard,
  from: Arrived,
  acme: Acme,
): void {
  const parties = heard.signer === undefined ? heard.about : partiesOf(heard.signer)
  const refused = problem === undefined ? {} : ({ refused: true, problem } as const)
  if (parties !== undefined) note(parties, order ?? heard.order, { step, said, ...refused }, from, acme)
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
  const order = orderIn(step, from) ?? heard.order
  if (heard.signer !== undefined) return note(partiesOf(heard.signer), order, refusal, from, acme)
  if (!acme.pace.admits('refusal', from.address)) return
  try {
    const parties = await unsignedParties(heard, from, acme)
    if (parties !== undefined) note(parties, order, refusal, from, acme)
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

async function unsignedParties({ kid, about }: Heard, from: Arrived, acme: Acme): Promise<Parties | undefined> {
  const named = kid === undefined ? undefined : await accountAt(kid, from, acme)
  if (named !== undefined) return partiesOf(named)
  if (about !== undefined) return about
  const publicId = from.params['policy'] ?? ''
  const policy = from.own ?? (isPublicId(publicId) ? await acme.door.policyByPublicId(publicId) : undefined)
  return policy && partiesOfPolicy(policy)
}

/** Whether a part of an address may name a policy. */
export function isPublicId(text: string): boolean {
  return /^[0-9A-Za-z]{16}$/.test(text)
}

/** Whose steps they are, whatever order they are about. */
type Parties = Omit<ExchangeParties, 'subject'>

function partiesOf({ account: { id, tenant }, policy }: AccountUnderPolicy): Parties {
  return { ...partiesOfPolicy({ tenant, policy }), account: id }
}

/** Those of what no account did. */
export function partiesOfPolicy({ tenant, policy }: TenantPolicy): Parties {
  return { tenant, protocol: 'acme', authority: policy.authority }
}

function note(
  parties: Parties,
  order: string | undefined,
  step: Omit<ExchangeStep, 'at' | 'from'>,
  { at, address }: Arrived,
  { record }: Acme,
): void {
  record({ ...parties, ...(order !== undefined && { subject: order }) }, { ...step, at, from: address })
}

/** Whose order a refused request was about, as its address says; whether it is the account's was perhaps never asked. */
function orderIn(step: string, { params }: Arrived): string | undefined {
  const { id = '' } = params
  return (step === 'order' || step === 'finalize' || step === 'certificate') && isId(id) ? id : undefined
}
