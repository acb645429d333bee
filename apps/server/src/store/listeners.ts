import type { WebhookEvent } from '../webhooks/webhook.ts'
import type { Database } from './database.ts'
import { fromJson } from './json.ts'
import type { Tables } from './schema.ts'
import type { Trx } from './store-context.ts'

/** Whether anybody is to be told of an event: what is done for every certificate asks this, and nothing else, where nobody is. */
export interface Listeners {
  listens(tenant: string, event: WebhookEvent): boolean
  /** Looks whether webhooks have changed, in this process or another, and learns them. */
  refresh(): Promise<void>
}

/** The fact of the installation that is another one whenever a webhook has changed. */
const FACT = 'webhooks'

/**
 * Keeps in memory which tenants have webhooks for what. Until it was read somebody may listen to everything; processes that share a
 * database learn of each other's changes when they refresh.
 */
export function listeners(database: Pick<Database<Tables>, 'read'>): Listeners {
  let known: ReadonlyMap<string, ReadonlySet<WebhookEvent>> | undefined
  let version: string | undefined
  return {
    listens: (tenant, event) => known === undefined || (known.get(tenant)?.has(event) ?? false),
    refresh: async () => {
      const fact = await database.read((db) =>
        db.selectFrom('installation').select('value').where('name', '=', FACT).executeTakeFirst(),
      )
      const there = fact?.value ?? ''
      if (known !== undefined && there === version) return
      const rows = await database.read((db) =>
        db.selectFrom('webhook').select(['tenant', 'events']).where('enabled', '=', 1).execute(),
      )
      const all = new Map<string, Set<WebhookEvent>>()
      for (const { tenant, events } of rows) {
        const its = all.get(tenant) ?? new Set()
        for (const event of fromJson(events)) its.add(event)
        all.set(tenant, its)
      }
      known = all
      version = there
    },
  }
}

/** Says in the transaction of a change that webhooks have changed. */
export async function webhooksChanged(trx: Trx, version: string): Promise<void> {
  await trx
    .insertInto('installation')
    .values({ name: FACT, value: version })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: version }))
    .execute()
}
