import type { AcmePolicySettings } from '../../../../src/acme-policies/acme-policy.ts'
import type { AcmeProblemType } from '../../../../src/protocols/acme/acme-problem.ts'
import type { AcmeWorld, TestPolicy } from '../acme-world.ts'
import type { betweenSteps } from '../between-steps.ts'
import { orderCsr } from '../order-csr.ts'
import type { AcmeReply, TestClient } from '../test-client.ts'

/** What requests are refused by: a world with a policy, and two accounts at its own directory. */
export interface RefusalWorld {
  readonly acme: AcmeWorld
  readonly policy: TestPolicy
  readonly client: TestClient
  readonly other: TestClient
  /** Changes the settings of a policy of the world, as its administrator does. */
  change(policy: TestPolicy, settings: Partial<AcmePolicySettings>): Promise<void>
  readonly meanwhile: ReturnType<typeof betweenSteps>['meanwhile']
}

/** A request that is refused. */
export interface RefusalRow {
  readonly what: string
  readonly as: AcmeProblemType
  readonly words: RegExp
  /** Nobody's trace can tell of it, since it names nobody. */
  readonly nobodys?: true
  ask(world: RefusalWorld): Promise<AcmeReply>
}

/** A row of a table: what is wrong, the problem it is answered with, words of it, and the request. */
export function row(
  what: string,
  as: AcmeProblemType,
  words: RegExp,
  ask: RefusalRow['ask'],
  more: Pick<RefusalRow, 'nobodys'> = {},
): RefusalRow {
  return { what, as, words, ask, ...more }
}

export const NAME = 'www.approved.example'
export const ORDER = { identifiers: [{ type: 'dns', value: NAME }] }

/** An order of a policy of its own, whose administrator then changes something. */
export const changed =
  (change: (world: RefusalWorld, policy: Awaited<ReturnType<RefusalWorld['acme']['newPolicy']>>) => Promise<unknown>) =>
  async (world: RefusalWorld) => {
    const policy = await world.acme.newPolicy()
    const client = await policy.client()
    const order = (await client.order(NAME)).body
    await change(world, policy)
    return client.post(order.finalize, { csr: orderCsr({ names: [NAME] }) })
  }
