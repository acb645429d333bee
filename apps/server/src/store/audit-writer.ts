import { Refusal } from '@chancery/pki'
import type { AuditRecord, IdempotencyClaim } from '../audit/audit-record.ts'
import type { Database } from './database.ts'
import { toJson } from './json.ts'
import type { AuditRecordTable } from './records-schema.ts'
import type { Tables } from './schema.ts'
import { statement } from './statement.ts'
import type { Trx } from './store-context.ts'

/** Writes what was done into the transaction that does it. */
export interface AuditWriter {
  /** The record of a change. Throws for an act of another tenant, which is a fault of ours. */
  record(trx: Trx, tenant: string, record: AuditRecord): Promise<void>
  /**
   * The record of a creation, and the key that its caller chose for it. Throws `Refusal` 'conflict' when that key is spent; first in
   * its transaction, so that a call made twice is not told that its own creation is in its way.
   */
  recordCreation(trx: Trx, tenant: string, record: AuditRecord): Promise<void>
}

/** How long the key of a call is kept. */
export const IDEMPOTENCY_MS = 24 * 3_600_000

export function auditWriter({ kysely }: Database<Tables>, newId: () => string): AuditWriter {
  const insert = statement<Omit<AuditRecordTable, 'seal'>, never>((place) =>
    kysely.insertInto('audit_record').values({
      tenant: place('tenant'),
      id: place('id'),
      at: place('at'),
      actor: place('actor'),
      account: place('account'),
      token: place('token'),
      action: place('action'),
      object_type: place('object_type'),
      object_id: place('object_id'),
      details: place('details'),
    }),
  )
  const record = async (trx: Trx, tenant: string, { act, action, object, details }: AuditRecord) => {
    if (act.tenant !== tenant) throw new Error('the record of an act names another tenant than the store')
    const { actor } = act
    await insert(trx, {
      tenant,
      id: newId(),
      at: act.at,
      actor: actor.kind,
      account: 'account' in actor ? actor.account : null,
      token: (actor.kind === 'account' && actor.token) || null,
      action,
      object_type: object.type,
      object_id: object.id,
      details: details === undefined ? null : toJson(details),
    })
  }
  return {
    record,
    recordCreation: async (trx, tenant, creation) => {
      if (creation.act.idempotency !== undefined) await claimKey(trx, tenant, creation, creation.act.idempotency)
      await record(trx, tenant, creation)
    },
  }
}

/** The object that each call made first: what else one call makes does not compete with that. */
const madeFirst = new WeakMap<IdempotencyClaim, string>()

/** Of two calls with one key that run at once, the second waits here for the first, and then is refused. */
async function claimKey(
  trx: Trx,
  tenant: string,
  { act, object }: AuditRecord,
  claim: IdempotencyClaim,
): Promise<void> {
  const { scope, key, bodyHash } = claim
  const row = { tenant, body_hash: bodyHash, object_type: object.type, object_id: object.id, created_at: act.at }
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('idempotency')
    .values({ scope, key, ...row })
    .onConflict((conflict) =>
      conflict
        .columns(['scope', 'key'])
        .doUpdateSet(row)
        .where('idempotency.created_at', '<=', act.at - IDEMPOTENCY_MS),
    )
    .executeTakeFirstOrThrow()
  if (numInsertedOrUpdatedRows === 1n) {
    madeFirst.set(claim, object.id)
    return
  }
  const there = await trx
    .selectFrom('idempotency')
    .select('object_id')
    .where('scope', '=', scope)
    .where('key', '=', key)
    .executeTakeFirst()
  if (there === undefined || there.object_id !== madeFirst.get(claim)) {
    throw new Refusal(
      'conflict',
      'A call with this Idempotency-Key is still running, or has just ended: repeat it to get its answer.',
    )
  }
}
